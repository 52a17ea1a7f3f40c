/** Random networks with data: every activation and loss, any shape up to 5 layers of 4 units, numbers that make ties. */

import fc from 'fast-check';
import { ACTIVATIONS, type ActivationName, LOSSES, type LossName } from '../../src/core/functions';
import type { Activation, Network, ParameterId, Samples } from '../../src/core/network';
import { parameterAt, parameterLayout } from '../../src/core/network';
import { networkOf } from './networks';

export interface Case {
  readonly network: Network;
  readonly samples: Samples;
}

/** Thousandths between −2 and 2, with whole numbers (and so zeros and ties) often among them. */
const number = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -2000, max: 2000 }).map((n) => n / 1000) },
  { weight: 1, arbitrary: fc.integer({ min: -1, max: 1 }) },
);

const activationNames = Object.keys(ACTIVATIONS) as ActivationName[];
const lossNames = Object.keys(LOSSES) as LossName[];

const activation: fc.Arbitrary<Activation> = fc
  .constantFrom(...activationNames)
  .chain((type): fc.Arbitrary<Activation> => {
    if (type === 'leakyRelu') return fc.constantFrom({ type, slope: 0.01 }, { type, slope: 0.2 });
    if (ACTIVATIONS[type].constant?.range === 'positive') return fc.constantFrom({ type }, { type, slope: 1.7 });
    if (type === 'elu') return fc.constantFrom({ type, alpha: 1 }, { type, alpha: 1.5 });
    return fc.constant({ type });
  });

/** `accepts` narrows the activations of the hidden and output layers. */
export function networkCase(accepts: (g: Activation) => boolean = () => true): fc.Arbitrary<Case> {
  const some = activation.filter(accepts);
  return fc
    .record({
      loss: fc.constantFrom(...lossNames),
      units: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 }),
      m: fc.integer({ min: 1, max: 4 }),
      l1: fc.constantFrom(0, 0.01),
      l2: fc.constantFrom(0, 0.05),
    })
    .chain(({ loss, units, m, l1, l2 }) => {
      const depth = units.length - 1;
      const inputs = units[0] ?? 1;
      const outputs = units[depth] ?? 1;
      const output = LOSSES[loss].needsProbabilities ? some.filter((g) => ACTIVATIONS[g.type].probabilities) : some;
      const layer = (s: number, before: number, g: fc.Arbitrary<Activation>) =>
        fc.record({
          activation: g,
          weights: numbers(s, before),
          biases: fc.oneof(fc.constant<false>(false), fc.array(number, { minLength: s, maxLength: s })),
        });
      return fc
        .record({
          layers: fc.tuple(...units.slice(1).map((s, l) => layer(s, units[l] ?? 1, l + 1 === depth ? output : some))),
          inputs: numbers(m, inputs),
          targets: numbers(m, outputs),
        })
        .map(({ layers, inputs: x, targets }) => ({
          network: networkOf({ layers: [{ units: inputs }, ...layers], loss, regularization: { l1, l2 } }),
          samples: {
            count: m,
            inputs: Float64Array.from(x.flat()),
            targets: Float64Array.from(targets.flatMap((row) => targetsFor(loss, row))),
          },
        }));
    });
}

/** A case with one of its parameters. */
export const parameterCase: fc.Arbitrary<Case & { readonly parameter: ParameterId }> = networkCase().chain((given) => {
  const layout = parameterLayout(given.network.layers);
  return fc
    .integer({ min: 0, max: layout.count - 1 })
    .map((index) => ({ ...given, parameter: parameterAt(layout, index) }));
});

function numbers(rows: number, columns: number): fc.Arbitrary<number[][]> {
  const row = fc.array(number, { minLength: columns, maxLength: columns });
  return fc.array(row, { minLength: rows, maxLength: rows });
}

/** A row of targets as the loss needs it. */
export function targetsFor(loss: LossName, row: readonly number[]): number[] {
  const { accepts, sumsToOne } = LOSSES[loss].targets;
  const suitable = row.map((y) => [y, Math.abs(y), Math.abs(y) / 2, y < 0 ? -1 : 1].find(accepts) ?? NaN);
  const sum = suitable.reduce((total, y) => total + y, 0);
  if (!sumsToOne) return suitable;
  return sum === 0 ? suitable.map((_, k) => (k === 0 ? 1 : 0)) : suitable.map((y) => y / sum);
}
