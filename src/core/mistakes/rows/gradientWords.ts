/** How rows say what a program does with ∂J/∂θ⁽ˡ⁾, in formulas, in NumPy's words and in sentences. */

import { LOSSES } from '../../functions';
import type { Network } from '../../network';
import { numeral } from '../names';
import type { MistakeRow, Part, Place } from '../row';
import { rightGradient } from './tools';

/** True where R is not 0. */
export const penalized = ({ regularization: { l1, l2 } }: Network): boolean => l1 !== 0 || l2 !== 0;

/** The parts that a change of any entry can be of. */
export function anyParts(network: Network): Part[] {
  return penalized(network) ? ['all', 'data', 'weights', 'biases'] : ['all', 'weights', 'biases'];
}

/** The number of θ⁽ˡ⁾ in NumPy's words. */
export const n = ({ layer }: Place): string => String(layer);
/** What stands for a⁽ˡ⁾ in NumPy's words. */
export const before = ({ layer }: Place): string => (layer === 1 ? 'X' : `A${String(layer - 1)}`);

/** ∂J/∂θ⁽ˡ⁾ in NumPy's words, as it should be. */
export function rightInCode(place: Place): string {
  const mean = place.network.loss.samples === 'sum' ? '' : ' / m';
  if (place.part === 'biases') return `db${n(place)} = dZ${n(place)}.sum(axis=0)${mean}`;
  return `dW${n(place)} = dZ${n(place)}.T @ ${before(place)}${mean}${penalized(place.network) ? ` + lam * W${n(place)}` : ''}`;
}

/** The formula with its right side changed. */
export function whole(form: (right: string, place: Place) => string): Pick<MistakeRow, 'formula'> {
  return {
    formula: (place) => {
      const right = rightGradient(place, place.part);
      const [left = '', value = ''] = right.split(' = ');
      return { right, yours: `${left} = ${form(value, place)}` };
    },
  };
}

/** The line of NumPy with its right side changed. */
export function inCode(change: (value: string, place: Place) => string): Pick<MistakeRow, 'numpy'> {
  return {
    numpy: (place) => {
      const right = rightInCode(place);
      const [left = '', value = ''] = right.split(' = ');
      return { right, yours: `${left} = ${change(value, place)}` };
    },
  };
}

/** How large it is beside what it should be, and which key of the file states that, where it may be a convention. */
export function scaleWords({ network, detail, everywhere }: Place, of: 'J' | 'R' = 'J'): string {
  const { loss, regularization } = network;
  const factor = numeral(Number(detail.factor));
  const wouldSay = (keys: string): string => (everywhere ? ` (${keys} would say so)` : '');
  const lossSays = (keys: string): string => wouldSay(`"loss": { "type": "${loss.type}", ${keys} }`);
  switch (detail.reason) {
    case 'sum-not-mean':
      return `not divided by m = ${factor}: it is the sum over the samples, not their mean${lossSays('"samples": "sum"')}`;
    case 'mean-not-sum':
      return 'divided by m: it is the mean over the samples, where J is their sum in this file ("loss": { "samples": "sum" })';
    case 'mean-twice':
      return 'divided by m once more, though it is a mean already';
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
