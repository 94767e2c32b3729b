// The PNG kernels' exports, by which the engine's are extended: filtered, deflated rows in, planes or RGBA out.

declare module "./engine.ts" {
  interface EngineExports {
    // crc32.ts
    crc32(crc: number, address: number, sizeBytes: number): number;

    // decoder.ts
    beginPng(
      widthPx: number,
      heightPx: number,
      bitDepth: number,
      colourType: number,
      isInterlaced: 0 | 1,
      boxPx: number,
      keepsRgba: 0 | 1,
    ): void;
    pngInput(): number;
    pngInputCapacity(): number;
    /** @returns a PNG_STATUS. */
    feedPng(sizeBytes: number, isLast: 0 | 1): number;
    pngRowsDone(): number;
    inflatePngProfile(sizeBytes: number, maxBytes: number): number;
    pngProfile(): number;

    // expand-row.ts
    setPalette(entries: number, count: number): void;
    setPaletteAlpha(alphas: number, count: number): void;
    setColourKey(colourType: number, bitDepth: number, red: number, green: number, blue: number): void;

    // pixels.ts: plane 0 is Y, 1 Cb, 2 Cr
    pngPlane(index: 0 | 1 | 2): number;
    pngRgba(): number;
  }
}

/** How far feedPng has come; decoder.ts of the kernels has the same numbers. */
export const PNG_STATUS = { needsInput: 0, complete: 1, badStream: 2, badFilter: 3, tooFewRows: 4 } as const;
