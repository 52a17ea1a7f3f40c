/** ONNX: the graph from its one input to its one output, as steps. */

import { OnnxConstants } from './onnxConstants';
import { OnnxFile, type Attributes, type OnnxNode } from './onnxFile';
import { corrupt, unsupported } from './importError';
import { layersOf, normalization, shortestFloat32 } from './model';
import type { ImportContext, ImportedModel, ModelOperation } from './model';
import { activationNamed, withConstant } from './names';
import { recognized } from './recognized';
import { elementwise } from './elementwise';
import { quoted, shapeText } from './tensor';
import { transposed } from '../../core/layerMath';

/** The model of an ONNX file. Throws an `ImportError` that names the first node without a place in a layer. */
export function readOnnx(bytes: Uint8Array, context: ImportContext): ImportedModel {
  const walk = new Walk(new OnnxFile(bytes, context));
  return { layers: layersOf(walk.steps()), notes: walk.notes };
}

class Walk {
  readonly notes: string[] = [];
  private readonly made: ModelOperation[] = [];
  private readonly done = new Set<OnnxNode>();
  private readonly consumers = new Map<string, OnnxNode[]>();
  private readonly constants: OnnxConstants;

  constructor(private readonly file: OnnxFile) {
    const makers = new Map<string, OnnxNode>();
    for (const node of file.nodes) {
      for (const name of new Set(node.inputs)) {
        const list = this.consumers.get(name);
        if (list) list.push(node);
        else this.consumers.set(name, [node]);
      }
      for (const name of node.outputs) {
        if (makers.has(name)) throw corrupt(`two nodes give ${quoted(name)}`);
        makers.set(name, node);
      }
    }
    this.constants = new OnnxConstants(file, makers);
  }

  steps(): ModelOperation[] {
    const { inputs, outputs, nodes } = this.file;
    const [input, another] = inputs;
    const [output, head] = outputs;
    if (input === undefined || output === undefined) throw corrupt('the graph has no input or no output');
    if (another !== undefined) throw unsupported(`the graph has a second input, ${quoted(another)}; a network has one`);
    let current = input;
    while (current !== output) {
      const next = this.follow(current);
      if (next === undefined) throw corrupt(`the output ${quoted(output)} is not computed from the input`);
      current = next;
    }
    if (head !== undefined) throw unsupported(`the graph has a second output, ${quoted(head)}; a network has one`);
    const after =
      this.consumersOf(current)[0] ?? nodes.find((node) => !this.done.has(node) && !this.constants.isConstant(node));
    if (after)
      throw unsupported(`${this.named(after)} leads past the output: a second branch, which a network does not have`);
    for (const name of this.constants.unread()) {
      this.notes.push(`${quoted(name)} was not read: no node of the path uses it`);
    }
    return this.made;
  }

  /** Takes the next node or nodes after `current`; gives the name of what they compute. */
  private follow(current: string): string | undefined {
    const nodes = this.consumersOf(current);
    const [node] = nodes;
    if (!node) return undefined;
    if (nodes.length === 1 && node.inputs.filter((name) => name === current).length === 1) {
      // A scaled or shifted value may be the beginning of an activation that was taken apart.
      const apart = /^(Add|Sub|Mul|Div)$/.test(node.op) ? this.takenApart(current) : undefined;
      if (apart !== undefined) return apart;
      const step = this.single(node, current);
      if (step) {
        this.done.add(node);
        this.made.push(...step);
        return node.outputs[0];
      }
    }
    const joined = this.takenApart(current);
    if (joined !== undefined) return joined;
    const ops = nodes.map((one) => one.op).join(', ');
    if (nodes.length > 1) {
      throw unsupported(
        `${quoted(current)} goes to ${String(nodes.length)} nodes (${ops}): a second branch, which a network does not have`,
      );
    }
    throw unsupported(`${this.named(node)} does not fit a fully connected network`);
  }

