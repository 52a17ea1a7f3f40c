/** What only a hand does, with one derivative before it: a factor on one path, a path, another parameter, rounding too early. */

import { gradients } from '../../backprop';
import { type PathNode, chain } from '../../chain';
import { lossFactor } from '../../cost';
import { hasLossWithLogits } from '../../functions';
import { type ParameterId, layerAt, parameterIndex, parameterLayout } from '../../network';
import { parameterName, subscript } from '../../notation';
import { countPaths, stagesOf } from '../../stages';
import { lossSlopes, outputDeltas, throughRows } from '../batch';
import { Block, type Parts } from '../block';
import { type Lone, type LoneValue, type LoneWords, MOST_LONE_UNITS } from '../lone';
import { numeral, productWithout, unitNames } from '../names';
import { PRECISIONS, round, roundedDeltas } from '../rounding';

/** What a row gives and says besides the words of the row. */
type HandValue = Omit<LoneValue, 'code' | 'words'> & { readonly words: () => Omit<LoneWords, 'hint'> };

export interface HandRow {
  readonly code: string;
  readonly hint: string;
  /** True for what a program does not do: it rounds nothing on the way. */
  readonly rounds?: true;
  readonly values: (lone: Lone) => Iterable<readonly HandValue[]>;
}

/** More weights than this on the way are not looked at one by one. */
const WEIGHTS = 400;
/** More paths than this, over all samples, are not looked at one by one. */
const PATHS = 2000;
/** More rows and columns than this, and no other parameter is looked at. */
const OTHERS = 256;
/** In a larger layer both units are not exchanged at once. */
const BOTH = 36;
/** Of more outputs than this no two are exchanged. */
const OUTPUTS = 5;

/** The simplest first. */
export const HAND_ROWS: readonly HandRow[] = [
  {
    code: 'derivative-at-activation',
    hint: 'z and a are swapped',
    values: (lone) => [lossAtZ(lone)],
  },
  {
    code: 'weights-missing',
    hint: 'a factor is missing on the way back',
    values: (lone) => [withoutOneWeight(lone)],
  },
  {
    code: 'path-missing',
    hint: 'a path to the loss is missing',
    values: function* (lone) {
      yield withoutUnit(lone);
      yield withoutPath(lone);
    },
  },
  {
    code: 'units-swapped',
    hint: 'it is the derivative with respect to another parameter',
    values: function* (lone) {
      yield otherParameters(lone);
      yield [...otherWeights(lone), ...exchangedTargets(lone)];
    },
  },
  {
    code: 'updated-weights',
    hint: 'look at when the weights are updated',
    values: (lone) => (lone.passes.isSmall ? [afterUpdate(lone)] : []),
  },
  {
    code: 'rounded-early',
    hint: 'the method is right, but something was rounded too early',
    rounds: true,
    values: roundedEarly,
  },
];

function lossAtZ(lone: Lone): HandValue[] {
  const { network, passes, tangent } = lone;
  const { batch, deltas } = passes.right;
  const last = network.layers.length;
  const [z, right] = [batch.z[last - 1], deltas[last - 1]];
  if (!z || !right) return [];
  const withLogits = hasLossWithLogits(network);
  const changed = withLogits
    ? z.map((value, n) => lossFactor(network) * (value - (batch.y[n] ?? NaN)))
    : throughRows(batch, last, lossSlopes({ ...batch, a: [...batch.a.slice(0, -1), z] }));
  const gains = tangent.gains('z', last, right, changed);
  const value = (gain: number, unit?: number): HandValue[] => {
    const names = unitNames(network, last, unit);
    return lone.gained(gain).map((parts) => ({
      ...parts,
      words: () => ({
        fault: `the loss is differentiated at ${names.z} where ${names.a} belongs`,
        detail: { layer: last, ...(unit && { unit }) },
        location: { fault: 'wrong', factor: withLogits ? 'lossOfLogit' : 'loss', layer: last, ...(unit && { unit }) },
      }),
    }));
  };
  return [
    ...(gains.length <= MOST_LONE_UNITS ? [...gains].flatMap((gain, i) => value(gain, i + 1)) : []),
    ...value(gains.reduce((sum, gain) => sum + gain, 0)),
  ];
}

