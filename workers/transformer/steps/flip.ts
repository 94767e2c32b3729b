// The flip asked for, after rotating. Drawing does it along with every other turn.
import { composeTurns, FLIPS } from "../../../shared/kernels/compose-turns.ts";
import type { RenderState } from "../render-state.ts";

export function flip(state: RenderState): void {
  const { flip: axes } = state.transform;
  if (axes !== undefined) state.turn = composeTurns(state.turn, FLIPS[axes]);
}