  /** The steps of one node that takes `current` alone; undefined where it is none of those that are known. */
  private single(node: OnnxNode, current: string): ModelOperation[] | undefined {
    const { op, attributes, inputs } = node;
    const name = node.name || node.op;
    if (node.domain !== '' && node.domain !== 'ai.onnx') return undefined;
    switch (op) {
      case 'Identity':
        return [];
      case 'Cast':
        if (![1, 10, 11, 16].includes(attributes.integer('to') ?? 0)) return undefined;
        return [];
      case 'Dropout':
        if (inputs[2] !== undefined && inputs[2] !== '' && this.constants.get(inputs[2])?.values[0] !== 0) {
          throw unsupported(`${this.named(node)} is in training mode, where its outputs are random`);
        }
        if (node.outputs.slice(1).some((mask) => this.consumersOf(mask).length > 0)) return undefined;
        return [];
      case 'Flatten':
        return attributes.integer('axis') === undefined || attributes.integer('axis') === 1 ? [] : undefined;
      case 'Reshape':
        return inputs[0] === current && this.constants.get(inputs[1] ?? '')?.values.length === 2 ? [] : undefined;
      case 'Gemm':
        return inputs[0] === current ? [this.gemm(node, name)] : undefined;
      case 'MatMul':
        return inputs[0] === current ? [this.matMul(node, name)] : undefined;
      case 'Add':
      case 'Sub':
      case 'Mul':
      case 'Div':
        return this.affine(node, name, current);
      case 'BatchNormalization':
        return [this.batchNormalization(node, name)];
      case 'Softmax':
        if (!this.overLast(attributes))
          throw unsupported(
            `${this.named(node)} is over axis ${String(attributes.integer('axis'))}, expected the last`,
          );
        return [{ kind: 'activation', name, activation: { type: 'softmax' } }];
      case 'PRelu': {
        const slope = this.constants.get(inputs[1] ?? '');
        const [value] = slope?.values ?? [];
        if (value === undefined || !slope?.values.every((other) => other === value)) return undefined;
        this.constants.use(inputs[1] ?? '');
        return [{ kind: 'activation', name, activation: { type: 'leakyRelu', slope: shortestFloat32(value) } }];
      }
      default:
        return this.activation(node, name);
    }
  }

  private overLast(attributes: Attributes): boolean {
    const axis = attributes.integer('axis');
    return axis === undefined || axis === -1 || axis === 1;
  }

  /** An activation with a name of its own, if the format holds one of that name that computes the same. */
  private activation({ op, attributes, inputs }: OnnxNode, name: string): ModelOperation[] | undefined {
    const found = activationNamed(op);
    if (inputs.length !== 1 || found === undefined) return undefined;
    if (op === 'LeakyRelu' || op === 'Elu' || op === 'Celu') {
      const stored = attributes.float('alpha');
      const alpha = stored === undefined ? (op === 'LeakyRelu' ? 0.01 : 1) : shortestFloat32(stored);
      return [{ kind: 'activation', name, activation: withConstant(found, alpha) }];
    }
    const compute = elementwise(op, attributes);
    const same = compute && recognized((z) => compute([z]));
    if (compute && same?.type !== found) return undefined;
    return [{ kind: 'activation', name, activation: { type: found } }];
  }

  /** α A B + β C */
  private gemm(node: OnnxNode, name: string): ModelOperation {
    const { attributes, inputs } = node;
    if (attributes.integer('transA'))
      throw unsupported(`${this.named(node)} transposes its inputs (transA), which no layer does`);
    const alpha = shortestFloat32(attributes.float('alpha') ?? 1);
    const beta = shortestFloat32(attributes.float('beta') ?? 1);
    const matrix = this.matrix(node, inputs[1] ?? '', attributes.integer('transB') === 1);
    const weights = alpha === 1 ? matrix.weights : matrix.weights.map((value) => value * alpha);
    const c = inputs[2];
    if (c === undefined || c === '') return { kind: 'linear', name: inputs[1] ?? name, ...matrix, weights };
    const biases = this.perUnit(node, c, matrix.units).map((value) => (beta === 1 ? value : value * beta));
    return { kind: 'linear', name: inputs[1] ?? name, ...matrix, weights, biases };
  }

  private matMul(node: OnnxNode, name: string): ModelOperation {
    return { kind: 'linear', name: node.inputs[1] ?? name, ...this.matrix(node, node.inputs[1] ?? '', false) };
  }

  /** A constant matrix as θ: ONNX has inputs × units, with transB units × inputs. */
  private matrix(
    node: OnnxNode,
    name: string,
    straight: boolean,
  ): { units: number; inputs: number; weights: Float64Array } {
    const constant = this.constants.get(name);
    if (!constant)
      throw unsupported(`${this.named(node)} multiplies by ${quoted(name)}, which is computed from the inputs`);
    const [rows, columns] = constant.shape;
    if (constant.shape.length !== 2 || !rows || !columns) {
      throw unsupported(
        `${quoted(name)} of ${this.named(node)} has the shape ${shapeText(constant.shape)}, expected a matrix`,
      );
    }
    this.constants.use(name);
    this.constants.checkFinite(name, constant);
    return straight
      ? { units: rows, inputs: columns, weights: constant.values }
      : { units: columns, inputs: rows, weights: transposed(constant.values, rows, columns) };
  }

