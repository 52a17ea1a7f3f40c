/** How rows say what a program does with ∂J/∂θ⁽ˡ⁾, in formulas, in NumPy's words and in sentences. */

import { LOSSES } from '../../functions';
import { type Network, biasInputOf } from '../../network';
import { numeral } from '../names';
import type { MistakeRow, Part, FormulaContext } from '../row';
import { rightGradient } from './tools';

/** True where R is not 0. */
export const penalized = ({ regularization: { l1, l2 } }: Network): boolean => l1 !== 0 || l2 !== 0;

/** The parts that a change of any entry can be of. */
export function anyParts(network: Network): Part[] {
  return penalized(network) ? ['all', 'data', 'weights', 'biases'] : ['all', 'weights', 'biases'];
}

/** The number of θ⁽ˡ⁾ in NumPy's words. */
export const n = ({ layer }: FormulaContext): string => String(layer);
/** What stands for a⁽ˡ⁾ in NumPy's words. */
export const before = ({ layer }: FormulaContext): string => (layer === 1 ? 'X' : `A${String(layer - 1)}`);

/** δ of every sample as it goes into the sum, in NumPy's words. */
export function deltaInCode(place: FormulaContext): string {
  return place.rows.weights ? `(w * dZ${n(place)})` : `dZ${n(place)}`;
}

/** What the sum over the samples is divided by, in NumPy's words. */
export function meanInCode({ network, rows }: FormulaContext): string {
  return network.loss.samples === 'sum' ? '' : rows.weights ? ' / w.sum()' : ' / m';
}

/** ∂J/∂θ⁽ˡ⁾ in NumPy's words, as it should be. */
export function rightInCode(place: FormulaContext): string {
  const { network, layer, part } = place;
  const delta = deltaInCode(place);
  const mean = meanInCode(place);
  const a0 = biasInputOf(network, layer);
  const times = a0 === 1 ? '' : ` * ${String(a0)}`;
  const plus = (name: string): string => (penalized(network) ? ` + ${penaltyInCode(network, name)}` : '');
  if (part === 'biases') {
    return `db${n(place)} = ${delta}.sum(axis=0)${times}${mean}${network.regularization.biases ? plus(`b${n(place)}`) : ''}`;
  }
  return `dW${n(place)} = ${delta}.T @ ${before(place)}${mean}${plus(`W${n(place)}`)}`;
}

/** ∂R/∂θ in NumPy's words. */
export function penaltyInCode({ regularization: { l1, l2, half, perSample } }: Network, name: string): string {
  const each = [
    ...(l2 === 0 ? [] : [`${half === false ? '2 * ' : ''}lam * ${name}`]),
    ...(l1 === 0 ? [] : [`lam1 * np.sign(${name})`]),
  ].join(' + ');
  return perSample ? `${l1 !== 0 && l2 !== 0 ? `(${each})` : each} / m` : each;
}

/** The formula with its right side changed. */
export function whole(form: (right: string, place: FormulaContext) => string): Pick<MistakeRow, 'formula'> {
  return {
    formula: (place) => {
      const right = rightGradient(place, place.part);
      const [left = '', value = ''] = right.split(' = ');
      return { right, yours: `${left} = ${form(value, place)}` };
    },
  };
}

/** The line of NumPy with its right side changed. */
export function inCode(change: (value: string, place: FormulaContext) => string): Pick<MistakeRow, 'numpy'> {
  return {
    numpy: (place) => {
      const right = rightInCode(place);
      const [left = '', value = ''] = right.split(' = ');
      return { right, yours: `${left} = ${change(value, place)}` };
    },
  };
}

/** How large it is beside what it should be, and which key of the file states that, where it may be a convention. */
export function scaleWords({ network, rows, detail, everywhere }: FormulaContext, of: 'J' | 'R' = 'J'): string {
  const { loss, regularization } = network;
  const factor = numeral(Number(detail.factor));
  const wouldSay = (keys: string): string => (everywhere ? ` (${keys} would say so)` : '');
  const lossSays = (keys: string): string => wouldSay(`"loss": { "type": "${loss.type}", ${keys} }`);
  switch (detail.reason) {
    case 'sum-not-mean':
      return `not divided by ${rows.weights ? 'Σw' : 'm'} = ${factor}: it is the sum over the samples, not their mean${lossSays('"samples": "sum"')}`;
    case 'mean-not-sum':
      return `divided by ${rows.weights ? 'Σw' : 'm'}: it is the mean over the samples, where J is their sum in this file ("loss": { "samples": "sum" })`;
    case 'mean-twice':
      return `divided by ${rows.weights ? 'Σw' : 'm'} once more, though it is a mean already`;
    case 'per-sample':
      return `divided by m; in this file the penalty is outside the mean${wouldSay('"regularization": { "perSample": true }')}`;
    case 'not-per-sample':
      return 'not divided by m, as the penalty is in this file ("regularization": { "perSample": true })';
    case 'two': {
      const twice = 'twice as large as it should be';
      if (of === 'R') {
        return regularization.half === false ? twice : twice + wouldSay('"regularization": { "half": false }');
      }
      return loss.half !== false && LOSSES[loss.type].withoutHalf ? twice + lossSays('"half": false') : twice;
    }
    case 'half':
      return 'half as large as it should be';
    case 'mean-over-outputs': {
      const alsoTwice = Number(factor) * (network.layers.at(-1)?.units ?? 1) > 1.5;
      const half = alsoTwice && loss.half !== false && LOSSES[loss.type].withoutHalf ? '"half": false, ' : '';
      return `${factor} times what it should be: a mean over the output units, where the loss here is their sum${lossSays(`${half}"outputs": "mean"`)}`;
    }
    case 'sum-over-outputs':
      return `${factor} times what it should be: a sum over the output units, where the loss here is their mean ("loss": { "outputs": "mean" })`;
    default:
      return `${factor} times what it should be`;
  }
}
