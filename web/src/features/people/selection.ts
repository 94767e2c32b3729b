// What is selected in a grid of faces, and from where a range starts. Pure; ids only.
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where Shift continues from; null before the first choice. */
  readonly anchor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null };

export function toggle({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Everything between the anchor and `id`, in the order shown, on top of what was selected. */
export function extend(selection: Selection, order: readonly string[], id: string): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  if (to < 0) return selection;
  if (from < 0) return toggle(selection, id);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]), anchor: selection.anchor };
}

/** Without what is no longer there. The same object when nothing went: nobody draws again for nothing. */
export function prune(selection: Selection, existing: ReadonlySet<string>): Selection {
  const kept = [...selection.ids].filter((id) => existing.has(id));
  if (kept.length === selection.ids.size) return selection;
  const anchor = selection.anchor !== null && existing.has(selection.anchor) ? selection.anchor : null;
  return { ids: new Set(kept), anchor };
}
