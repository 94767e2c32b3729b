// A plain reading of ITU-T T.81: JPEG bytes to quantised coefficients, one array per component. For tests; slow, and it trusts nothing
// but sound files: anything else throws.

export interface CoefficientComponent {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  /** Samples of the component at full scale, T.81 §A.1.1. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Blocks of 64 coefficients in natural order, row by row, padded to whole MCUs. */
  readonly blocksPerRow: number;
  readonly coefficients: Int32Array;
  /** 64 steps in natural order. */
  readonly quantization: Uint16Array;
}

export interface JpegCoefficients {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isProgressive: boolean;
  readonly hasJfif: boolean;
  /** Transform byte of the Adobe marker; null without one. */
  readonly adobeTransform: number | null;
  readonly components: readonly CoefficientComponent[];
}

/** Natural position of the k-th coefficient of a scan, T.81 Figure A.6. */
const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);
/** No bit of a coefficient yet. */
const NEVER_CODED = 255;
/** Baseline, extended sequential and progressive, all Huffman-coded with 8 bits. */
const READABLE_FRAMES = [0xc0, 0xc1, 0xc2];

interface Frame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isProgressive: boolean;
  readonly mcusPerRow: number;
  readonly mcuRows: number;
  readonly components: (CoefficientComponent & {
    readonly tableId: number;
    /** Of each coefficient in zigzag order: the lowest bit that has been coded. */
    readonly codedDownTo: Uint8Array;
  })[];
}

interface Scan {
  readonly parts: readonly {
    readonly component: CoefficientComponent;
    readonly dc: Uint16Array | undefined;
    readonly ac: Uint16Array | undefined;
  }[];
  readonly from: number;
  readonly to: number;
  readonly high: number;
  readonly low: number;
}

export function readJpegCoefficients(bytes: Uint8Array): JpegCoefficients {
  const u16 = (at: number): number => (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
  const quantization: Uint16Array[] = [];
  const huffman = new Map<number, Uint16Array>();
  let frame: Frame | null = null;
  let restartInterval = 0;
  let hasJfif = false;
  let adobeTransform: number | null = null;
  let at = 2;
  if (u16(0) !== 0xffd8) throw new Error("no SOI");
  while (at + 1 < bytes.length) {
    if (byteAt(bytes, at) !== 0xff) {
      at++;
      continue;
    }
    const marker = byteAt(bytes, at + 1);
    if (marker === 0xd9) break;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0 || (marker >= 0xd0 && marker <= 0xd7) || marker === 1) {
      at += 2;
      continue;
    }
    if (marker < 0xc0 || marker === 0xd8) throw new Error(`marker ${marker.toString(16)}`);
    const start = at + 4;
    const end = at + 2 + u16(at + 2);
    at = end;
    if (marker === 0xe0 && u16(start) === 0x4a46) hasJfif = true;
    else if (marker === 0xee && end - start >= 12 && u16(start) === 0x4164) adobeTransform = byteAt(bytes, start + 11);
    else if (marker === 0xdb) readQuantization(bytes, start, end, quantization);
    else if (marker === 0xc4) readHuffman(bytes, start, end, huffman);
    else if (marker === 0xdd) restartInterval = u16(start);
    else if (READABLE_FRAMES.includes(marker)) {
      if (frame !== null) throw new Error("a second frame");
      frame = readFrame(bytes, start, marker === 0xc2);
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8)
      throw new Error(`frame type ${marker.toString(16)}`);
    else if (marker === 0xda) {
      if (frame === null) throw new Error("a scan before its frame");
      const scan = readScanHeader(bytes, start, frame, huffman);
      if (frame.isProgressive) checkProgression(scan);
      // A quantisation table may be replaced between scans: it holds from a component's first scan (T.81 §B.2.4.1).
      for (const { component } of scan.parts) {
        const { tableId } = component as Frame["components"][number];
        const table = quantization[tableId];
        if (table === undefined) throw new Error("no quantisation table");
        if (component.quantization[0] === 0) component.quantization.set(table);
      }
      at = decodeScan(new ScanBits(bytes, end), frame, scan, restartInterval);
      // A sequential file is over when every component has had its scan, whatever follows.
      if (!frame.isProgressive && frame.components.every((component) => component.quantization[0] !== 0)) break;
    }
  }
  if (frame === null) throw new Error("no frame");
  return { ...frame, hasJfif, adobeTransform };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw new Error("the file ends early");
  return value;
}

