// Grouping by made-up libraries whose truth is known, and by hand-made cases for every constraint.
import { describe, expect, it } from "vitest";
// biome-ignore lint/style/noRestrictedImports: the fixture is shared with tests outside of kernels; no kernel imports it.
import { madeUpFaces } from "../../tests/fixtures/made-up-faces.ts";
import { candidatesOf, neighboursOf, placeFace } from "./cluster-assign.ts";
import { clusterFaces } from "./cluster-faces.ts";
import { clusterVectors } from "./cluster-vectors.ts";
import { FaceGroups, NOBODY } from "./face-groups.ts";
import { PlainVectorStore } from "./plain-vector-store.ts";

const rules = { thresholds: { suggest: 0.35, link: 0.42 }, minQuality: 0.05 };
const nothingRuledOut = { isExcluded: () => false, isDismissed: () => false };

/** A vector at the given cosine to the axis of a person; `own` keeps pictures of one person apart. */
function picture(person: number, cosine: number, own: number): Float32Array {
  const vector = new Float32Array(64);
  vector[person] = cosine;
  vector[16 + own] = Math.sqrt(1 - cosine * cosine);
  return vector;
}

function library(pictures: readonly Float32Array[]): PlainVectorStore {
  const store = new PlainVectorStore(64);
  for (const vector of pictures) store.add(vector);
  return store;
}

/** Pairs of one label that are also of one identity (precision), and pairs of one identity that have one label (recall). */
function pairwise(labels: ArrayLike<number>, identities: readonly number[]): { precision: number; recall: number } {
  let [both, together, same] = [0, 0, 0];
  for (let a = 0; a < identities.length; a++)
    for (let b = 0; b < a; b++) {
      const isSame = identities[a] === identities[b];
      const isTogether = (labels[a] ?? -1) >= 0 && labels[a] === labels[b];
      both += Number(isSame && isTogether);
      together += Number(isTogether);
      same += Number(isSame);
    }
  return { precision: both / together, recall: both / same };
}

function incremental(made: ReturnType<typeof madeUpFaces>, order: readonly number[]): number[] {
  const store = new PlainVectorStore(128);
  const groups = new FaceGroups(store);
  let next = 0;
  const slotOf = new Map<number, number>();
  for (const face of order) {
    const slot = store.add(made.vectors[face] as Float32Array);
    slotOf.set(face, slot);
    groups.introduce(slot, made.photoIds[face] ?? "", made.qualities[face] ?? 0);
    const [hits] = neighboursOf(groups, [slot], rules);
    if (hits === undefined) throw new Error("no answer");
    const placement = placeFace(groups, slot, hits, nothingRuledOut, rules);
    if (placement.kind === "join") groups.put(slot, placement.group);
    if (placement.kind === "found") {
      for (const founder of placement.slots) groups.put(founder, next);
      next++;
    }
  }
  return made.vectors.map((_, face) => groups.groupOf(slotOf.get(face) ?? -1));
}

describe("a made-up library", () => {
  const made = madeUpFaces({ faces: 900, identities: 60, seed: 5 });

  it("is grouped at once with hardly a pair wrong or missing", () => {
    const labels = clusterVectors(made.vectors, made.qualities, made.photoIds, rules);
    const { precision, recall } = pairwise(labels, made.identities);
    expect(precision).toBeGreaterThan(0.995);
    expect(recall).toBeGreaterThan(0.97);
  });

  it("is grouped face by face nearly as well, in any order", () => {
    const forwards = made.vectors.map((_, face) => face);
    for (const order of [
      forwards,
      forwards.toReversed(),
      forwards.toSorted((a, b) => ((a * 7919) % 900) - ((b * 7919) % 900)),
    ]) {
      const { precision, recall } = pairwise(incremental(made, order), made.identities);
      expect(precision).toBeGreaterThan(0.99);
      expect(recall).toBeGreaterThan(0.93);
    }
  });

  it("groups the same whatever order the faces come in", () => {
    const order = made.vectors.map((_, face) => (face * 331) % 900);
    const pick = <Item>(items: readonly Item[]) => order.map((face) => items[face] as Item);
    const one = clusterVectors(made.vectors, made.qualities, made.photoIds, rules);
    const other = clusterVectors(pick(made.vectors), pick(made.qualities), pick(made.photoIds), rules);
    const back = new Array<number>(900);
    for (const [position, face] of order.entries()) back[face] = other[position] ?? -1;
    const { precision, recall } = pairwise(
      one,
      back.map((label, face) => (label < 0 ? 10_000 + face : label)),
    );
    expect(precision).toBeGreaterThan(0.995);
    expect(recall).toBeGreaterThan(0.995);
  });

  it("leaves strangers who were photographed once alone", () => {
    const strangers = madeUpFaces({ faces: 150, identities: 100_000, seed: 3 });
    const seenOnce = strangers.identities.filter((one, _, all) => all.filter((other) => other === one).length === 1);
    const labels = clusterVectors(strangers.vectors, strangers.qualities, strangers.photoIds, rules);
    const alone = strangers.identities.filter((one, face) => labels[face] === -1 && seenOnce.includes(one));
    expect(alone.length).toBeGreaterThan(0.95 * seenOnce.length);
  });
});

