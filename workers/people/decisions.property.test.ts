// Any sequence of decisions, with a machine grouping faces in between: what a human placed stays, and everything can be taken back.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { PeopleChanges } from "../../shared/contracts/people-changes.ts";
import { loadVectorsModule } from "../../tests/fixtures/load-vectors-module.ts";
import { pictureOf } from "../../tests/fixtures/made-up-library.ts";
import { PeopleLibrary } from "./people-library.ts";
import { placeFaces } from "./place-faces.ts";
import type { PlanDeps, Planned } from "./plan.ts";
import { planAnswer } from "./plan-answer.ts";
import { planAssign, planDraw } from "./plan-assign.ts";
import { planMerge } from "./plan-merge.ts";
import { planPatch } from "./plan-patch.ts";
import { planSplit } from "./plan-split.ts";
import { planUndo } from "./plan-undo.ts";
import { recluster } from "./recluster.ts";
import { suggest } from "./suggest.ts";
import { VectorIndex } from "./vector-index.ts";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await loadVectorsModule();
});

const RULES = { thresholds: { suggest: 0.35, link: 0.42 }, similar: 0.27, minQuality: 0.05 };
const FACES = 24;

/** A number picks one of what is there at that moment. */
const Step = fc.record({
  what: fc.constantFrom(
    "name",
    "hide",
    "cover",
    "merge",
    "split",
    "assign",
    "new",
    "unassign",
    "dismiss",
    "draw",
    "answer",
    "group",
  ),
  a: fc.nat(1000),
  b: fc.nat(1000),
  isYes: fc.boolean(),
});
type Step = typeof Step extends fc.Arbitrary<infer Value> ? Value : never;

class World {
  readonly library = new PeopleLibrary(new VectorIndex(module, 128), RULES);
  readonly #ids = Array.from({ length: FACES }, (_, i) => uuid(0xf, i));
  readonly done: PeopleChanges[] = [];
  #made = 0;

