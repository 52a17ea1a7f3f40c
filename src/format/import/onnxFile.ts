/** The few messages of onnx.proto3 that a model of dense layers is made of. */

import { ImportError, corrupt, unsupported } from './importError';
import { MOST_IMPORTED_PARAMETERS } from './limits';
import type { ImportContext } from './model';
import { Message } from './protobuf';
import { ELEMENT_TYPES, denseTensor, elementCount, quoted } from './tensor';
import type { ElementType, Tensor } from './tensor';

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** The attributes of a node by name. */
export class Attributes {
  private readonly byName: ReadonlyMap<string, Message>;

  constructor(messages: readonly Message[]) {
    this.byName = new Map(messages.map((message) => [message.text(ATTRIBUTE.name), message]));
  }

  float(name: string): number | undefined {
    return this.byName.get(name)?.floats(ATTRIBUTE.float, 4).at(-1);
  }

  integer(name: string): number | undefined {
    return this.byName.get(name)?.integer(ATTRIBUTE.integer);
  }

  integers(name: string): number[] {
    return this.byName.get(name)?.integers(ATTRIBUTE.integers) ?? [];
  }

  floats(name: string): number[] {
    return this.byName.get(name)?.floats(ATTRIBUTE.floats, 4) ?? [];
  }

  text(name: string): string | undefined {
    return this.byName.get(name)?.text(ATTRIBUTE.text);
  }

  tensor(name: string): Message | undefined {
    return this.byName.get(name)?.message(ATTRIBUTE.tensor);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }
}

// The numbers of the fields, as onnx.proto3 gives them.
const MODEL = { version: 1, graph: 7, opset: 8 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparse: 15 };
const NODE = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, float: 2, integer: 3, text: 4, tensor: 5, floats: 7, integers: 8 };
const TENSOR = {
  dims: 1,
  type: 2,
  floats: 4,
  int32: 5,
  int64: 7,
  name: 8,
  raw: 9,
  doubles: 10,
  uint64: 11,
  external: 13,
};

/** TensorProto.DataType, and the field for elements that are not in `raw_data`. */
const TYPES: Readonly<
  Record<number, { type: ElementType; field: 'floats' | 'doubles' | 'int32' | 'int64' | 'uint64' }>
> = {
  1: { type: ELEMENT_TYPES.float32, field: 'floats' },
  2: { type: ELEMENT_TYPES.uint8, field: 'int32' },
  3: { type: ELEMENT_TYPES.int8, field: 'int32' },
  4: { type: ELEMENT_TYPES.uint16, field: 'int32' },
  5: { type: ELEMENT_TYPES.int16, field: 'int32' },
  6: { type: ELEMENT_TYPES.int32, field: 'int32' },
  7: { type: ELEMENT_TYPES.int64, field: 'int64' },
  9: { type: ELEMENT_TYPES.bool, field: 'int32' },
  10: { type: ELEMENT_TYPES.float16, field: 'int32' },
  11: { type: ELEMENT_TYPES.float64, field: 'doubles' },
  12: { type: ELEMENT_TYPES.uint32, field: 'uint64' },
  13: { type: ELEMENT_TYPES.uint64, field: 'uint64' },
  16: { type: ELEMENT_TYPES.bfloat16, field: 'int32' },
};

const MOST_NODES = 100_000;

/** True where the bytes are a message with a graph, as an ONNX file is. */
export function isOnnx(bytes: Uint8Array): boolean {
  // ir_version comes first, a small varint.
  if (bytes[0] !== 8) return false;
  try {
    return new Message(bytes).has(MODEL.graph);
  } catch {
    return false;
  }
}

