// Writes ONNX models (protobuf ModelProto, opset 17) without a dependency: as much of the format as our own graphs need.
// Field numbers are those of onnx/onnx.proto (IR version 8). It may not run anything.

const OPSET = 17;
const IR_VERSION = 8;
const FLOAT_TENSOR = 1;
const INT64_TENSOR = 7;
const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

type AttributeValue = number | string | readonly number[];

/** A graph under construction. Methods that add a value return its name, to be fed to the next node. */
export class OnnxGraphWriter {
  readonly #nodes: Uint8Array[] = [];
  readonly #initialisers: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  readonly #name: string;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** A float32 input of a fixed shape. */
  input(name: string, shape: readonly number[]): string {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Declares an existing value as a float32 output. */
  output(name: string, shape: readonly number[]): void {
    this.#outputs.push(valueInfo(name, shape));
  }

  /** A float32 constant. @throws RangeError when the values do not fill the shape. */
  floats(values: readonly number[], shape: readonly number[]): string {
    const expected = shape.reduce((product, side) => product * side, 1);
    if (values.length !== expected) throw new RangeError(`Expecting ${expected} values. Got ${values.length}.`);
    return this.#initialiser(FLOAT_TENSOR, new Uint8Array(Float32Array.from(values).buffer), shape);
  }

  /** A one-dimensional int64 constant (axes, shapes). */
  integers(values: readonly number[]): string {
    return this.#initialiser(INT64_TENSOR, new Uint8Array(BigInt64Array.from(values, BigInt).buffer), [values.length]);
  }

  /** A node with one output, whose name is returned (`output` names it; otherwise it is numbered). */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output = this.#fresh(),
  ): string {
    this.#nodes.push(
      concat([
        ...inputs.map((input) => text(1, input)),
        text(2, output),
        text(4, operator),
        ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
      ]),
    );
    return output;
  }

  /** The finished model. */
  encode(): Uint8Array {
    const graph = concat([
      ...this.#nodes.map((node) => bytes(1, node)),
      text(2, this.#name),
      ...this.#initialisers.map((initialiser) => bytes(5, initialiser)),
      ...this.#inputs.map((input) => bytes(11, input)),
      ...this.#outputs.map((output) => bytes(12, output)),
    ]);
    const operators = concat([text(1, ""), integer(2, OPSET)]);
    return concat([integer(1, IR_VERSION), bytes(7, graph), bytes(8, operators)]);
  }

  #initialiser(type: number, raw: Uint8Array, shape: readonly number[]): string {
    const name = this.#fresh();
    this.#initialisers.push(
      concat([...shape.map((side) => integer(1, side)), integer(2, type), text(8, name), bytes(9, raw)]),
    );
    return name;
  }

  #fresh(): string {
    return `v${this.#count++}`;
  }
}

function valueInfo(name: string, shape: readonly number[]): Uint8Array {
  const dimensions = concat(shape.map((side) => bytes(1, integer(1, side))));
  const tensor = concat([integer(1, FLOAT_TENSOR), bytes(2, dimensions)]);
  return concat([text(1, name), bytes(2, bytes(1, tensor))]);
}

function attribute(name: string, value: AttributeValue): Uint8Array {
  if (typeof value === "string") return concat([text(1, name), text(4, value), integer(20, ATTRIBUTE_STRING)]);
  if (typeof value === "number") return concat([text(1, name), integer(3, value), integer(20, ATTRIBUTE_INT)]);
  return concat([text(1, name), ...value.map((item) => integer(8, item)), integer(20, ATTRIBUTE_INTS)]);
}

function integer(field: number, value: number): Uint8Array {
  return concat([varint((field << 3) | WIRE_VARINT), varint(value)]);
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return concat([varint((field << 3) | WIRE_BYTES), varint(value.length), value]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

/** Base-128, least significant group first. @throws RangeError for what protobuf would need ten bytes or a fraction for. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Expecting a whole number from 0. Got ${value}.`);
  const groups: number[] = [];
  let rest = value;
  while (rest > 127) {
    groups.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  groups.push(rest);
  return Uint8Array.from(groups);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    joined.set(part, pos);
    pos += part.length;
  }
  return joined;
}
