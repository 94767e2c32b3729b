// "Who is this?" and "who belongs together?": rank-1 identification and the quality of a clustering. Pure.

/**
 * Share of items whose nearest other item is of the same identity, among those that have one (closed set, leave one out; rank 1 of
 * the cumulative match characteristic, Phillips et al., IEEE PAMI 2000). Ties go to the earlier item. NaN when nobody has two.
 */
export function rankOne01(identities: readonly string[], similarity: (a: number, b: number) => number): number {
  let asked = 0;
  let right = 0;
  for (const [probe, identity] of identities.entries()) {
    if (!identities.some((other, i) => i !== probe && other === identity)) continue;
    asked++;
    let nearest = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (const i of identities.keys()) {
      if (i === probe || !(similarity(probe, i) > highest)) continue;
      highest = similarity(probe, i);
      nearest = i;
    }
    if (identities[nearest] === identity) right++;
  }
  return right / asked;
}

/** Precision, recall and their harmonic mean, each 0–1. */
export interface Agreement {
  readonly precision01: number;
  readonly recall01: number;
  readonly f1: number;
}

/**
 * Over all pairs of items: of those put together, how many belong together (precision), and of those that belong together, how many
 * were put together (recall); Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, ch. 16.3. Nothing put
 * together is precision 1: it contains no mistake.
 * @param clusters of the items, any names; an item alone has a name of its own
 */
export function pairwiseAgreement(identities: readonly string[], clusters: readonly (string | number)[]): Agreement {
  const together = sumOver(countsOf(clusters), pairsOf);
  const belonging = sumOver(countsOf(identities), pairsOf);
  const both = sumOver(countsOf(identities.map((identity, i) => JSON.stringify([identity, clusters[i]]))), pairsOf);
  return agreement(together === 0 ? 1 : both / together, belonging === 0 ? 1 : both / belonging);
}

/**
 * BCubed (Bagga and Baldwin, COLING 1998): for each item, the share of its cluster that is of its identity (precision) and the share
 * of its identity that is in its cluster (recall), itself included, averaged over the items. Unlike pairs, large clusters do not
 * drown small ones.
 */
export function bcubedAgreement(identities: readonly string[], clusters: readonly (string | number)[]): Agreement {
  const clusterSizes = countsOf(clusters);
  const identitySizes = countsOf(identities);
  const keys = identities.map((identity, i) => JSON.stringify([identity, clusters[i]]));
  const shared = countsOf(keys);
  let precision = 0;
  let recall = 0;
  for (const [i, identity] of identities.entries()) {
    const both = shared.get(keys[i] ?? "") ?? 0;
    precision += both / (clusterSizes.get(clusters[i] ?? "") ?? 1);
    recall += both / (identitySizes.get(identity) ?? 1);
  }
  return agreement(precision / identities.length, recall / identities.length);
}

function agreement(precision01: number, recall01: number): Agreement {
  const sum = precision01 + recall01;
  return { precision01, recall01, f1: sum === 0 ? 0 : (2 * precision01 * recall01) / sum };
}

function countsOf<Key>(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function sumOver<Key>(counts: ReadonlyMap<Key, number>, value: (count: number) => number): number {
  return [...counts.values()].reduce((sum, count) => sum + value(count), 0);
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}
