// The rendering kernels' exports, by which the engine's are extended: planes in, planes or a coded scan out.

declare module "./engine.ts" {
  interface EngineExports {
    // lanczos-weights.ts, resize.ts
    planResampleAxis(sourceLength: number, targetLength: number, step: number, phase: number): number;
    resizePlane(
      source: number,
      sourceStride: number,
      target: number,
      targetStride: number,
      columnsAxis: number,
      rowsAxis: number,
    ): void;

    // orient.ts
    orientPlane(
      source: number,
      sourceStride: number,
      widthPx: number,
      heightPx: number,
      target: number,
      targetStride: number,
      orientation: number,
    ): void;

    // colour.ts: `cb` 0 for grey
    convertRgbRows(
      rows: number,
      rowStride: number,
      channels: 3 | 4,
      widthPx: number,
      heightPx: number,
      y: number,
      yStride: number,
      cb: number,
      cr: number,
      chromaStride: number,
    ): void;
    convertPlanesToRgba(
      y: number,
      yStride: number,
      cb: number,
      cr: number,
      chromaStride: number,
      widthPx: number,
      heightPx: number,
      rgba: number,
    ): void;

    // encode.ts: `cb` 0 for grey
    setQuantisation(table: 0 | 1, steps: number): void;
    padPlane(
      plane: number,
      strideBytes: number,
      widthPx: number,
      heightPx: number,
      paddedWidthPx: number,
      paddedHeightPx: number,
    ): void;
    encodeScan(
      y: number,
      yStride: number,
      cb: number,
      cr: number,
      chromaStride: number,
      mcuColumns: number,
      mcuRows: number,
    ): number;
    scanBytes(): number;
    huffmanTable(table: number): number;
  }
}

export type { EngineExports } from "./engine.ts";