  constructor() {
    for (const [i, id] of this.#ids.entries())
      this.library.putFace(
        // Two faces a photo, of three people who look a little alike.
        { id, photo: `p${i >> 1}`, quality: 0.3 + (i % 7) / 10, person: null, by: null, dismissed: false },
        lookalike(i % 3, i),
      );
    placeFaces(
      this.library,
      this.#ids.flatMap((id) => this.library.face(id)?.slot ?? []),
      this.newId,
      1,
    );
  }

  readonly newId = () => uuid(0xa, this.#made++);

  plan({ what, a, b, isYes }: Step): Planned | null {
    const deps: PlanDeps = { library: this.library, newId: this.newId, now: 1 };
    const people = this.library.people().map(({ id }) => id);
    const person = people[a % Math.max(1, people.length)] ?? "";
    const other = people[b % Math.max(1, people.length)] ?? "";
    const face = this.#ids[a % FACES] ?? "";
    switch (what) {
      case "name":
        return planPatch(deps, person, { name: isYes ? `N${b}` : null });
      case "hide":
        return planPatch(deps, person, { isHidden: isYes });
      case "cover":
        return planPatch(deps, person, {
          cover: isYes ? ((this.library.facesOf(person)[0]?.id ?? null) as never) : null,
        });
      case "merge":
        return planMerge(deps, person, [other]);
      case "split": {
        const faces = this.library.facesOf(person).slice(0, 1 + (b % 3));
        return faces.length === 0 ? null : planSplit(deps, person, { faces: faces.map(({ id }) => id as never) });
      }
      case "assign":
        return planAssign(deps, face, { person: other as never });
      case "new":
        return planAssign(deps, face, { person: "new", name: `M${b}` });
      case "unassign":
        return planAssign(deps, face, { person: null });
      case "dismiss":
        return planAssign(deps, face, { person: null, isDismissed: true });
      case "draw":
        return null;
      case "answer": {
        const asked = suggest(this.library, () => new VectorIndex(module, 128));
        const question = asked[b % Math.max(1, asked.length)];
        return question === undefined ? null : planAnswer(deps, question.id, { answer: isYes ? "same" : "different" });
      }
      case "group":
        this.group();
        return null;
    }
  }

  decide(step: Step): void {
    const planned = this.plan(step);
    if (planned?.kind !== "plan") return;
    this.library.apply(planned.changes);
    this.done.push(planned.changes);
  }

  /** What a machine does between two decisions. */
  group(): void {
    const { library } = this;
    library.place(recluster(library, () => new VectorIndex(module, 128), this.newId, 1));
    const waiting = [...library.faces()].flatMap(({ slot, person }) => (person === null ? (slot ?? []) : []));
    placeFaces(library, waiting, this.newId, 1);
  }

  undoAll(): number {
    let kept = 0;
    for (const changes of this.done.toReversed()) {
      const undone = planUndo(this.library, changes);
      this.library.apply(undone.changes);
      kept += undone.kept;
    }
    return kept;
  }

  snapshot() {
    const { library } = this;
    const ids = [...library.records()].map(({ id }) => id).sort();
    return {
      faces: this.#ids.map((id) => ({ ...library.face(id) })),
      people: ids.map((id) => library.record(id)),
      separated: [...library.separatedPeople()],
      excluded: this.#ids.flatMap((id) => library.exclusionsOf(id)),
      groups: library.people().map(({ id }) => library.groups.sizeOf(library.numberOf(id))),
    };
  }

  placedByHumans() {
    return [...this.library.faces()].filter(({ by }) => by === "human").map(({ id, person }) => ({ id, person }));
  }
}

function uuid(kind: number, n: number): string {
  return `00000000-0000-7000-8000-${kind.toString(16)}${n.toString(16).padStart(11, "0")}`;
}

function lookalike(person: number, i: number): Float32Array {
  const vector = pictureOf(person, i, 0.75);
  vector[31] = 0.35 + (i % 4) / 10;
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const steps = (...without: string[]) =>
  fc.array(
    Step.filter(({ what }) => !without.includes(what)),
    { maxLength: 25 },
  );

describe("any sequence of decisions", () => {
  it("is taken back without a trace, the last first", () => {
    fc.assert(
      fc.property(steps("group"), (sequence) => {
        const world = new World();
        const before = world.snapshot();
        for (const step of sequence) world.decide(step);
        expect(world.undoAll()).toBe(0);
        expect(world.snapshot()).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it("is never undone by a machine, whenever that groups faces", () => {
    fc.assert(
      fc.property(steps(), (sequence) => {
        const world = new World();
        for (const step of sequence) {
          world.decide(step);
          const placed = world.placedByHumans();
          const apart = world.library.separatedPeople();
          const named = world.library.people().filter(({ name }) => name !== null);
          const dismissed = [...world.library.faces()].filter((face) => face.dismissed).map(({ id }) => id);
          world.group();
          expect(world.placedByHumans()).toEqual(placed);
          expect(world.library.separatedPeople()).toEqual(apart);
          expect(world.library.people().filter(({ name }) => name !== null)).toEqual(named);
          expect([...world.library.faces()].filter((face) => face.dismissed).map(({ id }) => id)).toEqual(dismissed);
          for (const { id, person, by } of world.library.faces())
            if (by === "machine") expect(world.library.isExcluded(id, person ?? "")).toBe(false);
        }
        world.undoAll();
        expect(world.placedByHumans()).toEqual([]);
        expect(world.library.separatedPeople().size).toBe(0);
        expect(
          [...world.library.records()].filter(({ name, mergedInto }) => name !== null || mergedInto !== null),
        ).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("of merges is taken back without a trace in any order: faces find home through whoever their people were merged into", () => {
    const merges = fc.array(
      Step.map((step) => ({ ...step, what: "merge" as const })),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(merges, fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }), (sequence, order) => {
        const world = new World();
        const before = world.snapshot();
        for (const step of sequence) world.decide(step);
        const left = [...world.done];
        for (const position of order) {
          const [changes] = left.splice(position % Math.max(1, left.length), 1);
          if (changes !== undefined) world.library.apply(planUndo(world.library, changes).changes);
        }
        expect(world.snapshot()).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it("may be taken back in any order, twice, and half: nothing breaks and nothing is lost", () => {
    fc.assert(
      fc.property(steps(), fc.array(fc.nat(1000), { maxLength: 40 }), (sequence, order) => {
        const world = new World();
        for (const step of sequence) world.decide(step);
        for (const position of order) {
          const changes = world.done[position % Math.max(1, world.done.length)];
          if (changes !== undefined) world.library.apply(planUndo(world.library, changes).changes);
        }
        const faces = [...world.library.faces()];
        expect(faces).toHaveLength(FACES);
        // Whoever a face belongs to exists, and is nobody who was merged away.
        for (const { person } of faces)
          if (person !== null) expect(world.library.record(person)?.mergedInto).toBeNull();
        const total = world.library.people().reduce((sum, { id }) => sum + world.library.sizeOf(id), 0);
        expect(total).toBe(faces.filter(({ person }) => person !== null).length);
      }),
      { numRuns: 300 },
    );
  });
});

it("a drawn face is dismissed when the drawing is taken back", () => {
  const world = new World();
  const [face] = [...world.library.faces()];
  const planned = planDraw({ library: world.library, newId: world.newId, now: 1 }, face?.id ?? "", {
    person: "new",
    name: "D",
  });
  if (planned.kind !== "plan") throw new Error(planned.detail);
  world.library.apply(planned.changes);
  world.library.apply(planUndo(world.library, planned.changes).changes);
  expect(world.library.face(face?.id ?? "")).toMatchObject({ person: null, dismissed: true });
});
