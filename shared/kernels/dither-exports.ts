// What index.ts of the dither kernels exports. Every address is in bytes of `memory`.

export interface DitherExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly STRIP_ROWS: { readonly value: number };

  begin(widthPx: number): void;
  inputAt(): number;
  outputAt(): number;
  tonesAt(): number;
  levelsAt(): number;
  floorsAt(): number;
  nearestAt(): number;
  paletteAt(): number;
  mapAt(): number;
  tapsAt(): number;
  hasHoles(): number;

  setGrey(levels: number, hole: number): void;
  setCube(levels: number, hole: number): void;
  setList(colours: number, hole: number, isOneTone: number): void;
  setMap(width: number, height: number): void;
  setDiffusion(taps: number, isSerpentine: number): void;
  setRiemersma(keep: number, strength: number): void;

  orderGrey(y: number, rows: number): void;
  orderColour(y: number, rows: number): void;
  diffuseGrey(y: number, rows: number, ahead: number, ahead2: number): void;
  diffuseColour(y: number, rows: number, ahead: number, ahead2: number): void;
  walk(y: number, rows: number): void;
}
