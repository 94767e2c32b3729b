// A colour profile put into an AVIF as libavif writes it (ISO/IEC 23008-12 §6.5.5 colr, 14496-12 §8.11). Copies, never converts.
import { type IsoBox, walkIsoBoxes } from "./iso-boxes.ts";
import { readUint32BE } from "./read-integers.ts";

/** Bytes of a box's size and type, and of the version and flags behind them. */
const BOX_HEAD_BYTES = 8;
const FULL_BOX_BYTES = 4;
const SIZE_BYTES = 4;
/** iloc's field sizes: offsets and lengths of 4 bytes, no base offset. */
const ILOC_FIELDS = 0x44;

/**
 * @param avif a picture whose item 1 is coded, with its metadata in front of its data
 * @returns the same picture with one more property of item 1. Throws RangeError for a file of another build.
 */
export function insertAvifIccProfile(avif: Uint8Array, profile: Uint8Array): Uint8Array {
  const meta = boxIn(avif, 0, avif.length, "meta");
  const metaStart = meta.bodyStart + FULL_BOX_BYTES;
  const iprp = boxIn(avif, metaStart, meta.bodyEnd, "iprp");
  const ipco = boxIn(avif, iprp.bodyStart, iprp.bodyEnd, "ipco");
  const ipma = boxIn(avif, iprp.bodyStart, iprp.bodyEnd, "ipma");
  const iloc = boxIn(avif, metaStart, meta.bodyEnd, "iloc");
  if (iloc.bodyEnd > ipco.bodyStart || ipma.bodyStart < ipco.bodyEnd) throw unlike("another order of boxes");

  const property = colourProperty(profile);
  const index = [...walkIsoBoxes(avif, ipco.bodyStart, ipco.bodyEnd)].length + 1;
  const { countAt, end: associationEnd } = firstAssociations(avif, ipma);
  const grown = property.length + 1;
  const out = new Uint8Array(avif.length + grown);
  out.set(avif.subarray(0, ipco.bodyEnd));
  out.set(property, ipco.bodyEnd);
  out.set(avif.subarray(ipco.bodyEnd, associationEnd), ipco.bodyEnd + property.length);
  out[associationEnd + property.length] = index;
  out.set(avif.subarray(associationEnd), associationEnd + grown);

  out[countAt + property.length] += 1;
  const view = new DataView(out.buffer);
  const grow = (box: IsoBox, bytes: number, moved = 0): void => {
    const at = box.bodyStart - BOX_HEAD_BYTES + moved;
    view.setUint32(at, view.getUint32(at) + bytes);
  };
  grow(meta, grown);
  grow(iprp, grown);
  grow(ipco, property.length);
  grow(ipma, 1, property.length);
  moveExtents(view, iloc, grown);
  return out;
}

function unlike(what: string): RangeError {
  return new RangeError(`Expected an AVIF as libavif writes it. Got ${what}.`);
}

function boxIn(avif: Uint8Array, start: number, end: number, type: string): IsoBox {
  for (const box of walkIsoBoxes(avif, start, end)) if (box.type === type && box.bodyEnd <= avif.length) return box;
  throw unlike(`no ${type}`);
}

function colourProperty(profile: Uint8Array): Uint8Array {
  const tags = [..."colrprof"].map((letter) => letter.charCodeAt(0));
  const box = new Uint8Array(SIZE_BYTES + tags.length + profile.length);
  new DataView(box.buffer).setUint32(0, box.length);
  box.set(tags, SIZE_BYTES);
  box.set(profile, SIZE_BYTES + tags.length);
  return box;
}

/** Where the count of the first item's properties stands, and where their list ends. */
function firstAssociations(avif: Uint8Array, ipma: IsoBox): { countAt: number; end: number } {
  const isPlain = readUint32BE(avif, ipma.bodyStart) === 0;
  const entry = ipma.bodyStart + FULL_BOX_BYTES + SIZE_BYTES;
  if (!isPlain || avif[entry] !== 0 || avif[entry + 1] !== 1) throw unlike("other associations");
  return { countAt: entry + 2, end: entry + 3 + avif[entry + 2] };
}

/** The data lies as many bytes later. */
function moveExtents(view: DataView, iloc: IsoBox, bytes: number): void {
  let pos = iloc.bodyStart;
  if (view.getUint32(pos) !== 0 || view.getUint16(pos + FULL_BOX_BYTES) !== ILOC_FIELDS << 8)
    throw unlike("another iloc");
  const items = view.getUint16(pos + 6);
  pos += 8;
  for (let item = 0; item < items; item++) {
    const extents = view.getUint16(pos + 4);
    pos += 6;
    for (let extent = 0; extent < extents; extent++, pos += 8) view.setUint32(pos, view.getUint32(pos) + bytes);
  }
}