describe("two faces of one photo", () => {
  it("are never put together, however alike", () => {
    const twins = [picture(0, 0.95, 0), picture(0, 0.95, 1), picture(0, 0.95, 2)];
    const labels = clusterVectors(twins, [1, 1, 1], ["a", "a", "b"], rules);
    expect(labels[0] === labels[1] && labels[0] !== -1).toBe(false);
    expect([...labels].filter((label) => label === labels[2])).toHaveLength(2);
  });
});

describe("a face of poor quality", () => {
  const faces = [picture(0, 0.8, 0), picture(0, 0.8, 1), picture(0, 0.8, 2)];

  it("founds nobody", () => {
    expect([...clusterVectors(faces, [0.01, 0.01, 0.9], ["a", "b", "c"], rules)]).toEqual([-1, -1, -1]);
  });

  it("joins whom it is like beyond doubt, not whom it might be", () => {
    const labels = (likeness: number) =>
      clusterVectors([...faces, picture(0, likeness, 3)], [0.9, 0.9, 0.9, 0.01], ["a", "b", "c", "d"], rules);
    expect([...labels(0.8)]).toEqual([0, 0, 0, 0]);
    expect([...labels(0.55)]).toEqual([0, 0, 0, -1]);
  });
});

describe("what a human decided", () => {
  const faces = [picture(0, 0.9, 0), picture(0, 0.9, 1), picture(0, 0.9, 2), picture(0, 0.9, 3), picture(1, 0.9, 4)];
  const photoIds = ["a", "b", "c", "d", "e"];
  const cluster = (more: Partial<Parameters<typeof clusterFaces>[0]>) =>
    clusterFaces({
      store: library(faces),
      newStore: () => new PlainVectorStore(64),
      photoIds,
      qualities: [1, 1, 1, 1, 1],
      rules,
      ...more,
    });

  it("stays: a fixed face is where it was, like it or not, and others gather around it", () => {
    const labels = cluster({ fixed: [0, -1, -1, -1, 0], fixedGroups: 1 });
    expect([labels[0], labels[4]]).toEqual([0, 0]);
    expect([...labels].slice(1, 4).every((label) => label === labels[1])).toBe(true);
  });

  it("keeps two people apart whose faces are alike", () => {
    const labels = cluster({ fixed: [0, 0, 1, 1, -1], fixedGroups: 2 });
    expect([...labels]).toEqual([0, 0, 1, 1, -1]);
  });

  it("keeps a face from whom it is not", () => {
    const isExcluded = (slot: number, group: number) => slot === 2 && group === 0;
    const labels = cluster({
      fixed: [0, 0, -1, -1, -1],
      fixedGroups: 1,
      constraints: { ...nothingRuledOut, isExcluded },
    });
    expect(labels[2]).not.toBe(0);
    expect(labels[3]).toBe(0);
  });

  it("leaves dismissed faces to nobody", () => {
    const labels = cluster({ constraints: { ...nothingRuledOut, isDismissed: (slot) => slot === 1 } });
    expect([...labels]).toEqual([0, -1, 0, 0, -1]);
  });
});

describe("a face between two people", () => {
  it("waits for a human when neither is clearly ahead", () => {
    const between = new Float32Array(64);
    between[0] = 0.65;
    between[1] = 0.65;
    between[40] = Math.sqrt(1 - 2 * 0.65 ** 2);
    const store = library([picture(0, 0.9, 0), picture(0, 0.9, 1), picture(1, 0.9, 2), picture(1, 0.9, 3), between]);
    const groups = new FaceGroups(store);
    for (const [slot, group] of [0, 0, 1, 1, NOBODY].entries()) {
      groups.introduce(slot, `p${slot}`, 1);
      groups.put(slot, group);
    }
    const [hits] = neighboursOf(groups, [4], rules);
    if (hits === undefined) throw new Error("no answer");
    expect(placeFace(groups, 4, hits, nothingRuledOut, rules)).toEqual({ kind: "wait" });
    expect(candidatesOf(groups, 4, hits, nothingRuledOut, rules)).toHaveLength(2);
    groups.put(4, 0);
    groups.put(4, NOBODY);
    expect(groups.sizeOf(0)).toBe(2);
  });
});