/** The graph of a model. Throws an `ImportError` where the bytes are no ONNX model. */
export class OnnxFile {
  readonly nodes: readonly OnnxNode[];
  /** What has to be given when the model runs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly tensorNames: readonly string[];
  private readonly tensors: ReadonlyMap<string, Message>;

  constructor(
    bytes: Uint8Array,
    private readonly context: ImportContext,
  ) {
    const graph = new Message(bytes).message(MODEL.graph);
    if (!graph) throw corrupt('the file has no graph');
    if (graph.has(GRAPH.sparse)) throw unsupported('the graph has sparse tensors');
    this.tensors = new Map(graph.messages(GRAPH.initializer).map((tensor) => [tensor.text(TENSOR.name), tensor]));
    this.tensorNames = [...this.tensors.keys()];
    this.nodes = graph.messages(GRAPH.node).map((node) => ({
      op: node.text(NODE.op),
      name: node.text(NODE.name),
      domain: node.text(NODE.domain),
      inputs: node.texts(NODE.input),
      outputs: node.texts(NODE.output),
      attributes: new Attributes(node.messages(NODE.attribute)),
    }));
    if (this.nodes.length > MOST_NODES) throw new ImportError('too-large', 'the graph has more than 100,000 nodes');
    const names = (field: number): string[] => graph.messages(field).map((value) => value.text(1));
    this.inputs = names(GRAPH.input).filter((name) => !this.tensors.has(name));
    this.outputs = names(GRAPH.output);
  }

  /** The initializer of that name. */
  tensor(name: string): Tensor | undefined {
    const message = this.tensors.get(name);
    return message && this.read(name, message);
  }

  /** The value of a node `Constant`. */
  constantOf(attributes: Attributes): { shape: readonly number[]; values: Float64Array } | undefined {
    const tensor = attributes.tensor('value');
    if (tensor) {
      const { shape, values } = {
        shape: this.read('value', tensor).shape,
        values: this.read('value', tensor).values(),
      };
      return { shape, values };
    }
    const single = attributes.float('value_float') ?? attributes.integer('value_int');
    if (single !== undefined) return { shape: [], values: Float64Array.of(single) };
    const key = ['value_floats', 'value_ints'].find((name) => attributes.has(name));
    if (key === undefined) return undefined;
    const values = Float64Array.from(key === 'value_floats' ? attributes.floats(key) : attributes.integers(key));
    return { shape: [values.length], values };
  }

  private read(name: string, message: Message): Tensor {
    const found = TYPES[message.integer(TENSOR.type) ?? 0];
    if (!found) throw unsupported(`${quoted(name)} has an element type that is not a real number`);
    const shape = message.integers(TENSOR.dims);
    const count = elementCount(name, shape);
    if (count > MOST_IMPORTED_PARAMETERS)
      throw new ImportError('too-large', `${quoted(name)} has ${String(count)} elements`);
    const { type } = found;
    if (message.has(TENSOR.external))
      return denseTensor(name, shape, type, this.external(name, message, count * type.bytes));
    const raw = message.bytes(TENSOR.raw);
    if (raw && raw.length > 0) return denseTensor(name, shape, type, raw);
    const values = listed(message, found);
    if (values.length !== count) {
      throw corrupt(`${quoted(name)} has ${String(values.length)} elements, expected ${String(count)} by its shape`);
    }
    return { name, shape, type, values: () => Float64Array.from(values) };
  }

  /** The bytes of a tensor in a file beside the model. */
  private external(name: string, message: Message, length: number): Uint8Array {
    const entries = new Map(message.messages(TENSOR.external).map((entry) => [entry.text(1), entry.text(2)]));
    const location = entries.get('location');
    if (location === undefined || location === '') throw corrupt(`${quoted(name)} does not say in which file it is`);
    const offset = Number(entries.get('offset') ?? 0);
    const told = Number(entries.get('length') ?? length);
    const bytes = this.context.readBeside(location);
    if (!Number.isSafeInteger(offset) || offset < 0 || told !== length || offset + length > bytes.length) {
      throw corrupt(`${quoted(name)} does not fit into ${quoted(location)}: it is cut off, or the offset is wrong`);
    }
    return bytes.subarray(offset, offset + length);
  }
}

function listed(message: Message, { type, field }: (typeof TYPES)[number]): number[] {
  if (field === 'floats') return message.floats(TENSOR.floats, 4);
  if (field === 'doubles') return message.floats(TENSOR.doubles, 8);
  const numbers = message.integers(TENSOR[field]);
  if (type !== ELEMENT_TYPES.float16 && type !== ELEMENT_TYPES.bfloat16) return numbers;
  // Their bits stand in the lower half of an int32.
  const view = new DataView(new ArrayBuffer(2));
  return numbers.map((bits) => {
    view.setUint16(0, bits & 0xffff, true);
    return type.read(view, 0, true);
  });
}
