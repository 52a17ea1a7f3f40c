/** One wrong derivative for every slip, each worked out by itself and not as the judge does it. */

import { gradients } from '../../../src/core/backprop';
import { ACTIVATIONS, hasLossWithLogits } from '../../../src/core/functions';
import {
  type Network,
  type ParameterId,
  layerAt,
  parameterIndex,
  parameterLayout,
  objectiveOf,
} from '../../../src/core/network';
import type { Exercise, Random } from '../exercises';
import { type Hand, byHand } from './slipsByHand';
import { penaltyDerivative } from '../../../src/core/penalty';

/** ∂J/∂θ of the exercise's parameter. */
export function exact({ network, samples, parameter }: Exercise): number {
  const { gradient } = gradients(objectiveOf(network, samples));
  return gradient[parameterIndex(parameterLayout(network.layers), parameter)] ?? NaN;
}

/** What somebody finds who makes the slip; undefined where it cannot be made. */
export type Slip = (given: Exercise, random: Random) => number | undefined;

/** A slip in the factors, with the penalty as it should be. */
function factor(hand: (given: Exercise, random: Random) => Hand | undefined): Slip {
  return (given, random) => {
    const made = hand(given, random);
    if (!made) return undefined;
    const { network, samples, parameter } = given;
    return (
      byHand(network, network.theta, samples, parameter, made).mean +
      penaltyDerivative(network, network.theta, parameter, 1)
    );
  };
}

/** A unit that paths of the parameter pass, below the outputs of a loss with logits. */
function unitOnTheWay({ network, parameter }: Exercise, random: Random): { layer: number; unit: number } | undefined {
  const last = network.layers.length - (hasLossWithLogits(network) ? 1 : 0);
  if (parameter.layer + 1 > last) return undefined;
  const layer = random.integer(parameter.layer + 1, last);
  return {
    layer,
    unit: layer === parameter.layer + 1 ? parameter.to : random.integer(1, layerAt(network, layer).units),
  };
}

export const slope = (network: Network, layer: number, at: number): number => {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  return row.vector ? NaN : row.derivative(at, activation);
};

export const slips: Readonly<Record<string, Slip>> = {
  sign: (given) => -exact(given),
  scale: (given, random) => {
    const { count } = given.samples;
    if (count <= 2) return exact(given) * random.one([2, 0.5]);
    const sum =
      byHand(given.network, given.network.theta, given.samples, given.parameter).mean * count +
      penaltyDerivative(given.network, given.network.theta, given.parameter, 1);
    return random.one([exact(given) * 2, exact(given) / 2, exact(given) / count, sum]);
  },
  'penalty-missing': (given) =>
    exact(given) - penaltyDerivative(given.network, given.network.theta, given.parameter, 1),
  'descent-step': (given) => -given.network.training.optimizer.learningRate * exact(given),
  'updated-parameters': (given) => {
    const { network, parameter } = given;
    const theta = network.theta[parameterIndex(parameterLayout(network.layers), parameter)] ?? NaN;
    return theta - network.training.optimizer.learningRate * exact(given);
  },
  'input-missing': factor(({ parameter }) => (parameter.from === 0 ? undefined : { input: () => 1 })),
  'activation-derivative-missing': factor((given, random) => {
    const missing = unitOnTheWay(given, random);
    const everyUnit = random.next() < 0.3;
    return (
      missing && {
        activation: (layer, unit, _z, _a, right) =>
          layer === missing.layer && (everyUnit || unit === missing.unit) ? 1 : right,
      }
    );
  }),
  'derivative-at-activation': factor((given, random) => {
    const { network } = given;
    const at = unitOnTheWay(given, random);
    return (
      at && {
        activation: (layer, unit, _z, a, right) =>
          layer === at.layer && unit === at.unit ? slope(network, layer, a) : right,
      }
    );
  }),
  'weights-missing': factor(({ network, parameter }, random) => {
    if (parameter.layer + 1 === network.layers.length) return undefined;
    const layer = random.integer(parameter.layer + 1, network.layers.length - 1);
    const to = random.integer(1, layerAt(network, layer + 1).units);
    const from = layer === parameter.layer + 1 ? parameter.to : random.integer(1, layerAt(network, layer).units);
    return { weight: (id, right) => (id.layer === layer && id.to === to && id.from === from ? 1 : right) };
  }),
  'path-missing': factor(({ network, parameter }, random) => {
    const widths = network.layers.slice(parameter.layer + 1).map(({ units }) => units);
    if (widths.every((units) => units === 1)) return undefined;
    const missing = [parameter.to, ...widths.map((units) => random.integer(1, units))].join();
    return { counts: (units) => units.join() !== missing };
  }),
  'input-before-activation': factor(({ parameter }) =>
    parameter.layer > 1 && parameter.from > 0 ? { input: (_a, z) => z } : undefined,
  ),
  'outer-product-transposed': ({ network, samples, parameter }) => {
    const { layer, to, from } = parameter;
    if (layerAt(network, layer).units !== layerAt(network, layer + 1).units) return undefined;
    const index = parameterIndex(parameterLayout(network.layers), { layer, to: from, from: to });
    return index < 0 || from === to || from === 0
      ? undefined
      : gradients(objectiveOf(network, samples)).gradient[index];
  },
  'units-swapped': ({ network, samples, parameter }, random) => {
    const { layer, from } = parameter;
    const to = random.integer(1, layerAt(network, layer + 1).units);
    const index = parameterIndex(parameterLayout(network.layers), { layer, to, from });
    return to === parameter.to ? undefined : gradients(objectiveOf(network, samples)).gradient[index];
  },
  'one-sample': ({ network, samples, parameter }, random) => {
    if (samples.count === 1) return undefined;
    const index = parameterIndex(parameterLayout(network.layers), parameter);
    return gradients(objectiveOf(network, samples), random.integer(1, samples.count)).gradient[index];
  },
  'updated-weights': (given) => {
    const { network, samples, parameter } = given;
    if (parameter.layer + 1 === network.layers.length) return undefined;
    const { gradient } = gradients(objectiveOf(network, samples));
    const layout = parameterLayout(network.layers);
    const rate = network.training.optimizer.learningRate;
    const weight = (id: ParameterId, right: number) => right - rate * (gradient[parameterIndex(layout, id)] ?? NaN);
    return (
      byHand(network, network.theta, samples, parameter, { weight }).mean +
      penaltyDerivative(network, network.theta, parameter, 1)
    );
  },
  'rounded-early': factor((_given, random) => {
    const digits = random.integer(3, 4);
    return { round: (value) => Number(value.toPrecision(digits)) };
  }),
};
