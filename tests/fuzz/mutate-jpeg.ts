// Mutations that know JPEG's segments: what is changed is a length, a table, a frame or a scan script, and the rest stays sound.
import { concat, type Mutation } from "./mutate-bytes.ts";
import type { Random } from "./random.ts";

interface Segment {
  readonly marker: number;
  /** Marker, length and payload; of a scan also its entropy-coded data. */
  readonly bytes: Uint8Array;
}

const SOF_MARKERS = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc9, 0xca] as const;
/** Payload starts behind marker and length. */
const PAYLOAD = 4;

export const jpegMutations: readonly Mutation[] = [
  function swapSegments(input, random) {
    return rebuild(input, (segments) => {
      const [a, b] = [random.below(segments.length), random.below(segments.length)];
      const first = segments[a] as Segment;
      segments[a] = segments[b] as Segment;
      segments[b] = first;
    });
  },
  function dropSegment(input, random) {
    return rebuild(input, (segments) => segments.splice(random.below(segments.length), 1));
  },
  function repeatSegment(input, random) {
    return rebuild(input, (segments) => {
      const segment = random.pick(segments);
      const copies = Array.from({ length: random.isOneIn(8) ? 200 : random.between(1, 3) }, () => segment);
      segments.splice(random.below(segments.length + 1), 0, ...copies);
    });
  },
  function borrowSegment(input, random, other) {
    const theirs = splitJpeg(other);
    if (theirs.length === 0) return input;
    return rebuild(input, (segments) => segments.splice(random.below(segments.length + 1), 0, random.pick(theirs)));
  },
  function wrongLength(input, random) {
    return edit(
      input,
      random,
      () => true,
      (bytes, view) => {
        if (bytes.length < PAYLOAD) return;
        view.setUint16(
          2,
          random.isOneIn(2) ? view.getUint16(2) + random.between(-4, 4) : random.pick([0, 1, 2, 3, 0xffff]),
        );
      },
    );
  },
  function otherMarker(input, random) {
    return edit(
      input,
      random,
      () => true,
      (bytes) => {
        bytes[1] = random.isOneIn(2) ? random.between(0xc0, 0xfe) : random.pick(SOF_MARKERS);
      },
    );
  },
  function editFrameSize(input, random) {
    return edit(input, random, isFrame, (_, view) => {
      if (view.byteLength < PAYLOAD + 5) return;
      const edges = [0, 1, 7, 8, 9, 15, 16, 17, 255, 256, 257, 4095, 65535, random.below(4096)];
      view.setUint16(PAYLOAD + (random.isOneIn(2) ? 1 : 3), random.pick(edges));
    });
  },
  function editFrameComponents(input, random) {
    return edit(input, random, isFrame, (bytes) => {
      const component = PAYLOAD + 6 + 3 * random.below(4);
      const at = component + random.below(3);
      if (at >= bytes.length) return;
      if (at === component + 1) bytes[at] = (random.between(0, 5) << 4) | random.between(0, 5);
      else bytes[at] = random.isOneIn(2) ? random.below(5) : random.below(256);
    });
  },
  function editFrameHead(input, random) {
    return edit(input, random, isFrame, (bytes) => {
      if (random.isOneIn(2)) bytes[PAYLOAD + 5] = random.below(6);
      else bytes[PAYLOAD] = random.pick([0, 1, 8, 12, 16]);
    });
  },
  function editHuffmanCounts(input, random) {
    return edit(
      input,
      random,
      ({ marker }) => marker === 0xc4,
      (bytes) => {
        const at = PAYLOAD + 1 + random.below(16);
        if (at >= bytes.length) return;
        const value = bytes[at] ?? 0;
        // Moving one code to another length keeps the table's size: the tables behind it stay readable.
        const to = PAYLOAD + 1 + random.below(16);
        if (value > 0 && to < bytes.length && random.isOneIn(2)) {
          bytes[at] = value - 1;
          bytes[to] = (bytes[to] ?? 0) + 1;
        } else bytes[at] = random.isOneIn(2) ? random.below(256) : value + random.between(-1, 1);
      },
    );
  },
  function editHuffmanSymbols(input, random) {
    return edit(
      input,
      random,
      ({ marker }) => marker === 0xc4,
      (bytes) => {
        const at = PAYLOAD + 17 + random.below(Math.max(1, bytes.length - PAYLOAD - 17));
        if (at < bytes.length)
          bytes[at] = random.pick([0, 0xf0, 0xff, 0x0f, 0x0b, 0x10, 0xe0, 0x1f, random.below(256)]);
      },
    );
  },
  function editHuffmanId(input, random) {
    return edit(
      input,
      random,
      ({ marker }) => marker === 0xc4,
      (bytes) => {
        bytes[PAYLOAD] = random.pick([0, 1, 2, 3, 4, 0x10, 0x11, 0x12, 0x13, 0x14, 0x20, 0xff]);
      },
    );
  },
  function editQuantization(input, random) {
    return edit(
      input,
      random,
      ({ marker }) => marker === 0xdb,
      (bytes) => {
        const at = PAYLOAD + (random.isOneIn(3) ? 0 : random.below(Math.max(1, bytes.length - PAYLOAD)));
        bytes[at] = random.pick([0, 1, 3, 4, 0x10, 0x13, 0xff, random.below(256)]);
      },
    );
  },
  function editScanScript(input, random) {
    return edit(
      input,
      random,
      ({ marker }) => marker === 0xda,
      (bytes) => {
        const count = bytes[PAYLOAD] ?? 0;
        const tail = PAYLOAD + 1 + count * 2;
        const at = random.pick([PAYLOAD, tail, tail + 1, tail + 2, PAYLOAD + 1 + random.below(Math.max(1, count * 2))]);
        if (at >= bytes.length) return;
        const edges = [0, 1, 5, 6, 62, 63, 64, 0x01, 0x10, 0x21, 0x12, 0x0d, 0xd0, 0xff, random.below(256)];
        bytes[at] = random.pick(edges);
      },
    );
  },
  function addRestartInterval(input, random) {
    const interval = random.pick([0, 1, 2, 3, 7, 100, 0xffff]);
    const segment = { marker: 0xdd, bytes: Uint8Array.of(0xff, 0xdd, 0, 4, interval >> 8, interval & 255) };
    return rebuild(input, (segments) => segments.splice(random.below(segments.length + 1), 0, segment));
  },
  function plantMarkerInScan(input, random) {
    return edit(
      input,
      random,
      ({ marker }) => marker === 0xda,
      (bytes) => {
        const from = PAYLOAD + 10;
        if (bytes.length < from + 2) return;
        const at = from + random.below(bytes.length - from - 1);
        bytes[at] = 0xff;
        bytes[at + 1] = random.pick([0, 0xff, 0xd0, 0xd3, 0xd7, 0xd8, 0xd9, 0xda, 0xc4, 0xdb, 0xc0, 0x01]);
      },
    );
  },
  function corruptScanData(input, random) {
    return edit(
      input,
      random,
      ({ marker }) => marker === 0xda,
      (bytes) => {
        for (let n = random.between(1, 16); n > 0; n--) {
          const from = PAYLOAD + 10;
          if (bytes.length > from) bytes[from + random.below(bytes.length - from)] = random.below(256);
        }
      },
    );
  },
  function shortenScan(input, random) {
    return rebuild(input, (segments) => {
      const scans = segments.filter(({ marker }) => marker === 0xda);
      if (scans.length === 0) return;
      const scan = random.pick(scans);
      const bytes = scan.bytes.slice(0, random.between(PAYLOAD + 6, Math.max(PAYLOAD + 6, scan.bytes.length)));
      segments[segments.indexOf(scan)] = { ...scan, bytes };
    });
  },
];