function readQuantization(bytes: Uint8Array, start: number, end: number, tables: Uint16Array[]): void {
  for (let at = start; at < end; ) {
    const head = byteAt(bytes, at++);
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++) {
      const isWide = head >> 4 !== 0;
      table[ZIGZAG[k] as number] = isWide ? (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1) : byteAt(bytes, at);
      at += isWide ? 2 : 1;
    }
    tables[head & 15] = table;
  }
}

/** A table over all 16-bit windows: length << 8 | symbol, 0 where no code begins (T.81 Annex C). */
function readHuffman(bytes: Uint8Array, start: number, end: number, tables: Map<number, Uint16Array>): void {
  for (let at = start; at < end; ) {
    const id = byteAt(bytes, at);
    const table = new Uint16Array(65536);
    let symbolAt = at + 17;
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      for (let n = byteAt(bytes, at + length); n > 0; n--) {
        const first = code << (16 - length);
        if (first >= 65536) throw new Error("a Huffman table with too many codes");
        table.fill((length << 8) | byteAt(bytes, symbolAt++), first, first + (1 << (16 - length)));
        code++;
      }
      code <<= 1;
    }
    tables.set(id, table);
    at = symbolAt;
  }
}

function readFrame(bytes: Uint8Array, start: number, isProgressive: boolean): Frame {
  if (byteAt(bytes, start) !== 8) throw new Error("not 8 bits");
  const heightPx = (byteAt(bytes, start + 1) << 8) | byteAt(bytes, start + 2);
  const widthPx = (byteAt(bytes, start + 3) << 8) | byteAt(bytes, start + 4);
  const specs = Array.from({ length: byteAt(bytes, start + 5) }, (_, i) => {
    const at = start + 6 + i * 3;
    const sampling = byteAt(bytes, at + 1);
    return {
      id: byteAt(bytes, at),
      horizontal: sampling >> 4,
      vertical: sampling & 15,
      tableId: byteAt(bytes, at + 2),
    };
  });
  const most = (side: "horizontal" | "vertical"): number => Math.max(...specs.map((spec) => spec[side]));
  const mcusPerRow = Math.ceil(widthPx / (8 * most("horizontal")));
  const mcuRows = Math.ceil(heightPx / (8 * most("vertical")));
  const components = specs.map((spec) => {
    const blocksPerRow = mcusPerRow * spec.horizontal;
    return {
      ...spec,
      widthPx: Math.ceil((widthPx * spec.horizontal) / most("horizontal")),
      heightPx: Math.ceil((heightPx * spec.vertical) / most("vertical")),
      blocksPerRow,
      coefficients: new Int32Array(blocksPerRow * mcuRows * spec.vertical * 64),
      quantization: new Uint16Array(64),
      codedDownTo: new Uint8Array(64).fill(NEVER_CODED),
    };
  });
  return { widthPx, heightPx, isProgressive, mcusPerRow, mcuRows, components };
}