  /** A constant of one number a unit, or of one for all. */
  private perUnit(node: OnnxNode, name: string, units: number): Float64Array {
    const values = this.constants.vector(name);
    if (!values) throw unsupported(`${this.named(node)} adds ${quoted(name)}, which is not one number for each unit`);
    if (values.length === 1) return new Float64Array(units).fill(values[0] ?? NaN);
    if (values.length !== units) {
      throw corrupt(`${quoted(name)} has ${String(values.length)} numbers for ${String(units)} units`);
    }
    return values;
  }

  private affine({ op, inputs }: OnnxNode, name: string, current: string): ModelOperation[] | undefined {
    const first = inputs[0] === current;
    const other = inputs[first ? 1 : 0] ?? '';
    if (!first && op === 'Div') return undefined;
    const values = this.constants.vector(other);
    if (!values) return undefined;
    const zeros = new Float64Array(values.length);
    const ones = zeros.map(() => 1);
    if (op === 'Add') return [{ kind: 'affine', name, scale: ones, shift: values }];
    if (op === 'Sub') {
      if (first) return [{ kind: 'affine', name, scale: ones, shift: values.map((value) => -value) }];
      return [{ kind: 'affine', name, scale: ones.map(() => -1), shift: values }];
    }
    return [{ kind: 'affine', name, scale: op === 'Mul' ? values : values.map((value) => 1 / value), shift: zeros }];
  }

  private batchNormalization(node: OnnxNode, name: string): ModelOperation {
    if (node.attributes.integer('training_mode') === 1) throw unsupported(`${this.named(node)} is in training mode`);
    const [gamma, beta, mean, variance] = node.inputs.slice(1).map((input) => this.constants.vector(input));
    if (!gamma || !beta || !mean || !variance) throw unsupported(`${this.named(node)} has no constant statistics`);
    const lengths = new Set([gamma, beta, mean, variance].map(({ length }) => length));
    if (lengths.size > 1) throw corrupt(`the statistics of ${this.named(node)} differ in length`);
    const epsilon = shortestFloat32(node.attributes.float('epsilon') ?? Math.fround(1e-5));
    return normalization(name, { gamma, beta, mean, variance, epsilon });
  }

  // ── Activations taken apart ──────────────────────────────────────────────────────────────────────────────────────

  /**
   * Nodes that compute a function of each unit alone and come together again in one value: compared with the
   * activations of the format, as GELU and SiLU are written by exporters that have no node for them.
   */
  private takenApart(current: string): string | undefined {
    const inside = new Map<string, (z: number) => number>([[current, (z) => z]]);
    const nodes: OnnxNode[] = [];
    for (let grown = true; grown && nodes.length < MOST_PIECES;) {
      grown = false;
      for (const node of [...inside.keys()].flatMap((name) => this.consumersOf(name))) {
        const output = node.outputs[0];
        const value = nodes.includes(node) || output === undefined ? undefined : this.scalarFunction(node, inside);
        if (!value || output === undefined) continue;
        nodes.push(node);
        inside.set(output, value);
        grown = true;
        const open = [...inside.keys()].filter((name) => name === this.file.outputs[0] || this.leaves(name, nodes));
        const found = open.length <= 1 && (open[0] ?? output) === output ? recognized(value) : undefined;
        if (!found) continue;
        for (const one of nodes) this.done.add(one);
        this.made.push({ kind: 'activation', name: node.name || node.op, activation: found });
        return output;
      }
    }
    return undefined;
  }

  /** True where a node outside of `nodes` takes the value. */
  private leaves(name: string, nodes: readonly OnnxNode[]): boolean {
    return this.consumersOf(name).some((node) => !nodes.includes(node));
  }

  private scalarFunction(
    node: OnnxNode,
    inside: ReadonlyMap<string, (z: number) => number>,
  ): ((z: number) => number) | undefined {
    const compute = elementwise(node.op, node.attributes);
    if (!compute) return undefined;
    const inputs: ((z: number) => number)[] = [];
    for (const name of node.inputs) {
      if (name === '') continue;
      const constant = this.constants.get(name);
      const [number] = constant?.values ?? [];
      const input =
        inside.get(name) ?? (constant?.values.length === 1 && number !== undefined ? () => number : undefined);
      if (!input) return undefined;
      inputs.push(input);
    }
    for (const name of node.inputs) if (!inside.has(name)) this.constants.use(name);
    return (z) => compute(inputs.map((input) => input(z)));
  }

  private consumersOf(name: string): readonly OnnxNode[] {
    return this.consumers.get(name) ?? [];
  }

  private named({ op, name, domain }: OnnxNode): string {
    return `the node ${domain === '' ? '' : `${domain}.`}${op}${name === '' ? '' : ` ${quoted(name)}`}`;
  }
}

const MOST_PIECES = 32;