function withoutOneWeight(lone: Lone): HandValue[] {
  const { network, parameter, passes, samples, tangent } = lone;
  const values: HandValue[] = [];
  for (const l of lone.layers(network.layers.length - 1)) {
    const [block, delta] = [passes.right.batch.blocks[l - 1], passes.right.deltas[l]];
    if (!block || !delta) continue;
    for (let to = 1; to <= block.rows; to++) {
      for (let from = 1; from <= block.columns; from++) {
        if (l === parameter.layer + 1 && from !== parameter.to && !lone.isVector(l)) continue;
        if (values.length === WEIGHTS) return [];
        const weight = { layer: l, to, from };
        const theta = passes.objective.theta[block.weights + (to - 1) * block.columns + from - 1] ?? NaN;
        let gain = 0;
        for (let s = 0; s < samples.count; s++)
          gain += tangent.ofOutput(l, s, from - 1) * (delta[s * block.rows + to - 1] ?? NaN) * (1 - theta);
        values.push(
          ...lone.gained(gain).map((parts): HandValue => ({
            ...parts,
            words: () => {
              const symbol = `∂${unitNames(network, l + 1, to).z}/∂${unitNames(network, l, from).a}`;
              const form = samples.count === 1 ? productWithout(network, parameter, symbol) : undefined;
              return {
                ...(form && { form }),
                fault: `the factor ${symbol} = ${parameterName(network, weight)} = ${numeral(theta)} is missing`,
                detail: weight,
                location: { fault: 'missing', factor: 'weight', layer: l, unit: to, from },
              };
            },
          })),
        );
      }
    }
  }
  return values;
}

/** All paths through one unit left out, or taken alone. */
function withoutUnit(lone: Lone): HandValue[] {
  const { network, parameter, passes, tangent } = lone;
  const { signals, deltas } = passes.right;
  const values: HandValue[] = [];
  for (const l of lone.layers()) {
    const { units } = layerAt(network, l);
    // All paths pass the parameter's own unit; and a passes what z does, but in a softmax.
    const kinds = (['z', 'a'] as const).filter((kind) => (kind === 'z' ? l > parameter.layer + 1 : lone.isVector(l)));
    if (units > MOST_LONE_UNITS || units === 1) continue;
    for (const kind of kinds) {
      const right = (kind === 'z' ? deltas : signals)[l - 1];
      if (!right || (kind === 'a' && l === network.layers.length && hasLossWithLogits(network))) continue;
      for (const [i, gain] of tangent.gains(kind, l, right, new Float64Array(right.length)).entries()) {
        const name = unitNames(network, l, i + 1)[kind];
        const node = { kind, layer: l, unit: i + 1 };
        const left: HandValue[] = lone.gained(gain).map((parts) => ({
          ...parts,
          words: () => ({
            fault: `what flows through ${name} is left out`,
            detail: { layer: l, unit: i + 1 },
            location: { fault: 'missing', through: [node], without: [] },
          }),
        }));
        // Of two units, without the one is through the other alone.
        const alone: HandValue[] = lone.gained(units > 2 ? -gain - lone.exact.data : 0).map((parts) => ({
          ...parts,
          words: () => ({
            fault: `only the paths through ${name} are counted, of all ${String(units)} units`,
            detail: { layer: l, only: i + 1 },
            location: { fault: 'missing', through: [], without: [node] },
          }),
        }));
        values.push(...left, ...alone);
      }
    }
  }
  return values;
}