function readScanHeader(bytes: Uint8Array, start: number, frame: Frame, huffman: Map<number, Uint16Array>): Scan {
  const count = byteAt(bytes, start);
  const parts = Array.from({ length: count }, (_, i) => {
    const id = byteAt(bytes, start + 1 + i * 2);
    const tables = byteAt(bytes, start + 2 + i * 2);
    const component = frame.components.find((candidate) => candidate.id === id);
    if (component === undefined) throw new Error("a scan of an unknown component");
    return { component, dc: huffman.get(tables >> 4), ac: huffman.get(0x10 | (tables & 15)) };
  });
  const at = start + 1 + count * 2;
  const approximation = byteAt(bytes, at + 2);
  const range = frame.isProgressive ? [byteAt(bytes, at), byteAt(bytes, at + 1)] : [0, 63];
  const shift = frame.isProgressive ? approximation : 0;
  return { parts, from: range[0] as number, to: range[1] as number, high: shift >> 4, low: shift & 15 };
}

/** T.81 §G.1.1.1.2: bits of a coefficient come from the top down, each once. libjpeg only warns, and then decoders differ. */
function checkProgression({ parts, from, to, high, low }: Scan): void {
  for (const { component } of parts) {
    const { codedDownTo } = component as Frame["components"][number];
    for (let k = from; k <= to; k++) {
      const before = codedDownTo[k] as number;
      if (before === NEVER_CODED ? high !== 0 : high !== before || low !== before - 1) {
        throw new Error("a scan out of order");
      }
      codedDownTo[k] = low;
    }
  }
}

/** @returns where the next marker stands */
function decodeScan(bits: ScanBits, frame: Frame, scan: Scan, restartInterval: number): number {
  const predictors = new Map(scan.parts.map(({ component }) => [component, 0]));
  const state: BlockState = { bits, scan, isProgressive: frame.isProgressive, predictors, endOfBandRun: 0 };
  const [only] = scan.parts;
  const isAlone = scan.parts.length === 1 && only !== undefined;
  // A scan of one component has no padding blocks (T.81 §A.2.2).
  const columns = isAlone ? Math.ceil(only.component.widthPx / 8) : frame.mcusPerRow;
  const rows = isAlone ? Math.ceil(only.component.heightPx / 8) : frame.mcuRows;
  for (let unit = 0; unit < columns * rows; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
      bits.restart();
      for (const component of predictors.keys()) predictors.set(component, 0);
      state.endOfBandRun = 0;
    }
    const column = unit % columns;
    const row = Math.floor(unit / columns);
    for (const part of scan.parts) {
      const { horizontal, vertical, blocksPerRow } = part.component;
      const [wide, high] = isAlone ? [1, 1] : [horizontal, vertical];
      for (let y = 0; y < high; y++) {
        for (let x = 0; x < wide; x++) {
          decodeBlock(state, part, ((row * high + y) * blocksPerRow + column * wide + x) * 64);
        }
      }
    }
  }
  return bits.nextMarker();
}

interface BlockState {
  readonly bits: ScanBits;
  readonly scan: Scan;
  readonly isProgressive: boolean;
  readonly predictors: Map<CoefficientComponent, number>;
  endOfBandRun: number;
}

function decodeBlock(state: BlockState, part: Scan["parts"][number], block: number): void {
  const { bits, scan, predictors } = state;
  const { coefficients } = part.component;
  let k = scan.from;
  if (k === 0) {
    if (scan.high === 0) {
      const difference = bits.readSigned(bits.readSymbol(part.dc) & 15);
      const dc = (predictors.get(part.component) ?? 0) + difference;
      predictors.set(part.component, dc);
      coefficients[block] = dc * 2 ** scan.low;
    } else if (bits.read(1) === 1) coefficients[block] = (coefficients[block] as number) | (1 << scan.low);
    k = 1;
  }
  if (scan.to === 0) return;
  if (scan.high === 0) decodeFirstAc(state, part, block, k);
  else decodeRefiningAc(state, part, block, k);
}

