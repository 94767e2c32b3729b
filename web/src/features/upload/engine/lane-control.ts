// How many files to send at once: climbs while more lanes bring more bytes, steps back when they do not. Pure.
export const LANES_START = 4;
export const LANES_MIN = 2;
export const LANES_MAX = 8;
/** Change of goodput that counts as better or worse; less is noise. */
const NOTICEABLE = 0.08;

export interface LaneState {
  readonly lanes: number;
  readonly direction: 1 | -1;
  /** Bytes per second of the window before; 0 before the first. */
  readonly goodput: number;
}

export const LANES_AT_START: LaneState = { lanes: LANES_START, direction: 1, goodput: 0 };

function clamp(lanes: number, most: number): number {
  return Math.max(Math.min(LANES_MIN, most), Math.min(Math.min(LANES_MAX, most), lanes));
}

/** After a window in which the lanes were busy. */
export function afterWindow(state: LaneState, goodput: number, mostLanes = LANES_MAX): LaneState {
  if (state.goodput === 0) return { lanes: clamp(state.lanes, mostLanes), direction: 1, goodput };
  const change = goodput / state.goodput - 1;
  const isWorse = change < -NOTICEABLE;
  const direction = isWorse ? (state.direction === 1 ? -1 : 1) : state.direction;
  // No difference between n and n + 1 lanes: stay, fewer open requests are kinder to everybody.
  const isSame = Math.abs(change) <= NOTICEABLE;
  return { lanes: clamp(isSame ? state.lanes : state.lanes + direction, mostLanes), direction, goodput };
}

/** The server asked for less. */
export function afterPushback(state: LaneState): LaneState {
  return { lanes: Math.max(LANES_MIN, Math.floor(state.lanes / 2)), direction: 1, goodput: 0 };
}
