/** Files of gradients from other programs, as claims to be judged: what `gradients --json` prints, `.npz`, `.safetensors`. */

import { type LayerLayout, type Network, parameterLayout } from '../core/network';
import { ImportError, corrupt } from './import/importError';
import { readNpz } from './import/numpy';
import { isSafetensors, readSafetensors } from './import/safetensors';
import { type Tensor, quoted, shapeText } from './import/tensor';
import { isZip } from './import/zip';
import type { JsonNode, NumberPool } from './json';
import type { PlacedClaim } from './json/annotations';
import { parseJson } from './json/parser';
import { type Problem, Problems } from './problems';
import { isNull } from './json';

/** Which way round a square matrix stands: as θ does and PyTorch, or as NumPy's X @ W and Keras. */
export const ORIENTATIONS = ['units-by-inputs', 'inputs-by-units'] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

export interface GradientFile {
  readonly claims: readonly PlacedClaim[];
  /** The l whose matrix stands the other way round from θ^(l). */
  readonly transposed: readonly number[];
  /** Where any is an error there are no claims. */
  readonly problems: readonly Problem[];
  /** The text that the claims have their places in; undefined for a binary file. */
  readonly text?: string;
}

/**
 * Every gradient of the file. JSON: `{"layers": [{"weights": …, "biases": …}]}`, null for what is not claimed. Arrays:
 * dW1, db1, … counted from 0 or 1, or a model's `0.weight`, `0.bias`. Throws an `ImportError` where it is none of these.
 */
export function readGradients(bytes: Uint8Array, network: Network, orientation: Orientation): GradientFile {
  if (isZip(bytes)) return fromTensors(readNpz(bytes), network, orientation);
  if (isSafetensors(bytes)) return fromTensors(readSafetensors(bytes), network, orientation);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw corrupt('it is neither JSON nor .npz nor .safetensors');
  }
  return fromJson(text, network, orientation);
}

/** The entries of one matrix or of the biases, by row and column. */
interface Entries {
  readonly rows: number;
  /** Undefined where the rows have different lengths. */
  readonly columns: number | undefined;
  /** Undefined where nothing is claimed. */
  at(row: number, column: number): Omit<PlacedClaim, 'parameter'> | undefined;
}

function fromJson(text: string, network: Network, orientation: Orientation): GradientFile {
  const problems = new Problems();
  const { root, numbers } = parseJson(text, problems);
  // What shape a broken text has is a guess.
  if (problems.hasErrors) return { claims: [], transposed: [], problems: problems.sorted(), text };
  const read = new GradientReader(text, numbers, problems);
  const layers = root && read.member(root, 'layers');
  const claims: PlacedClaim[] = [];
  const transposed: number[] = [];
  const blocks = parameterLayout(network.layers).layers;
  const byName = root && !layers ? read.named(root, blocks.length) : undefined;
  if (root && layers?.kind !== 'array' && !byName) {
    const expected = 'expected an object with "layers", one for each θ of the network, or with dW1, db1, …';
    problems.report('wrong-type', layers ?? root, expected);
  } else {
    if (layers?.kind === 'array' && layers.items.length !== blocks.length) {
      const found = `"layers" has ${String(layers.items.length)} items`;
      problems.report('wrong-length', layers, `${found}, expected ${String(blocks.length)}, one for each θ`);
    }
    const items = layers?.kind === 'array' ? [...layers.items] : [];
    for (const [index, block] of blocks.entries()) {
      const item = items[index];
      const l = index + 1;
      const nodes = byName?.get(l) ?? {
        weights: item && read.member(item, 'weights'),
        biases: item && read.member(item, 'biases'),
      };
      const weights = read.matrix(nodes.weights);
      const turned = weights && orientationOf(weights, block, orientation);
      if (weights && nodes.weights && turned === undefined) {
        const where = nodes.weights;
        const expected = `${String(block.rows)} rows of ${String(block.columns)} numbers (or ${String(block.columns)} of ${String(block.rows)})`;
        problems.report(
          'wrong-length',
          where,
          `the weights of θ${String(l)} have a different shape, expected ${expected}`,
        );
      } else if (weights) {
        if (turned) transposed.push(l);
        addWeights(claims, weights, l, block, turned === true);
      }
      const given = nodes.biases;
      const biases = read.vector(given);
      if (biases && given && (block.biases < 0 || biases.columns !== block.rows)) {
        const expected = block.biases < 0 ? 'none: the layer has no biases' : String(block.rows);
        problems.report('wrong-length', given, `there are ${String(biases.columns)} biases, expected ${expected}`);
      } else if (biases) addBiases(claims, biases, l, block);
    }
  }
  return { claims: problems.hasErrors ? [] : claims, transposed, problems: problems.sorted(), text };
}

