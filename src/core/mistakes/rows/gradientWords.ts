/** How rows say what a program does with ∂J/∂θ⁽ˡ⁾, in formulas, in NumPy's words and in sentences. */

import type { Network } from '../../network';
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
  if (place.part === 'biases') return `db${n(place)} = dZ${n(place)}.sum(axis=0) / m`;
  return `dW${n(place)} = dZ${n(place)}.T @ ${before(place)} / m${penalized(place.network) ? ` + lam * W${n(place)}` : ''}`;
}

/** The formula with its right side changed. */
export function whole(form: (right: string, place: Place) => string): Pick<MistakeRow, 'formula'> {
  return {
    formula: (place) => {
      const right = rightGradient(place.layer, place.part);
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

/** How large it is beside what it should be, and which key of the file would state that as a convention. */
export function scaleWords({ network, detail, everywhere }: Place, penalty: boolean): string {
  const { factor, reason } = detail;
  const says = (keys: string): string => (everywhere ? ` (${keys} would say so)` : '');
  const { type } = network.loss;
  const loss = (keys: string): string => says(`"loss": { "type": "${type}", ${keys} }`);
  const hasHalf = type === 'mse' || type === 'huber';
  switch (reason) {
    case 'sum-not-mean':
      return `not divided by m = ${String(factor)}: it is the sum over the samples, not their mean${loss('"samples": "sum"')}`;
    case 'mean-twice':
      return 'divided by m once more, though it is a mean already';
    case 'per-sample':
      return `divided by m; in this file the penalty is outside the mean${says('"regularization": { "perSample": true }')}`;
    case 'two':
      if (penalty) return `twice as large as it should be${says('"regularization": { "half": false }')}`;
      return `twice as large as it should be${hasHalf ? loss('"half": false') : ''}`;
    case 'half':
      return 'half as large as it should be';
    case 'mean-over-outputs': {
      const twice = Number(factor) * (network.layers.at(-1)?.units ?? 1) > 1.5;
      const keys = `${twice && hasHalf ? '"half": false, ' : ''}"outputs": "mean"`;
      return `${String(factor)} times what it should be: a mean over the output units, where the loss here is their sum${loss(keys)}`;
    }
    default:
      return `${String(factor)} times what it should be`;
  }
}
