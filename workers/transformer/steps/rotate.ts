// The rotation asked for. Drawing turns once for all turns together, which costs nothing.
import { composeTurns, ROTATIONS } from "../../../shared/kernels/compose-turns.ts";
import type { RenderState } from "../render-state.ts";

export function rotate(state: RenderState): void {
  const { rotate: degrees } = state.transform;
  if (degrees !== undefined) state.turn = composeTurns(state.turn, ROTATIONS[degrees]);
}
