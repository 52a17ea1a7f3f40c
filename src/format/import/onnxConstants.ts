/** The arrays of an ONNX graph that are known before the model runs, and which of them were read. */

import { unsupported } from './importError';
import type { OnnxFile, OnnxNode } from './onnxFile';
import { quoted } from './tensor';
import { transposed } from '../../core/layerMath';

/** An array that is known before the model runs: a weight, or what is computed from weights alone. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export class OnnxConstants {
  private readonly known = new Map<string, Constant | undefined>();
  /** Names of constants that a step was made of. */
  private readonly read = new Set<string>();

  constructor(
    private readonly file: OnnxFile,
    /** The node that computes a value, by the value's name. */
    private readonly makers: ReadonlyMap<string, OnnxNode>,
  ) {}

  /** A constant whose only long dimension is the last; undefined for any other. */
  vector(name: string): Float64Array | undefined {
    const constant = this.get(name);
    if (!constant) return undefined;
    const last = constant.shape.at(-1) ?? 1;
    if (last !== constant.values.length || constant.shape.length > 2) return undefined;
    this.use(name);
    this.checkFinite(name, constant);
    return constant.values;
  }

  /** Throws an `ImportError` where a number is infinite or NaN. */
  checkFinite(name: string, { values }: Constant): void {
    if (!values.every(Number.isFinite)) throw unsupported(`${quoted(name)} holds a number that is not finite`);
  }

  /** Whether nothing that the node gives depends on the inputs. */
  isConstant(node: OnnxNode): boolean {
    return node.outputs.every((name) => name === '' || this.get(name) !== undefined);
  }

  /** Remembers that the tensors behind a constant were read. */
  use(name: string): void {
    for (const open = [name]; ;) {
      const next = open.pop();
      if (next === undefined) return;
      if (this.read.has(next)) continue;
      this.read.add(next);
      open.push(...(this.makers.get(next)?.inputs ?? []));
    }
  }

  /** The array of this name; undefined where it depends on the inputs, or is made in a way that is not read here. */
  get(name: string): Constant | undefined {
    if (!this.known.has(name)) {
      this.known.set(name, undefined); // a cycle ends here
      const tensor = this.file.tensor(name);
      const maker = this.makers.get(name);
      const value = tensor ? { shape: tensor.shape, values: tensor.values() } : maker && this.computed(maker);
      this.known.set(name, value);
    }
    return this.known.get(name);
  }

  /** What a node makes of constants; undefined where it is not one of the few that exporters leave among weights. */
  private computed({ op, inputs, attributes }: OnnxNode): Constant | undefined {
    if (op === 'Constant') return this.file.constantOf(attributes);
    const [input, second] = inputs.map((name) => this.get(name));
    if (!input) return undefined;
    const { shape, values } = input;
    const [rows, columns] = shape;
    if (op === 'Identity' || op === 'Cast') return input;
    if (op === 'Transpose' && shape.length === 2 && rows !== undefined && columns !== undefined) {
      const permutation = attributes.integers('perm');
      if (permutation.length === 2 && permutation[0] === 0) return input;
      return { shape: [columns, rows], values: transposed(values, rows, columns) };
    }
    if (op === 'Reshape' && second) {
      const wanted = [...second.values].map((length, axis) => (length === 0 ? (shape[axis] ?? 0) : length));
      const known = wanted.filter((length) => length >= 0).reduce((product, length) => product * length, 1);
      const full = wanted.map((length) => (length === -1 ? values.length / known : length));
      return full.reduce((product, length) => product * length, 1) === values.length
        ? { shape: full, values }
        : undefined;
    }
    if (op === 'Squeeze' || op === 'Unsqueeze') return { shape: shape.filter((length) => length !== 1), values };
    return undefined;
  }

  /** Names of the file's tensors that no step was made of. */
  unread(): string[] {
    return this.file.tensorNames.filter((name) => !this.read.has(name));
  }
}