/** What a file claims of θ^(l). */
interface LayerNodes {
  readonly weights: JsonNode | undefined;
  readonly biases: JsonNode | undefined;
}

/** Reads rows of numbers and nulls; what is neither is reported. */
class GradientReader {
  constructor(
    private readonly text: string,
    private readonly numbers: NumberPool,
    private readonly problems: Problems,
  ) {}

  member(node: JsonNode, key: string): JsonNode | undefined {
    const value = node.kind === 'object' ? node.members.get(key)?.value : undefined;
    return value && !isNull(value) ? value : undefined;
  }

  /** The members with names as arrays have, by layer; undefined where there is none. */
  named(root: JsonNode, count: number): ReadonlyMap<number, LayerNodes> | undefined {
    if (root.kind !== 'object') return undefined;
    const found = [...root.members].flatMap(([key, { value }]) => {
      const name = parseName(key);
      return name && !isNull(value) ? [{ key, value, ...name }] : [];
    });
    if (found.length === 0) return undefined;
    const layerOf = numbering(
      found.map(({ number }) => number),
      count,
    );
    const layers = new Map<number, LayerNodes>();
    for (const { key, value, kind, number } of found) {
      const l = layerOf(number);
      if (l === 0) {
        this.problems.report(
          'wrong-length',
          value,
          `${quoted(key)} is of no layer: the network has ${String(count)} θ`,
        );
      }
      layers.set(l, { weights: undefined, biases: undefined, ...layers.get(l), [kind]: value });
    }
    return layers;
  }

  /** A list of numbers, also as a matrix of one row or of one column. */
  vector(node: JsonNode | undefined): Entries | undefined {
    const [first] = node?.kind === 'array' ? node.items : [];
    if (first?.kind !== 'array' && first?.kind !== 'numbers') return this.row(node);
    const matrix = this.matrix(node);
    if (matrix?.columns !== 1) return matrix?.rows === 1 ? matrix : this.row(node);
    return { rows: 1, columns: matrix.rows, at: (_, j) => matrix.at(j, 0) };
  }

  matrix(node: JsonNode | undefined): Entries | undefined {
    if (!node) return undefined;
    if (node.kind !== 'array') {
      this.problems.report('wrong-type', node, 'expected rows of numbers');
      return undefined;
    }
    const rows = [...node.items].map((item) => (isNull(item) ? undefined : this.row(item)));
    const lengths = new Set(rows.flatMap((row) => (row ? [row.columns] : [])));
    const [columns] = lengths;
    return {
      rows: rows.length,
      columns: lengths.size === 1 ? columns : undefined,
      at: (i, j) => rows[i]?.at(0, j),
    };
  }

  row(node: JsonNode | undefined): Entries | undefined {
    if (!node) return undefined;
    if (node.kind === 'numbers') {
      const { first, count } = node;
      return {
        rows: 1,
        columns: count,
        at: (_, j) => {
          const span = this.numbers.span(first + j);
          return { value: this.numbers.value(first + j), text: this.textOf(span), ...span };
        },
      };
    }
    if (node.kind !== 'array') {
      this.problems.report('wrong-type', node, 'expected a list of numbers');
      return undefined;
    }
    const items = [...node.items];
    for (const item of items) {
      if (item.kind !== 'number' && !isNull(item)) {
        this.problems.report('wrong-type', item, 'expected a finite number, or null for no claim');
      }
    }
    return {
      rows: 1,
      columns: items.length,
      at: (_, j) => {
        const item = items[j];
        if (item?.kind !== 'number') return undefined;
        const { value, offset, length } = item;
        return { value, text: this.textOf(item), offset, length };
      },
    };
  }

  private textOf({ offset, length }: { readonly offset: number; readonly length: number }): string {
    return this.text.slice(offset, offset + length);
  }
}

/** True where the matrix is θ's transpose, false where it stands as θ does, undefined where it has another shape. */
function orientationOf(
  { rows, columns }: Pick<Entries, 'rows' | 'columns'>,
  block: LayerLayout,
  orientation: Orientation,
): boolean | undefined {
  const straight = rows === block.rows && columns === block.columns;
  const turned = rows === block.columns && columns === block.rows;
  if (straight && turned) return orientation === 'inputs-by-units' && rows > 1;
  return straight ? false : turned ? true : undefined;
}

