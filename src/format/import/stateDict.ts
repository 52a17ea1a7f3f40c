/** Tensors by name, as a PyTorch state_dict or a safetensors file has them: weights and biases, in an order to be found. */

import { ImportError, corrupt, unsupported } from './importError';
import { checkNumberOfParameters, matrixOf, vectorOf } from './model';
import type { ImportContext, ImportedModel, ModelLayer } from './model';
import { quoted, shapeText } from './tensor';
import type { Tensor } from './tensor';

/** A pair `PREFIX.weight`, `PREFIX.bias`. */
interface Pair {
  readonly prefix: string;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly units: number;
  readonly inputs: number;
}

/**
 * The layers of a state_dict: every two-dimensional `*.weight` (units × inputs) with its `*.bias`. Throws an
 * `ImportError` where another tensor would change the outputs, no order of the layers fits, or several do.
 */
export function modelOfTensors(
  tensors: readonly Tensor[],
  { order }: ImportContext,
  before: string[] = [],
): ImportedModel {
  const named = withoutCommonPrefix(tensors);
  const byName = new Map(named.map((tensor) => [tensor.name, tensor]));
  const pairs = named
    .filter((tensor) => isWeight(tensor.name))
    .map((weight): Pair => {
      const [units, inputs] = weight.shape;
      if (weight.type.kind !== 'float' || weight.shape.length !== 2 || !units || !inputs)
        throw noLinear(weight, byName);
      const prefix = weight.name.slice(0, -'weight'.length);
      return { prefix, weight, bias: byName.get(`${prefix}bias`), units, inputs };
    });
  if (pairs.length === 0) {
    const found = named.slice(0, 4).map(({ name, shape }) => `${quoted(name)} ${shapeText(shape)}`);
    throw unsupported(
      `no tensor is the weight matrix of a layer${found.length > 0 ? `; found ${found.join(', ')}` : ''}`,
    );
  }
  const read = new Set(pairs.flatMap(({ weight, bias }) => [weight, bias]));
  const notes = [
    ...before,
    ...left(
      named.filter((tensor) => !read.has(tensor)),
      pairs,
    ),
  ];
  const layers = inOrder(pairs, order).map(({ prefix, weight, bias }): ModelLayer => {
    const matrix = matrixOf(weight, false);
    return {
      name: prefix.replace(/\.$/, ''),
      ...matrix,
      ...(bias && { biases: vectorOf(bias, matrix.units, weight.name) }),
    };
  });
  checkNumberOfParameters(layers);
  return { layers, notes };
}

function isWeight(name: string): boolean {
  return name === 'weight' || name.endsWith('.weight');
}

/** Prefixes that wrappers put before every name: DataParallel's `module.`, Lightning's `model.`. */
function withoutCommonPrefix(tensors: readonly Tensor[]): Tensor[] {
  const common = ['module.', 'model.', '_orig_mod.'].find(
    (prefix) => tensors.length > 0 && tensors.every(({ name }) => name.startsWith(prefix)),
  );
  if (common === undefined) return [...tensors];
  // Not a spread: a tensor's values may be decoded on demand by a method of its own.
  return withoutCommonPrefix(
    tensors.map((tensor) => ({
      name: tensor.name.slice(common.length),
      shape: tensor.shape,
      type: tensor.type,
      values: () => tensor.values(),
    })),
  );
}

function noLinear({ name, shape, type }: Tensor, byName: ReadonlyMap<string, Tensor>): ImportError {
  const prefix = name.slice(0, -'weight'.length);
  const is = (): string => {
    if (byName.has(`${prefix}running_mean`)) {
      return 'belongs to a BatchNorm (running_mean, running_var), whose ε and place the file does not hold; export the model as ONNX, which folds it';
    }
    if (shape.length === 1) return 'scales units (LayerNorm or the like), which a layer here cannot';
    if (shape.length > 2) return 'belongs to a convolution';
    return `is no weight matrix of real numbers (${type.name})`;
  };
  return unsupported(`${quoted(name)} has the shape ${shapeText(shape)}: it ${is()}`);
}

