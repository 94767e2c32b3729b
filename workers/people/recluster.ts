// Groups the whole library anew, which repairs what the order of arrival got wrong. People that a human had a hand in stay as they
// are but for faces a machine gave them that are clearly somebody else's; the others may join, part and gather, and keep their ids.
import type { Placements } from "../../shared/db/people/change-statements.ts";
import { candidatesOf, neighboursOf } from "../../shared/kernels/cluster-assign.ts";
import { clusterFaces } from "../../shared/kernels/cluster-faces.ts";
import { CLEAR_LEAD } from "../../shared/kernels/cluster-rules.ts";
import { keepGroupIds } from "../../shared/kernels/keep-group-ids.ts";
import type { FaceRecord, PeopleLibrary } from "./people-library.ts";
import { newPerson } from "./plan.ts";
import type { VectorIndex } from "./vector-index.ts";

/** Lead over a face's own person with which another takes it away: twice what a new face needs. */
const LEAD_TO_MOVE = 2 * CLEAR_LEAD;

/** People that are a machine's guess and nothing more. Everybody else stays. */
export function softPeople(library: PeopleLibrary): ReadonlySet<string> {
  const separated = library.separatedPeople();
  const excluding = library.excludingPeople();
  const survivors = new Set([...library.records()].map(({ mergedInto }) => mergedInto));
  const isSoft = library
    .people()
    .filter(
      (person) =>
        person.madeBy === "machine" &&
        person.name === null &&
        !person.isHidden &&
        person.coverFaceId === null &&
        person.birthday === null &&
        !separated.has(person.id) &&
        !excluding.has(person.id) &&
        !survivors.has(person.id) &&
        !library.facesOf(person.id).some(({ by }) => by === "human"),
    );
  return new Set(isSoft.map(({ id }) => id));
}

/** Thinks it out; changes nothing. */
export function recluster(
  library: PeopleLibrary,
  newStore: () => VectorIndex,
  newId: () => string,
  now: number,
): Placements {
  const soft = softPeople(library);
  const hard = library.people().flatMap(({ id }) => (soft.has(id) ? [] : id));
  const numberOf = new Map(hard.map((id, number) => [id, number]));
  const faces = Array.from({ length: library.index.size }, (_, slot) => library.faceAt(slot));
  const astray = findAstray(library, faces, numberOf);
  const homeOf = (face: FaceRecord | null): number =>
    face === null || face.person === null || astray.has(face.id) ? -1 : (numberOf.get(face.person) ?? -1);
  const labels = clusterFaces({
    store: library.index,
    newStore,
    photoIds: faces.map((face, slot) => face?.photo ?? `none ${slot}`),
    qualities: faces.map((face) => face?.quality ?? 0),
    fixed: faces.map(homeOf),
    fixedGroups: hard.length,
    constraints: {
      isDismissed: library.constraints.isDismissed,
      isExcluded: (slot, group) => library.isExcluded(faces[slot]?.id ?? "", hard[group] ?? ""),
    },
    rules: library.rules,
  });
  const before = faces.map((face) => (face?.person != null && soft.has(face.person) ? face.person : null));
  const kept = keepGroupIds(
    before,
    labels.map((label) => (label >= hard.length ? label : -1)),
  );
  const created = new Map<number, ReturnType<typeof newPerson>>();
  const moves: Placements["faces"][number][] = [];
  for (const [slot, face] of faces.entries()) {
    const label = labels[slot] ?? -1;
    if (face === null || face.dismissed || homeOf(face) !== -1 || (label === -1 && astray.has(face.id))) continue;
    let person: string | null = null;
    if (label >= 0 && label < hard.length) person = hard[label] ?? null;
    else if (label >= 0) {
      person = kept.get(label) ?? created.get(label)?.id ?? null;
      if (person === null) {
        const made = newPerson(newId(), null, "machine", now);
        created.set(label, made);
        person = made.id;
      }
    }
    if (person !== face.person) moves.push({ face: face.id, was: face.person, person });
  }
  const moved = new Map(moves.map(({ face, person }) => [face, person]));
  const gained = new Set(moved.values());
  const dissolved = [...soft].filter(
    (id) => !gained.has(id) && library.facesOf(id).every((face) => moved.has(face.id)),
  );
  return { created: [...created.values()], faces: moves, dissolved };
}

/** Faces a machine gave to people who stay, and that are clearly more like somebody else who stays. */
function findAstray(
  library: PeopleLibrary,
  faces: readonly (FaceRecord | null)[],
  numberOf: ReadonlyMap<string, number>,
): ReadonlySet<string> {
  const { groups, constraints, rules } = library;
  // Whoever was put together by a human stays together.
  const survivors = new Set([...library.records()].map(({ mergedInto }) => mergedInto));
  const suspects = faces.flatMap((face) =>
    face !== null &&
    face.by === "machine" &&
    face.person !== null &&
    numberOf.has(face.person) &&
    !survivors.has(face.person)
      ? [{ face, person: face.person, slot: face.slot ?? 0 }]
      : [],
  );
  const hits = neighboursOf(
    groups,
    suspects.map(({ slot }) => slot),
    rules,
  );
  const astray = new Set<string>();
  for (const [i, { face, person, slot }] of suspects.entries()) {
    const near = hits[i];
    if (near === undefined) continue;
    const candidates = candidatesOf(groups, slot, near, constraints, rules);
    const own = candidates.find(({ group }) => library.personAt(group) === person)?.score ?? 0;
    const better = candidates.find(
      ({ group, isFree }) => isFree && numberOf.has(library.personAt(group)) && library.personAt(group) !== person,
    );
    if (better !== undefined && better.score >= rules.thresholds.link && better.score - own >= LEAD_TO_MOVE)
      astray.add(face.id);
  }
  return astray;
}
