/** Other ways to make the same slips, each worked out by itself: what one name of a slip may mean to two readers. */

import { gradients } from '../../../src/core/backprop';
import { hasLossWithLogits } from '../../../src/core/functions';
import { type ParameterId, layerAt, parameterIndex, parameterLayout, objectiveOf } from '../../../src/core/network';
import type { Exercise, Random } from '../exercises';
import { type Slip, exact, slope } from './slips';
import { type Hand, byHand } from './slipsByHand';
import { penaltyDerivative } from '../../../src/core/penalty';

type Reading = (given: Exercise, random: Random) => Hand | undefined;

function worked(reading: Reading): Slip {
  return (given, random) => {
    const hand = reading(given, random);
    return hand && mean(given, hand) + penalty(given);
  };
}

function mean({ network, samples, parameter }: Exercise, hand: Hand): number {
  return byHand(network, network.theta, samples, parameter, hand).mean;
}

function penalty({ network, parameter }: Exercise): number {
  return penaltyDerivative(network, network.theta, parameter, 1);
}

function valueAt({ network }: Exercise, id: ParameterId): number {
  return network.theta[parameterIndex(parameterLayout(network.layers), id)] ?? NaN;
}

/** g′ as `wrong` has it in every layer that has one; undefined where that is a single layer. */
function everywhere({ network, parameter }: Exercise, wrong: NonNullable<Hand['activation']>): Hand | undefined {
  const last = network.layers.length - (hasLossWithLogits(network) ? 1 : 0);
  if (last - parameter.layer < 2) return undefined;
  return { activation: (layer, ...rest) => (layer > last ? (rest.at(-1) ?? NaN) : wrong(layer, ...rest)) };
}

/** A layer of weights on the way, and a unit at its end. */
function weightsOnTheWay(
  { network, parameter }: Exercise,
  random: Random,
): { layer: number; unit: number } | undefined {
  if (parameter.layer + 1 === network.layers.length) return undefined;
  const layer = random.integer(parameter.layer + 1, network.layers.length - 1);
  return { layer, unit: random.integer(1, layerAt(network, layer + 1).units) };
}

/** The place of a layer among the units of a path, which begin with the layer behind the parameter. */
const inPath = ({ parameter }: Exercise, layer: number): number => layer - parameter.layer - 1;

export const readings: Readonly<Record<string, readonly [string, Slip]>> = {
  'g′(a) for g′(z) in every layer': [
    'derivative-at-activation',
    worked((given) => everywhere(given, (layer, _unit, _z, a) => slope(given.network, layer, a))),
  ],
  'z for a in every g′': [
    'derivative-form-at-z',
    worked((given) =>
      everywhere(given, (layer, _unit, z, _a, right) => {
        const { type } = layerAt(given.network, layer).activation;
        if (type === 'softplus') return 1 - Math.exp(-z);
        return type === 'sigmoid' ? z * (1 - z) : type === 'tanh' ? 1 - z * z : right;
      }),
    ),
  ],
  'z − y for a − y': ['derivative-at-activation', worked(() => ({ loss: (_unit, _a, z, y) => z - y }))],
  'every θ on the way is 1': [
    'weights-missing',
    worked((given, random) => weightsOnTheWay(given, random) && { weight: () => 1 }),
  ],
  'every θ of a layer is 1': [
    'weights-missing',
    worked((given, random) => {
      const at = weightsOnTheWay(given, random);
      return at && { weight: (id, right) => (id.layer === at.layer ? 1 : right) };
    }),
  ],
  'one layer’s θ the wrong way round': [
    'transposed',
    worked((given, random) => {
      const at = weightsOnTheWay(given, random);
      if (!at) return undefined;
      const units = layerAt(given.network, at.layer).units;
      if (units === 1 || units !== layerAt(given.network, at.layer + 1).units) return undefined;
      return {
        weight: (id, right) =>
          id.layer === at.layer ? valueAt(given, { layer: id.layer, to: id.from, from: id.to }) : right,
      };
    }),
  ],
  'the next layer alone is updated': [
    'updated-weights',
    worked((given, random) => {
      const { network, samples, parameter } = given;
      if (!weightsOnTheWay(given, random)) return undefined;
      const { gradient } = gradients(objectiveOf(network, samples));
      const rate = network.training.optimizer.learningRate;
      const step = (id: ParameterId): number =>
        rate * (gradient[parameterIndex(parameterLayout(network.layers), id)] ?? NaN);
      return { weight: (id, right) => (id.layer === parameter.layer + 1 ? right - step(id) : right) };
    }),
  ],
  'both units are others': [
    'units-swapped',
    (given, random) => {
      const { network, parameter } = given;
      const { layer } = parameter;
      const to = random.integer(1, layerAt(network, layer + 1).units);
      const from = random.integer(1, layerAt(network, layer).units);
      const same = to === parameter.to || from === parameter.from || parameter.from === 0;
      if (same || (to === parameter.from && from === parameter.to)) return undefined;
      return exact({ ...given, parameter: { layer, to, from } });
    },
  ],
  'the weights of another unit on the way out': [
    'units-swapped',
    worked((given, random) => {
      const { network, parameter } = given;
      if (!weightsOnTheWay(given, random)) return undefined;
      const from = random.integer(1, layerAt(network, parameter.layer + 1).units);
      if (from === parameter.to) return undefined;
      return { weight: (id, right) => (id.layer === parameter.layer + 1 ? valueAt(given, { ...id, from }) : right) };
    }),
  ],
  'the targets of two outputs exchanged': [
    'units-swapped',
    (given, random) => {
      const { network, samples } = given;
      const { units } = layerAt(network, network.layers.length);
      const [p, q] = [random.integer(0, units - 1), random.integer(0, units - 1)];
      if (p === q) return undefined;
      const order = Array.from({ length: units }, (_, k) => (k === p ? q : k === q ? p : k));
      const targets = samples.targets.map((_, at) => {
        const k = at % units;
        return samples.targets[at - k + (order[k] ?? k)] ?? NaN;
      });
      return exact({ ...given, samples: { ...samples, targets } });
    },
  ],
  'all paths through one unit left out': [
    'path-missing',
    worked((given, random) => {
      const at = weightsOnTheWay(given, random);
      if (!at || layerAt(given.network, at.layer + 1).units === 1) return undefined;
      return { counts: (units) => units[inPath(given, at.layer + 1)] !== at.unit };
    }),
  ],
  'only the paths through one unit': [
    'path-missing',
    worked((given, random) => {
      const at = weightsOnTheWay(given, random);
      if (!at || layerAt(given.network, at.layer + 1).units === 1) return undefined;
      return { counts: (units) => units[inPath(given, at.layer + 1)] === at.unit };
    }),
  ],
  'each sample’s derivative rounded before the mean': [
    'rounded-early',
    (given, random) => {
      const { network, samples, parameter } = given;
      if (samples.count === 1) return undefined;
      const digits = random.integer(2, 4);
      const { each } = byHand(network, network.theta, samples, parameter);
      return each.reduce((sum, e) => sum + Number(e.toPrecision(digits)), 0) / each.length + penalty(given);
    },
  ],
};