/** Notes on tensors that are not read. Throws where one would change the outputs. */
function left(tensors: readonly Tensor[], pairs: readonly Pair[]): string[] {
  const widths = new Set(pairs.flatMap(({ units, inputs }) => [units, inputs]));
  for (const { name, shape, type } of tensors) {
    if (type.kind !== 'float') continue;
    const recurrent = /(^|[._])weight_(ih|hh)/.test(name);
    const [only = 1] = shape.filter((length) => length !== 1);
    const wide = shape.filter((length) => length !== 1).length > 1 || (only > 1 && widths.has(only));
    if (recurrent || wide || /running_(mean|var)$|(^|\.)(bias|gamma|beta)$|weight_[gv]$/.test(name)) {
      const what = recurrent ? 'belongs to a recurrent layer (LSTM, GRU or RNN)' : 'would change the outputs';
      throw unsupported(`${quoted(name)} (${shapeText(shape)}) ${what}, but has no place in a fully connected layer`);
    }
  }
  return tensors.map(({ name, shape, type }) => `${quoted(name)} (${type.name}, ${shapeText(shape)}) was not read`);
}

// ── The order ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A name with its numbers taken out, and the numbers: `net.10.` is `net.#.` and [10]. */
function parts(name: string): { skeleton: string; numbers: number[] } {
  return { skeleton: name.replaceAll(/\d+/g, '#'), numbers: (name.match(/\d+/g) ?? []).map(Number) };
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function inOrder(pairs: readonly Pair[], order: readonly string[] | undefined): Pair[] {
  if (order) return asTold(pairs, order);
  const keyed = pairs.map((pair) => ({ pair, ...parts(pair.prefix) }));
  const [first] = keyed;
  if (first && first.numbers.length > 0 && keyed.every(({ skeleton }) => skeleton === first.skeleton)) {
    const sorted = keyed.sort((a, b) => compareNumbers(a.numbers, b.numbers)).map(({ pair }) => pair);
    return checked(sorted);
  }
  const orders = fittingOrders(keyed);
  const [only, other] = orders;
  if (!only) throw corrupt(noOrder(pairs));
  if (other) {
    const names = (found: readonly Pair[]): string[] => found.map(({ weight }) => weight.name);
    const [first, second] = [names(only).join(' → '), names(other).join(' → ')];
    const message = `the layers fit in more than one order: ${first}, or ${second}; give --order with the names, separated by commas`;
    throw new ImportError('unanswered', message, { kind: 'order', orders: orders.map(names) });
  }
  return only;
}

function asTold(pairs: readonly Pair[], order: readonly string[]): Pair[] {
  const told = order.map((name) => {
    const pair = pairs.find(({ prefix, weight }) => name === weight.name || `${name}.` === prefix);
    if (!pair) throw new ImportError('unanswered', `--order names ${quoted(name)}, which is not a weight in the file`);
    return pair;
  });
  if (new Set(told).size !== pairs.length || told.length !== pairs.length) {
    throw new ImportError(
      'unanswered',
      `--order takes each of ${pairs.map(({ weight }) => weight.name).join(', ')} once`,
    );
  }
  return checked(told);
}

function checked(pairs: readonly Pair[]): Pair[] {
  for (const [index, pair] of pairs.entries()) {
    const before = pairs[index - 1];
    if (!before || before.units === pair.inputs) continue;
    const expected = `${quoted(before.weight.name)} before it has ${String(before.units)} units`;
    throw corrupt(`${quoted(pair.weight.name)} takes ${String(pair.inputs)} inputs, but ${expected}`);
  }
  return [...pairs];
}

const MOST_TRIES = 100_000;
/** Orders that are told apart at most. */
const MOST_ORDERS = 8;

/** Up to two orders in which every layer takes what the one before it gives; numbered names stay in their own order. */
function fittingOrders(
  keyed: readonly { readonly pair: Pair; readonly skeleton: string; readonly numbers: readonly number[] }[],
): Pair[][] {
  const found: Pair[][] = [];
  const chain: (typeof keyed)[number][] = [];
  let tries = 0;
  const extend = (): void => {
    if (found.length >= MOST_ORDERS || ++tries > MOST_TRIES || chain.length > 64) return;
    if (chain.length === keyed.length) {
      found.push(chain.map(({ pair }) => pair));
      return;
    }
    const last = chain.at(-1);
    for (const next of keyed) {
      if (chain.includes(next) || (last && last.pair.units !== next.pair.inputs)) continue;
      const late = keyed.some(
        (other) =>
          other !== next &&
          !chain.includes(other) &&
          other.skeleton === next.skeleton &&
          compareNumbers(other.numbers, next.numbers) < 0,
      );
      if (late) continue;
      chain.push(next);
      extend();
      chain.pop();
    }
  };
  extend();
  return found;
}

function noOrder(pairs: readonly Pair[]): string {
  const shapes = pairs.map(({ weight, units, inputs }) => `${quoted(weight.name)} ${String(inputs)}→${String(units)}`);
  return `the layers fit together in no order (a second head, or a branch): ${shapes.slice(0, 12).join(', ')}`;
}
