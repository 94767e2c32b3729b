// Reads an ONNX file into a graph of nodes and constants. Field numbers are those of onnx/onnx.proto (IR version 8).
// It checks form (lengths, counts, ranges), never meaning: which operators make sense is the compiler's business.
import { fieldsOf, integersOf, ProtobufError, type ProtobufField, textOf } from "./protobuf-fields.ts";

/** A network this runtime is meant for has some hundred nodes; a hostile file would have us build millions of objects. */
export const MAX_NODES = 4096;
export const MAX_CONSTANTS = 8192;
/** No tensor of an image network has more. */
export const MAX_RANK = 8;
/** 16 million floats are 64 MiB: more than the kernels' memory. */
export const MAX_TENSOR_ELEMENTS = 1 << 24;

export interface OnnxTensor {
  readonly shape: readonly number[];
  /** Null: the constant is of a type the kernels have no use for. */
  readonly values: Float32Array | readonly number[] | null;
}

export interface OnnxAttribute {
  readonly integer: number;
  readonly float: number;
  readonly text: string;
  readonly integers: readonly number[];
  readonly tensor: OnnxTensor | null;
}

export interface OnnxNode {
  readonly operator: string;
  /** An empty name is an input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Constants are not listed. Null: a side that is known only when the model runs. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | null)[] }[];
  readonly outputs: readonly string[];
}

/** The bytes are no ONNX model, or a damaged one. */
export class MalformedModel extends Error {
  override readonly name = "MalformedModel";
}

const FLOAT_TENSOR = 1;
const INT64_TENSOR = 7;
/** TensorProto.DataLocation: the values lie in another file, which we do not have. */
const EXTERNAL_DATA = 1;

/** @throws MalformedModel */
export function readOnnxGraph(model: Uint8Array): OnnxGraph {
  try {
    for (const field of fieldsOf(model)) if (field.number === 7) return readGraph(field.bytes);
  } catch (error) {
    if (error instanceof ProtobufError) throw new MalformedModel(`The model is damaged: ${error.message}`);
    throw error;
  }
  throw new MalformedModel("Expecting an ONNX model. Got a file without a graph.");
}

function readGraph(bytes: Uint8Array): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxTensor>();
  const inputs: { name: string; shape: (number | null)[] }[] = [];
  const outputs: string[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) nodes.push(readNode(field.bytes));
    else if (field.number === 5) constants.set(...readTensor(field.bytes));
    else if (field.number === 11) inputs.push(readValueInfo(field.bytes));
    else if (field.number === 12) outputs.push(readValueInfo(field.bytes).name);
    if (nodes.length > MAX_NODES) throw new MalformedModel(`Expecting at most ${MAX_NODES} nodes.`);
    if (constants.size > MAX_CONSTANTS) throw new MalformedModel(`Expecting at most ${MAX_CONSTANTS} constants.`);
  }
  // IR versions below 4 list every constant among the inputs, too.
  return { nodes, constants, inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}

function readNode(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let operator = "";
  let domain = "";
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 4) operator = textOf(field);
    else if (field.number === 5) attributes.set(...readAttribute(field.bytes));
    else if (field.number === 7) domain = textOf(field);
  }
  const isStandard = domain === "" || domain === "ai.onnx";
  return { operator: isStandard ? operator : `${domain}.${operator}`, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array): [string, OnnxAttribute] {
  let name = "";
  let integer = 0;
  let float = 0;
  let text = "";
  const integers: number[] = [];
  let tensor: OnnxTensor | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) float = floatsOf(field)[0] ?? 0;
    else if (field.number === 3) integer = field.integer;
    else if (field.number === 4) text = textOf(field);
    else if (field.number === 5) tensor = readTensor(field.bytes)[1];
    else if (field.number === 8) append(integers, field);
  }
  return [name, { integer, float, text, integers, tensor }];
}

function readTensor(bytes: Uint8Array): [string, OnnxTensor] {
  const shape: number[] = [];
  let type = 0;
  let name = "";
  let raw: Uint8Array | null = null;
  let isExternal = false;
  const floats: Uint8Array[] = [];
  const integers: number[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) append(shape, field);
    else if (field.number === 2) type = field.integer;
    else if (field.number === 4) floats.push(field.bytes);
    else if (field.number === 7) append(integers, field);
    else if (field.number === 8) name = textOf(field);
    else if (field.number === 9) raw = field.bytes;
    else if (field.number === 14) isExternal = field.integer === EXTERNAL_DATA;
    if (shape.length > MAX_RANK)
      throw new MalformedModel(`Constant ${name}: expecting at most ${MAX_RANK} dimensions.`);
  }
  const count = shape.reduce((product, side) => product * side, 1);
  if (shape.some((side) => side < 0) || !(count <= MAX_TENSOR_ELEMENTS)) {
    throw new MalformedModel(`Constant ${name}: [${shape}] is no shape of at most ${MAX_TENSOR_ELEMENTS} numbers.`);
  }
  if (isExternal || (type !== FLOAT_TENSOR && type !== INT64_TENSOR)) return [name, { shape, values: null }];
  const values =
    type === FLOAT_TENSOR ? toFloats(raw === null ? floats : [raw]) : raw === null ? integers : toIntegers(raw);
  if (values.length !== count) {
    throw new MalformedModel(`Constant ${name}: expecting ${count} numbers for [${shape}]. Got ${values.length}.`);
  }
  return [name, { shape, values }];
}

function readValueInfo(bytes: Uint8Array): { name: string; shape: (number | null)[] } {
  let name = "";
  const shape: (number | null)[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) {
      for (const dimension of within(field.bytes, [1, 2, 1])) {
        const side = [...fieldsOf(dimension)].find((value) => value.number === 1)?.integer;
        // Exporters write 0 where they mean "any".
        shape.push(side === undefined || side <= 0 ? null : side);
      }
    }
  }
  return { name, shape };
}

/** The messages at a path of field numbers. */
function within(message: Uint8Array, path: readonly number[]): Uint8Array[] {
  const [number, ...rest] = path;
  if (number === undefined) return [message];
  return [...fieldsOf(message)].filter((field) => field.number === number).flatMap(({ bytes }) => within(bytes, rest));
}

/** Not by spreading: a hostile list would not fit on the stack. */
function append(integers: number[], field: ProtobufField): void {
  for (const integer of integersOf(field)) integers.push(integer);
}

function floatsOf(field: ProtobufField): Float32Array {
  return toFloats([field.bytes]);
}

/** Little-endian, at any alignment. */
function toFloats(parts: readonly Uint8Array[]): Float32Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let pos = 0;
  for (const part of parts) {
    bytes.set(part, pos);
    pos += part.length;
  }
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}

function toIntegers(raw: Uint8Array): number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.length / 8) }, (_, i) => Number(view.getBigInt64(i * 8, true)));
}