function addWeights(claims: PlacedClaim[], entries: Entries, layer: number, block: LayerLayout, turned: boolean): void {
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.columns; j++) {
      const entry = turned ? entries.at(j, i) : entries.at(i, j);
      if (entry) claims.push({ parameter: { layer, to: i + 1, from: j + 1 }, ...entry });
    }
  }
}

function addBiases(claims: PlacedClaim[], entries: Entries, layer: number, block: LayerLayout): void {
  for (let i = 0; i < block.rows; i++) {
    const entry = entries.at(0, i);
    if (entry) claims.push({ parameter: { layer, to: i + 1, from: 0 }, ...entry });
  }
}

/** The kind of array that a name is, and its number: dW1, db1, dL_dW1, grad_W1, W1.grad, weights1, 0.weight, fc2.bias.grad, … */
function parseName(name: string): { readonly kind: 'weights' | 'biases'; readonly number: number } | undefined {
  const plain = name.toLowerCase();
  const number = /(\d+)(?!.*\d)/.exec(plain)?.[1];
  const kindWord =
    plain
      .replace(/[\d._/:-]+/g, ' ')
      .trim()
      .split(' ')
      .filter((word, n) => n === 0 || !/^grad(ient)?s?$/.test(word))
      .at(-1)
      ?.replace(/^(grad|d)(?=[wb])/, '') ?? '';
  const weights = /^(w|weights?|kernel|coefs?)$/.test(kindWord);
  if (number === undefined || !(weights || /^(b|bias|biases|intercepts?)$/.test(kindWord))) return undefined;
  return { kind: weights ? 'weights' : 'biases', number: Number(number) };
}

function fromTensors(tensors: readonly Tensor[], network: Network, orientation: Orientation): GradientFile {
  const named = tensors.flatMap((tensor) => {
    const found = parseName(tensor.name);
    return found ? [{ tensor, ...found }] : [];
  });
  const blocks = parameterLayout(network.layers).layers;
  if (named.length === 0) {
    const names = tensors.slice(0, 5).map(({ name }) => quoted(name));
    throw corrupt(`it has no arrays like dW1, db1 or 0.weight, 0.bias; it has ${names.join(', ') || 'none'}`);
  }
  const layerOf = numbering(
    named.map(({ number }) => number),
    blocks.length,
  );
  const claims: PlacedClaim[] = [];
  const transposed: number[] = [];
  for (const { tensor, kind, number } of named) {
    const l = layerOf(number);
    const block = blocks[l - 1];
    if (!block) throw corrupt(`${quoted(tensor.name)} belongs to no layer: the network has ${String(blocks.length)} θ`);
    const values = tensor.values();
    const long = tensor.shape.filter((size) => size !== 1);
    if (kind === 'biases') {
      if (values.length !== block.rows || long.length > 1 || block.biases < 0) {
        throw misshapen(tensor, block.biases < 0 ? 'none: the layer has no biases' : String(block.rows));
      }
      addBiases(claims, entriesOf(values, 1, block.rows), l, block);
      continue;
    }
    const [rows = 1, columns = 1] = tensor.shape;
    const turned = tensor.shape.length === 2 ? orientationOf({ rows, columns }, block, orientation) : undefined;
    if (turned === undefined)
      throw misshapen(tensor, `${String(block.rows)}×${String(block.columns)} or its transpose`);
    if (turned) transposed.push(l);
    addWeights(claims, entriesOf(values, rows, columns), l, block, turned);
  }
  return { claims, transposed: transposed.sort((p, q) => p - q), problems: [] };
}

function misshapen(tensor: Tensor, expected: string): ImportError {
  return corrupt(`${quoted(tensor.name)} is ${shapeText(tensor.shape)}, expected ${expected}`);
}

function entriesOf(values: Float64Array, rows: number, columns: number): Entries {
  return {
    rows,
    columns,
    at: (i, j) => {
      const value = values[i * columns + j] ?? NaN;
      return { value, text: String(value), offset: 0, length: 0 };
    },
  };
}

/** From a name's number to l: counted from 0 or 1, or with gaps in between, as the modules of a Sequential are. */
function numbering(numbers: readonly number[], count: number): (number: number) => number {
  const distinct = [...new Set(numbers)].sort((p, q) => p - q);
  const [first = 0] = distinct;
  const last = distinct.at(-1) ?? 0;
  if (first === 0 && last < count) return (number) => number + 1;
  if (first >= 1 && last <= count) return (number) => number;
  if (distinct.length === count) return (number) => distinct.indexOf(number) + 1;
  return () => 0;
}
