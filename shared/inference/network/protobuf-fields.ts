// Reads the protobuf wire format, field by field, and believes nothing: every length is checked before it is used.
// https://protobuf.dev/programming-guides/encoding/. It knows no message.

export interface ProtobufField {
  readonly number: number;
  /** A varint's value as a signed 64-bit integer; 0 for other wire types. Beyond 2⁵³ it is rounded. */
  readonly integer: number;
  /** What a length-delimited, 32-bit or 64-bit field holds; empty for a varint. A view, not a copy. */
  readonly bytes: Uint8Array;
}

/** The bytes are no protobuf message, or one that was cut off. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

const WIRE_VARINT = 0;
const WIRE_64_BIT = 1;
const WIRE_BYTES = 2;
const WIRE_32_BIT = 5;
const MAX_VARINT_BYTES = 10;
const NOTHING = new Uint8Array();
const decoder = new TextDecoder();

/** The fields of one message, in order. @throws ProtobufError (while iterating) at the first byte that cannot be. */
export function* fieldsOf(message: Uint8Array): Generator<ProtobufField> {
  const reader = { message, pos: 0 };
  while (reader.pos < message.length) {
    const key = readVarint(reader);
    const number = Math.floor(key / 8);
    if (number < 1) throw new ProtobufError(`Expecting a field number from 1 at byte ${reader.pos}. Got ${number}.`);
    switch (key % 8) {
      case WIRE_VARINT:
        yield { number, integer: readVarint(reader), bytes: NOTHING };
        break;
      case WIRE_BYTES:
        yield { number, integer: 0, bytes: take(reader, readVarint(reader)) };
        break;
      case WIRE_32_BIT:
        yield { number, integer: 0, bytes: take(reader, 4) };
        break;
      case WIRE_64_BIT:
        yield { number, integer: 0, bytes: take(reader, 8) };
        break;
      default:
        throw new ProtobufError(`Expecting a wire type at byte ${reader.pos}. Got ${key % 8}.`);
    }
  }
}

/** A field of repeated integers: packed into one, or one of many. */
export function integersOf(field: ProtobufField): number[] {
  if (field.bytes.length === 0) return [field.integer];
  const reader = { message: field.bytes, pos: 0 };
  const integers: number[] = [];
  while (reader.pos < field.bytes.length) integers.push(readVarint(reader));
  return integers;
}

export function textOf(field: ProtobufField): string {
  return decoder.decode(field.bytes);
}

function take(reader: { message: Uint8Array; pos: number }, length: number): Uint8Array {
  const end = reader.pos + length;
  if (!(length >= 0 && end <= reader.message.length)) {
    throw new ProtobufError(`Expecting ${length} bytes at ${reader.pos}. Got the end at ${reader.message.length}.`);
  }
  const bytes = reader.message.subarray(reader.pos, end);
  reader.pos = end;
  return bytes;
}

/** As a signed 64-bit integer, as protobuf has them; rounded beyond 2⁵³. */
function readVarint(reader: { message: Uint8Array; pos: number }): number {
  const start = reader.pos;
  let value = 0;
  // Almost every varint has one or two bytes; four fit into the integers that bit operations have.
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = nextByte(reader);
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
  let long = BigInt(value);
  for (let count = 4; count < MAX_VARINT_BYTES; count++) {
    const byte = nextByte(reader);
    long |= BigInt(byte & 127) << BigInt(7 * count);
    if (byte < 128) return Number(BigInt.asIntN(64, long));
  }
  throw new ProtobufError(`Expecting a varint of at most ${MAX_VARINT_BYTES} bytes at ${start}.`);
}

function nextByte(reader: { message: Uint8Array; pos: number }): number {
  const byte = reader.message[reader.pos++];
  if (byte === undefined) throw new ProtobufError(`Expecting a varint. Got the end at ${reader.message.length}.`);
  return byte;
}
