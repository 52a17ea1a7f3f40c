/** Slips in the factors of a path: one left out, or taken at the wrong place. */

import { ACTIVATIONS, hasLossWithLogits } from '../../functions';
import { type Network, type ParameterId, layerAt } from '../../network';
import { parameterName } from '../../notation';
import { type Location, type Place, factorLocation } from '../location';
import { type UnitNames, derivativeName, numeral, productWithout, unitNames } from '../names';
import type { Pieces, UnitPieces } from './pieces';
import type { Slip, SlipCode } from './slip';

/** More units than this of one layer are not looked at one by one. */
export const UNITS = 64;

/** One parameter with the pieces of its derivative. */
export interface Subject {
  readonly network: Network;
  readonly parameter: ParameterId;
  readonly pieces: Pieces;
  /** ∂R/∂θ */
  readonly penalty: number;
}

/** ∂z/∂θ = a_j left out: δ given. Not for a bias, where it is 1. */
export function missingInput({ network, parameter, pieces, penalty }: Subject): Slip[] {
  const { layer, to, from } = parameter;
  if (from === 0) return [];
  const { z } = unitNames(network, layer + 1, to);
  const delta = `δ${z.slice(1)}`;
  const alone = pieces.each.length === 1;
  const value = alone ? ` = ${numeral(pieces.data / pieces.withoutInput)}` : '';
  const symbol = `∂${z}/∂${parameterName(network, parameter)}`;
  return [
    {
      code: 'input-missing',
      data: pieces.withoutInput,
      penalty,
      form: alone ? delta : `the mean of ${delta}`,
      fault: `the factor ${symbol} = ${unitNames(network, layer, from).a}${value} is missing`,
      detail: { layer, unit: from },
      mark: { fault: 'missing', factor: 'input' },
    },
  ];
}

/** g′ left out: of a unit, of a layer, everywhere. */
export function missingDerivatives(subject: Subject): Slip[] {
  const { network, parameter, pieces, penalty } = subject;
  const code = 'activation-derivative-missing';
  const alone = pieces.each.length === 1;
  const whole = derivativeName(network, parameter);
  const mark = factorLocation('missing', 'activation');
  const slips = perUnit(subject, code, 'withoutDerivative', mark, ({ a, z }, piece) => {
    const symbol = `∂${a}/∂${z}`;
    const through = -(piece?.withoutPaths ?? NaN);
    const factor = through / (through + (piece?.withoutDerivative ?? NaN));
    const value = alone && Number.isFinite(factor) ? ` = ${numeral(factor)}` : '';
    return {
      form: (alone && productWithout(network, parameter, symbol)) || `${whole} without ${symbol}`,
      fault: `the factor ${symbol}${value} is missing`,
    };
  });
  if (derivativeLayers(subject) > 1) {
    slips.push({
      code,
      data: pieces.withoutDerivatives,
      penalty,
      form: `${whole} without any g′`,
      fault: 'the factor ∂a/∂z of every layer is missing',
      detail: {},
      mark: { fault: 'missing', factor: 'activation' },
    });
  }
  return slips;
}

/** g′ taken at a, and z used where a belongs: in g′, in the loss, in ∂z/∂θ. */
export function derivativesAtActivation(subject: Subject): Slip[] {
  const { network, parameter, pieces, penalty } = subject;
  const code = 'derivative-at-activation';
  const whole = derivativeName(network, parameter);
  const atA = ({ a, z, prime }: UnitNames): Words => ({
    form: `${whole} with ${prime}(${a}) for ${prime}(${z})`,
    fault: `${prime} is taken at ${a} instead of ${z}`,
  });
  const fromZ = ({ a, z, prime }: UnitNames): Words => ({
    form: `${whole} with ${z} for ${a} in ${prime}`,
    fault: `${prime} is worked out with ${z} where ${a} belongs`,
  });
  const lossAtZ = ({ a, z }: UnitNames): Words => ({
    form: `${whole} with ${z} for ${a} in the loss`,
    fault: `the loss is differentiated at ${z} where ${a} belongs`,
  });
  const derivative = factorLocation('wrong', 'activation');
  const loss = factorLocation('wrong', hasLossWithLogits(network) ? 'lossOfLogit' : 'loss');
  const slips = [
    ...perUnit(subject, code, 'derivativeAtActivation', derivative, atA),
    ...perUnit(subject, code, 'derivativeFromZ', derivative, fromZ),
    ...perUnit(subject, code, 'lossAtZ', loss, lossAtZ),
  ];
  if (derivativeLayers(subject) > 1) {
    slips.push(
      {
        code,
        data: pieces.derivativesAtActivation,
        penalty,
        form: `${whole} with g′(a) for g′(z)`,
        fault: 'g′ is taken at a instead of z in every layer',
        detail: {},
        mark: { fault: 'wrong', factor: 'activation' },
      },
      {
        code,
        data: pieces.derivativesFromZ,
        penalty,
        form: `${whole} with z for a in g′`,
        fault: 'g′ is worked out with z where a belongs, in every layer',
        detail: {},
        mark: { fault: 'wrong', factor: 'activation' },
      },
    );
  }
  if (parameter.from === 0 || parameter.layer === 1) return slips;
  const { layer, to, from } = parameter;
  const { a, z } = unitNames(network, layer, from);
  slips.push({
    code,
    data: pieces.inputFromZ,
    penalty,
    form: `${whole} with ${z} for ${a}`,
    fault: `the factor ∂${unitNames(network, layer + 1, to).z}/∂${parameterName(network, parameter)} is ${a}, not ${z}`,
    detail: { layer, unit: from },
    mark: { fault: 'wrong', factor: 'input' },
  });
  return slips;
}