function isFrame({ marker }: Segment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Changes a copy of one segment that `isMeant`; the input itself where there is none. */
function edit(
  input: Uint8Array,
  random: Random,
  isMeant: (segment: Segment) => boolean,
  change: (bytes: Uint8Array, view: DataView) => void,
): Uint8Array {
  return rebuild(input, (segments) => {
    const meant = segments.filter(isMeant);
    if (meant.length === 0) return;
    const segment = random.pick(meant);
    const bytes = segment.bytes.slice();
    change(bytes, new DataView(bytes.buffer));
    segments[segments.indexOf(segment)] = { ...segment, bytes };
  });
}

function rebuild(input: Uint8Array, change: (segments: Segment[]) => unknown): Uint8Array {
  const segments = splitJpeg(input);
  if (segments.length === 0) return input;
  change(segments);
  return concat(Uint8Array.of(0xff, 0xd8), ...segments.map(({ bytes }) => bytes));
}

/** Segments behind SOI; a scan takes all data up to the next marker that is neither a restart nor stuffing. */
export function splitJpeg(input: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= input.length && input[at] === 0xff; ) {
    const marker = input[at + 1] as number;
    let end = at + 2 + (((input[at + 2] as number) << 8) | (input[at + 3] as number));
    if (marker === 0xda) end = endOfScan(input, end);
    if (marker === 0xd9) end = input.length;
    segments.push({ marker, bytes: input.slice(at, end) });
    at = end;
  }
  return segments;
}

function endOfScan(input: Uint8Array, from: number): number {
  let at = from;
  while (at + 1 < input.length) {
    const next = input[at + 1] as number;
    if (input[at] === 0xff && next !== 0 && next !== 0xff && (next & 0xf8) !== 0xd0) return at;
    at++;
  }
  return input.length;
}
