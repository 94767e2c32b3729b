// Which new group is which old one: by the faces they share, the largest share first, so that a person keeps its id.

/**
 * @param before by face: the id of its group, or null
 * @param after by the same faces: the new group's number, or a negative one for nobody
 * @returns by new group: the old id it keeps; groups that keep none are absent
 */
export function keepGroupIds(before: readonly (string | null)[], after: ArrayLike<number>): Map<number, string> {
  const shared = new Map<string, { id: string; group: number; faces: number }>();
  for (let i = 0; i < before.length; i++) {
    const id = before[i];
    if (id === null || after[i] < 0) continue;
    const key = `${after[i]} ${id}`;
    const entry = shared.get(key) ?? { id, group: after[i], faces: 0 };
    entry.faces++;
    shared.set(key, entry);
  }
  const kept = new Map<number, string>();
  const taken = new Set<string>();
  const byFaces = [...shared.values()].sort((a, b) => b.faces - a.faces || (a.id < b.id ? -1 : 1) || a.group - b.group);
  for (const { id, group } of byFaces) {
    if (kept.has(group) || taken.has(id)) continue;
    kept.set(group, id);
    taken.add(id);
  }
  return kept;
}
