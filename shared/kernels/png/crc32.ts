// AssemblyScript. CRC-32 as PNG chunks carry it (W3C PNG, third edition, annex D), eight bytes a step.

/** The reflected polynomial of ISO 3309. */
const POLYNOMIAL: u32 = 0xedb88320;
/**
 * Tables of the slicing-by-8 method (Kounavis and Berry, 2005): table k advances a byte's remainder by k more bytes.
 */
const SLICES: usize = 8;
const TABLE_BYTES: usize = 256 * 4;
const TABLES: usize = memory.data(8 * 256 * 4, 16);

let hasTables = false;

function makeTables(): void {
  for (let i: u32 = 0; i < 256; i++) {
    let remainder = i;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
    store<u32>(TABLES + (<usize>i << 2), remainder);
  }
  for (let slice: usize = 1; slice < SLICES; slice++) {
    for (let i: usize = 0; i < 256; i++) {
      const previous = load<u32>(TABLES + (slice - 1) * TABLE_BYTES + (i << 2));
      const next = (previous >>> 8) ^ load<u32>(TABLES + (<usize>(previous & 0xff) << 2));
      store<u32>(TABLES + slice * TABLE_BYTES + (i << 2), next);
    }
  }
  hasTables = true;
}

// @ts-ignore: decorator
@inline function advance(slice: usize, byte: u32): u32 {
  return load<u32>(TABLES + slice * TABLE_BYTES + (<usize>(byte & 0xff) << 2));
}

/** @param crc What the bytes before gave, 0 at the start. @returns the CRC of all bytes so far. */
export function crc32(crc: u32, address: usize, sizeBytes: usize): u32 {
  if (!hasTables) makeTables();
  let remainder = ~crc;
  let pos = address;
  const end = address + sizeBytes;
  const wideEnd = address + (sizeBytes & ~7);
  while (pos < wideEnd) {
    const low = load<u32>(pos) ^ remainder;
    const high = load<u32>(pos, 4);
    remainder =
      advance(7, low) ^ advance(6, low >>> 8) ^ advance(5, low >>> 16) ^ advance(4, low >>> 24) ^
      advance(3, high) ^ advance(2, high >>> 8) ^ advance(1, high >>> 16) ^ advance(0, high >>> 24);
    pos += 8;
  }
  while (pos < end) remainder = (remainder >>> 8) ^ advance(0, remainder ^ <u32>load<u8>(pos++));
  return ~remainder;
}
