/** Mistakes drawn at random, each where the network can have it. */

import type { Random } from '../exercises';
import { type Bug, HIDDEN, type Net, divisorOf } from './programs';

export const CODES = [
  'sign',
  'zeros',
  'scale',
  'descent-step',
  'updated-parameters',
  'penalty-missing',
  'penalty-sign',
  'penalty-scale',
  'penalty-on-biases',
  'activation-derivative-missing',
  'activation-derivative-extra',
  'derivative-at-activation',
  'derivative-form-at-z',
  'derivative-of-other-activation',
  'activation-for-derivative',
  'activation-of-signal',
  'derivative-of-signal',
  'derivative-of-other-layer',
  'softmax-diagonal',
  'softmax-over-samples',
  'other-loss',
  'target-missing',
  'transposed',
  'updated-weights',
  'weights-of-other-layer',
  'weights-missing',
  'skipped-layer',
  'input-missing',
  'input-before-activation',
  'input-of-other-layer',
  'outer-product-transposed',
  'one-sample',
  'row-missing',
  'bias-summed-over-units',
  'bias-from-weights',
  'forward-without-bias',
  'forward-other-activation',
] as const;

/** A mistake of this code that the network can have; undefined where it can have none. */
export function randomBug(code: string, net: Net, random: Random): Bug | undefined {
  const L = net.sizes.length;
  const range = (from: number, to: number): number[] =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);
  const some = (layers: readonly number[]): readonly number[] | undefined => {
    if (layers.length === 0) return undefined;
    return random.one([layers, [random.one(layers)]]);
  };
  const size = (l: number): number => net.sizes[l - 1] ?? 0;
  const g = (l: number): string => net.g[l - 2] ?? '';
  const withLogits = net.loss.endsWith('Entropy');
  const scalar = range(2, L).filter((l) => g(l) !== 'softmax' && g(l) !== 'identity' && !(l === L && withLogits));
  const theta = range(1, L - 1);
  const part = net.l2 > 0 ? random.one(['all', 'data', 'weights', 'biases']) : random.one(['all', 'weights', 'biases']);
  const penalized = net.l2 > 0 ? some(theta) : undefined;
  const m = net.X.length;
  const bug = (at: readonly number[] | undefined, rest: Partial<Bug> = {}): Bug | undefined =>
    at ? { code, at, ...rest } : undefined;
  switch (code) {
    case 'sign':
    case 'zeros':
      return bug(some(theta), { part });
    case 'scale':
      return bug(some(theta), { part, detail: { factor: random.one([m, 1 / m, 2, 0.5, 1 / size(L), 3.7]) } });
    case 'descent-step':
    case 'updated-parameters':
      return bug(some(theta), {
        part: part === 'data' ? 'all' : part,
        detail: { learningRate: random.one([net.rate, 0.7, 0.013]) },
      });
    case 'penalty-missing':
    case 'penalty-sign':
      return bug(penalized, { part: 'penalty' });
    case 'penalty-scale':
      return bug(penalized, { part: 'penalty', detail: { factor: random.one([1 / m, 2, 0.5, 0.3]) } });
    case 'penalty-on-biases':
      return net.conventions.penalty?.biases ? undefined : bug(penalized, { part: 'biases' });
    case 'activation-derivative-missing':
      return bug(some(range(2, L).filter((l) => g(l) !== 'identity')));
    case 'activation-derivative-extra':
      return bug(some(range(2, L).filter((l) => g(l) !== 'identity' && g(l) !== 'relu')));
    case 'derivative-at-activation':
      return bug(some(scalar.filter((l) => g(l) !== 'relu' && g(l) !== 'leakyRelu')));
    case 'derivative-form-at-z':
      return bug(some(scalar.filter((l) => g(l) === 'sigmoid' || g(l) === 'tanh')));
    case 'derivative-of-other-activation': {
      const name = random.one(HIDDEN);
      return bug(some(scalar.filter((l) => g(l) !== name)), { detail: { function: name } });
    }
    case 'activation-for-derivative':
      return bug(some(scalar));
    case 'activation-of-signal':
      return bug(some(scalar), { detail: { divided: random.one([true, false]) } });
    case 'derivative-of-signal':
      return bug(some(scalar), {
        detail: { divided: random.one([true, false]), form: random.one(['alone', 'times-signal']) },
      });
    case 'derivative-of-other-layer': {
      const l = scalar.find(
        (one) => one < L && range(2, L).some((other) => other !== one && size(other) === size(one)),
      );
      const from = range(2, L).find((other) => other !== l && l !== undefined && size(other) === size(l));
      return l && from ? bug([l], { detail: { from } }) : undefined;
    }
    case 'softmax-diagonal':
      return g(L) === 'softmax' ? bug([L]) : undefined;
    case 'softmax-over-samples':
      return g(L) === 'softmax' ? bug([L], { detail: { over: random.one(['samples', 'all']) } }) : undefined;
    case 'other-loss': {
      const loss = random.one(['mse', 'mae', 'huber'].filter((one) => one !== net.loss));
      return bug([L], { detail: { loss } });
    }
    case 'target-missing':
      return net.loss === 'mse' || withLogits ? bug([L]) : undefined;
    case 'transposed':
      return bug(some(range(2, L - 1).filter((l) => size(l) === size(l + 1))));
    case 'updated-weights':
      return bug(some(range(2, L - 1)), { detail: { learningRate: random.one([net.rate, 0.7, 1.5]) } });
    case 'weights-of-other-layer': {
      const l = range(2, L - 1).find((one) =>
        theta.some((o) => o !== one && size(o) === size(one) && size(o + 1) === size(one + 1)),
      );
      const from = theta.find((o) => l !== undefined && o !== l && size(o) === size(l) && size(o + 1) === size(l + 1));
      return l && from ? bug([l], { detail: { from } }) : undefined;
    }
    case 'weights-missing': {
      const instead = random.one(['sum', 'identity']);
      return bug(some(range(2, L - 1).filter((l) => instead === 'sum' || size(l) === size(l + 1))), {
        detail: { instead },
      });
    }
    case 'skipped-layer': {
      const by = random.one(['signal', 'delta']);
      const fits = range(2, L - 1).filter((l) =>
        by === 'signal' ? l + 1 < L && size(l) === size(l + 1) : l + 2 <= L && size(l + 1) === size(l + 2),
      );
      const [l] = fits;
      return l ? bug([l], { detail: { by } }) : undefined;
    }
    case 'input-before-activation':
      return bug(some(range(2, L - 1).filter((l) => g(l) !== 'identity')), { part: 'weights' });
    case 'input-of-other-layer': {
      const l = theta.find((one) => theta.some((o) => o !== one && size(o) === size(one)));
      const from = theta.find((o) => l !== undefined && o !== l && size(o) === size(l));
      return l && from ? bug([l], { part: 'weights', detail: { from } }) : undefined;
    }
    case 'input-missing':
      return bug(some(theta), { part: 'weights' });
    case 'outer-product-transposed':
      return bug(some(theta.filter((l) => size(l) === size(l + 1))), {
        part: net.l2 > 0 ? random.one(['data', 'weights']) : 'weights',
      });
    case 'one-sample':
      return bug(some(theta), {
        part: net.l2 > 0 ? 'data' : part,
        detail: { sample: random.integer(1, m), divided: random.one([true, false]) },
      });
    case 'row-missing':
      return bug(some(theta), {
        part: net.l2 > 0 ? 'data' : part,
        detail: rowLeftOut(net, random.integer(1, m), random.one([true, false])),
      });
    case 'bias-summed-over-units':
      return bug(some(theta), { part: 'biases' });
    case 'bias-from-weights':
      return bug(some(theta), { part: net.l2 > 0 ? random.one(['data', 'biases']) : 'biases' });
    case 'forward-without-bias':
      return bug(some(theta));
    case 'forward-other-activation': {
      const name = random.one(HIDDEN);
      return bug(some(range(2, L - 1).filter((l) => g(l) !== name)), {
        detail: { function: name, derivative: random.one(['same', 'right']) },
      });
    }
    default:
      return undefined;
  }
}

/** A row left out of the sum, which is divided as before or by what is left. */
function rowLeftOut(net: Net, sample: number, asBefore: boolean): Record<string, number> {
  const whole = divisorOf(net);
  const left = net.conventions.loss?.samples ? 1 : whole - (net.conventions.weights?.[sample - 1] ?? 1);
  return { sample, divisor: asBefore ? whole : left };
}