/** How many layers there are on the way that have a factor ∂a/∂z. */
function derivativeLayers({ network, parameter }: Subject): number {
  return network.layers.length - parameter.layer - (hasLossWithLogits(network) ? 1 : 0);
}

/** a − y times g′, though ∂E/∂z is one factor for this pair of loss and activation. */
export function extraDerivatives(subject: Subject): Slip[] {
  const whole = derivativeName(subject.network, subject.parameter);
  const mark = factorLocation('twice', 'lossOfLogit');
  return perUnit(subject, 'activation-derivative-extra', 'extraDerivative', mark, ({ a, z }) => ({
    form: `${whole} with ∂${a}/∂${z} twice`,
    fault: `∂E/∂${z} = ${a} − y holds the factor ∂${a}/∂${z} already, and it must not come once more`,
  }));
}

/** θ_ki left out: of a weight, of a layer, everywhere. */
export function missingWeights({ network, parameter, pieces, penalty }: Subject): Slip[] {
  const code = 'weights-missing';
  const whole = derivativeName(network, parameter);
  const slips: Slip[] = [];
  const layers = new Map<number, { count: number; change: number }>();
  for (const { parameter: weight, value, withoutFactor } of pieces.weights) {
    const { layer, to, from } = weight;
    const { count, change } = layers.get(layer) ?? { count: 0, change: 0 };
    layers.set(layer, { count: count + 1, change: change + withoutFactor });
    const symbol = `∂${unitNames(network, layer + 1, to).z}/∂${unitNames(network, layer, from).a}`;
    slips.push({
      code,
      data: pieces.data + withoutFactor,
      penalty,
      form: (pieces.each.length === 1 && productWithout(network, parameter, symbol)) || `${whole} without ${symbol}`,
      fault: `the factor ${symbol} = ${parameterName(network, weight)} = ${numeral(value)} is missing`,
      detail: { layer, to, from },
      mark: { fault: 'missing', factor: 'weight', layer, unit: to, from },
    });
  }
  for (const [layer, { count, change }] of layers) {
    if (count === 1) continue;
    const symbol = `∂${unitNames(network, layer + 1).z}/∂${unitNames(network, layer).a}`;
    slips.push({
      code,
      data: pieces.data + change,
      penalty,
      form: `${whole} without ${symbol}`,
      fault: `the factors ${symbol} = θ are missing`,
      detail: { layer },
      mark: { fault: 'missing', factor: 'weight', layer },
    });
  }
  if (network.layers.length - parameter.layer > 2) {
    slips.push({
      code,
      data: pieces.withoutWeights,
      penalty,
      form: `${whole} without any θ on the way`,
      fault: 'the factor ∂z/∂a = θ of every layer is missing',
      detail: {},
      mark: { fault: 'missing', factor: 'weight' },
    });
  }
  return slips;
}

/** What is changed in the paths through a unit, not in a factor. */
const PATHS: ReadonlySet<UnitChange> = new Set(['withoutPaths', 'withoutOutput']);

type UnitChange = Exclude<keyof UnitPieces, 'layer' | 'unit'>;

type Words = Pick<Slip, 'form' | 'fault'>;

/** The changed derivative for each unit on the way, and for each whole layer. */
export function perUnit(
  { network, parameter, pieces, penalty }: Subject,
  code: SlipCode,
  change: UnitChange,
  mark: (place: Place) => Location | undefined,
  words: (names: UnitNames, piece?: UnitPieces) => Words,
): Slip[] {
  const slips: Slip[] = [];
  const add = (layer: number, by: number, names: UnitNames, piece?: UnitPieces): void => {
    // A factor that is the same with the slip (1 of the identity) is none, and what cannot be computed is no candidate.
    if (by === 0 || !Number.isFinite(by)) return;
    const { form, fault } = words(names, piece);
    const place = { layer, ...(piece && { unit: piece.unit }) };
    const marked = mark(place);
    slips.push({
      code,
      data: pieces.data + by,
      penalty,
      form,
      fault: piece ? fault : `in every unit of layer ${String(layer)}, ${fault}`,
      detail: place,
      ...(marked && { mark: marked }),
    });
  };
  for (let layer = parameter.layer + 1; layer <= network.layers.length; layer++) {
    const units = pieces.units.filter((piece) => piece.layer === layer);
    // The units of a softmax layer have no g′ of their own, but paths.
    const coupled =
      units.length > 1 && !PATHS.has(change) && ACTIVATIONS[layerAt(network, layer).activation.type].vector;
    if (units.length <= UNITS && !coupled) {
      for (const piece of units) add(layer, piece[change], unitNames(network, layer, piece.unit), piece);
    }
    if (units.length > 1) {
      const sum = units.reduce((total, piece) => total + piece[change], 0);
      add(layer, sum, unitNames(network, layer));
    }
  }
  return slips;
}
