// A selection that forgets what is no longer there.
import { useEffect, useState } from "react";
import { extend, NOTHING, prune, type Selection, toggle } from "./selection.ts";

export interface SelectionControl {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  /** Up to here from where the last choice was made, in the order given. */
  readonly extend: (order: readonly string[], id: string) => void;
  readonly clear: () => void;
}

export function useSelection(existing: readonly { readonly id: string }[]): SelectionControl {
  const [selection, setSelection] = useState<Selection>(NOTHING);
  useEffect(() => {
    setSelection((held) => (held.ids.size === 0 ? held : prune(held, new Set(existing.map(({ id }) => id)))));
  }, [existing]);
  return {
    ids: selection.ids,
    toggle: (id) => setSelection((held) => toggle(held, id)),
    extend: (order, id) => setSelection((held) => extend(held, order, id)),
    clear: () => setSelection(NOTHING),
  };
}