/** One path left out, or taken alone. */
function withoutPath(lone: Lone): HandValue[] {
  const { network, parameter, samples, passes } = lone;
  const count = countPaths(stagesOf(network, parameter));
  if (count < 2n || count * BigInt(samples.count) > BigInt(PATHS)) return [];
  const means = new Map<string, { readonly nodes: readonly PathNode[]; readonly mean: number }>();
  const { paths } = chain(passes.objective, parameter, { paths: Infinity });
  for (const { nodes, contribution } of paths) {
    // A path goes on to its own unit's a, but in a softmax layer to any.
    const units = nodes.filter(({ kind, layer }) => kind === 'z' || lone.isVector(layer));
    const name = units.map(({ kind, layer, unit }) => unitNames(network, layer, unit)[kind]).join(' → ');
    means.set(name, { nodes: units, mean: (means.get(name)?.mean ?? 0) + contribution });
  }
  const without = [...means].map(([path, { nodes, mean }]): HandValue => ({
    ...lone.exact,
    data: lone.exact.data - mean,
    words: () => ({
      fault: `the path ${path} is left out`,
      detail: { path },
      location: { fault: 'missing', through: nodes, without: [] },
    }),
  }));
  const alone = [...means].map(([path, { nodes, mean }]): HandValue => ({
    ...lone.exact,
    data: mean,
    words: () => ({
      fault: `only the path ${path} is counted, of ${String(count)}`,
      detail: { only: path },
      location: { fault: 'missing', through: [], without: nodes },
    }),
  }));
  return [...without, ...alone];
}

/** Another parameter into the same unit, or from the same unit, or of both others. */
function otherParameters({ network, parameter, passes, block }: Lone): HandValue[] {
  const { layer, to, from } = parameter;
  const { rows, columns } = block;
  if (rows + columns > OTHERS) return [];
  const others: ParameterId[] = [];
  for (let i = 1; i <= rows; i++) if (i !== to) others.push({ layer, to: i, from });
  for (let j = 0; j <= columns; j++) if (j !== from) others.push({ layer, to, from: j });
  for (let i = 1; from > 0 && i <= rows; i++) {
    for (let j = 1; j <= columns; j++) {
      const turned = i === from && j === to;
      if (i !== to && j !== from && (turned || rows * columns <= BOTH)) others.push({ layer, to: i, from: j });
    }
  }
  const layout = parameterLayout(network.layers);
  return others.flatMap((other): HandValue[] => {
    const index = parameterIndex(layout, other);
    if (index < 0) return [];
    const name = parameterName(network, other);
    const turned = other.to === from && other.from === to && from > 0;
    return [
      {
        data: passes.right.gradient[index] ?? NaN,
        penalty: 0,
        words: () => ({
          form: `∂J/∂${name}`,
          fault: turned ? 'row and column are exchanged' : 'it belongs to a neighbor of this parameter',
          detail: { layer, to: other.to, from: other.from },
        }),
      },
    ];
  });
}

/** The weights of another unit on the way out of this one. */
function otherWeights(lone: Lone): HandValue[] {
  const { network, parameter, passes, tangent } = lone;
  const l = parameter.layer + 1;
  const { units } = layerAt(network, l);
  const right = passes.right.signals[l - 1];
  if (!right || l === network.layers.length || lone.isVector(l) || units > OTHERS) return [];
  const own = unitNames(network, l, parameter.to);
  return Array.from({ length: units }, (_, k) => k).flatMap((k): HandValue[] => {
    if (k + 1 === parameter.to) return [];
    const changed = right.map((_, n) => right[n - (n % units) + k] ?? NaN);
    const gain = tangent.gains('a', l, right, changed)[parameter.to - 1] ?? NaN;
    return lone.gained(gain).map((parts) => ({
      ...parts,
      words: () => ({
        fault: `on the way out of ${own.a}, the weights are those of unit ${String(k + 1)}`,
        detail: { layer: l, unit: k + 1 },
        location: { fault: 'wrong', factor: 'weight', layer: l },
      }),
    }));
  });
}