/** T.81 §F.2.2.2 and §G.1.2.2. */
function decodeFirstAc(state: BlockState, part: Scan["parts"][number], block: number, from: number): void {
  const { bits, scan } = state;
  if (state.endOfBandRun > 0) {
    state.endOfBandRun--;
    return;
  }
  for (let k = from; k <= scan.to; k++) {
    const symbol = bits.readSymbol(part.ac);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size === 0) {
      if (run === 15) {
        k += 15;
        continue;
      }
      if (state.isProgressive) state.endOfBandRun = (1 << run) - 1 + bits.read(run);
      return;
    }
    k += run;
    if (k > 63) throw new Error("a run leaves its block");
    part.component.coefficients[block + (ZIGZAG[k] as number)] = bits.readSigned(size) * 2 ** scan.low;
  }
}

/** T.81 §G.1.2.3: bits that correct what is not zero, between them new coefficients of magnitude one. */
function decodeRefiningAc(state: BlockState, part: Scan["parts"][number], block: number, from: number): void {
  const { bits, scan } = state;
  const { coefficients } = part.component;
  const step = 1 << scan.low;
  const correct = (at: number): void => {
    const value = coefficients[at] as number;
    if (bits.read(1) === 1 && (Math.abs(value) & step) === 0) coefficients[at] = value + Math.sign(value) * step;
  };
  let k = from;
  if (state.endOfBandRun === 0) {
    for (; k <= scan.to; k++) {
      const symbol = bits.readSymbol(part.ac);
      let run = symbol >> 4;
      let fresh = 0;
      if ((symbol & 15) !== 0) fresh = bits.read(1) === 1 ? step : -step;
      else if (run < 15) {
        state.endOfBandRun = (1 << run) + bits.read(run);
        break;
      }
      for (; k <= scan.to; k++) {
        const at = block + (ZIGZAG[k] as number);
        if (coefficients[at] !== 0) correct(at);
        else if (run-- === 0) {
          coefficients[at] = fresh;
          break;
        }
      }
    }
  }
  if (state.endOfBandRun > 0) {
    for (; k <= scan.to; k++) {
      const at = block + (ZIGZAG[k] as number);
      if (coefficients[at] !== 0) correct(at);
    }
    state.endOfBandRun--;
  }
}

/** The bits of one scan, stuffing removed (T.81 §F.2.2.5). */
class ScanBits {
  readonly #bytes: Uint8Array;
  #at: number;
  #buffer = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  read(count: number): number {
    if (count === 0) return 0;
    this.#fill();
    this.#count -= count;
    const value = (this.#buffer >>> this.#count) & ((1 << count) - 1);
    return value;
  }

  /** EXTEND of T.81 §F.2.2.1. */
  readSigned(size: number): number {
    const value = this.read(size);
    return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  readSymbol(table: Uint16Array | undefined): number {
    if (table === undefined) throw new Error("no Huffman table");
    this.#fill();
    const entry = table[(this.#buffer >>> (this.#count - 16)) & 0xffff] as number;
    if (entry === 0) throw new Error("no such code");
    this.#count -= entry >> 8;
    return entry & 255;
  }

  restart(): void {
    const at = this.nextMarker();
    if (((this.#bytes[at + 1] ?? 0) & 0xf8) !== 0xd0) throw new Error("no restart marker");
    this.#at = at + 2;
    this.#count = 0;
  }

  nextMarker(): number {
    let at = this.#at;
    for (; at + 1 < this.#bytes.length; at++) {
      const code = this.#bytes[at + 1] as number;
      if (this.#bytes[at] === 0xff && code !== 0 && code !== 0xff) return at;
    }
    return this.#bytes.length;
  }

  /** To 16 bits or more; a marker or the end is followed by zeros. */
  #fill(): void {
    while (this.#count < 16) {
      let next = this.#bytes[this.#at] ?? 0;
      if (next === 0xff) {
        // Any number of fill bytes may stand in front of a zero, says libjpeg, though T.81 knows them in front of markers only.
        let code = this.#at + 1;
        while (this.#bytes[code] === 0xff) code++;
        if (this.#bytes[code] === 0) this.#at = code + 1;
        else next = 0;
      } else this.#at++;
      this.#buffer = ((this.#buffer & 0xffff) << 8) | next;
      this.#count += 8;
    }
  }
}