/** Two outputs held against each other's targets. */
function exchangedTargets(lone: Lone): HandValue[] {
  const { network, passes, tangent } = lone;
  const { batch, deltas } = passes.right;
  const last = network.layers.length;
  const { units } = layerAt(network, last);
  const right = deltas[last - 1];
  const values: HandValue[] = [];
  for (let p = 0; right && units <= OUTPUTS && p < units; p++) {
    for (let q = p + 1; q < units; q++) {
      const y = batch.y.map((value, n) => {
        const k = n % units;
        return k === p ? (batch.y[n - p + q] ?? NaN) : k === q ? (batch.y[n - q + p] ?? NaN) : value;
      });
      const gains = tangent.gains('z', last, right, outputDeltas(batch, network.loss, y));
      const [one, other] = [p + 1, q + 1].map(String);
      values.push(
        ...lone.gained(gains.reduce((sum, gain) => sum + gain, 0)).map((parts): HandValue => ({
          ...parts,
          words: () => ({
            fault: `outputs ${one ?? ''} and ${other ?? ''} are held against each other’s targets, y${subscript(one ?? '')} and y${subscript(other ?? '')}`,
            detail: { output: p + 1, other: q + 1 },
            location: { fault: 'wrong', factor: hasLossWithLogits(network) ? 'lossOfLogit' : 'loss' },
          }),
        })),
      );
    }
  }
  return values;
}

/** Forward and backward at θ − η ∂J/∂θ. */
function afterUpdate({ network, passes, block, k }: Lone): HandValue[] {
  const rate = network.training.optimizer.learningRate;
  const { gradient } = passes.once('after the update', () =>
    gradients({
      ...passes.objective,
      theta: passes.objective.theta.map((value, index) => value - rate * (passes.right.gradient[index] ?? NaN)),
    }),
  );
  return [
    {
      data: gradient[block.layout.weights + k] ?? NaN,
      penalty: 0,
      words: () => ({
        fault: `everything is worked out after the update (η = ${numeral(rate)}): it is the derivative of the next epoch`,
        detail: { learningRate: rate },
      }),
    },
  ];
}

/**
 * Rounding may happen in more ways than are tried: what is as near as twice what 3 digits do is believed, up to this part
 * of what the samples add up, which is more than their sum where they cancel.
 */
const BELIEVED = 0.002;
const TWICE = 2;
const DIGITS = 3;

/** First every way of rounding that is tried; then whatever lies as near. */
function* roundedEarly({ exact, block, k, parameter, passes, samples }: Lone): Generator<readonly HandValue[]> {
  const fault = (how: string): string => `it would be right had the intermediate values not been rounded${how}`;
  const value = (parts: Parts, digits: number, kind: string, when = ''): HandValue => ({
    ...parts,
    words: () => ({
      fault: fault(` to ${String(digits)} ${kind}${when}`),
      detail: { digits, kind },
    }),
  });
  let spread = 0;
  const ways = passes.isSmall ? passes.once('rounded', () => [...roundedDeltas(passes.right.batch)]) : [];
  yield ways.map(({ rounding: { digits, kind }, deltas, inputs }) => {
    const delta = deltas[parameter.layer] ?? new Float64Array();
    const data = new Block(block.batch, parameter.layer, delta, inputs[parameter.layer - 1]).data(k);
    if (digits >= DIGITS) spread = Math.max(spread, Math.abs(data - exact.data));
    return value({ ...exact, data }, digits, kind);
  });
  const each = Array.from({ length: samples.count }, (_, s) => block.share(s, k) / block.weight(s));
  if (each.length > 1) {
    yield PRECISIONS.map(({ digits, kind }) => {
      const sum = each.reduce((total, e, s) => total + block.weight(s) * round(e, { digits, kind }), 0);
      return value({ ...exact, data: sum / block.batch.divisor }, digits, kind, ' before the mean');
    });
  }
  const size = each.reduce((sum, e) => sum + Math.abs(e), 0) / each.length;
  const reach = Math.min(TWICE * spread, BELIEVED * size);
  if (reach > 0) yield [{ ...exact, words: () => ({ fault: fault(''), detail: {} }), reach }];
}
