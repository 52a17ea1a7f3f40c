/** Slips in what is done with the finished derivative: sign, ½ and 2, the mean, the penalty, the step of gradient descent. */

import { type Network, type ParameterId, type Samples, layerAt } from '../../network';
import { formatNumber, parameterName } from '../../notation';
import type { Parts, Turn } from './slip';

/** Numbers in messages. */
const DIGITS = 4;

/** `value` is θ_ij^(l) itself, `penalty` ∂R/∂θ_ij^(l). The simplest first. */
export function turns(
  network: Network,
  samples: Samples,
  parameter: ParameterId,
  value: number,
  penalty: number,
): Turn[] {
  const name = parameterName(network, parameter);
  const derivative = `∂J/∂${name}`;
  const result: Turn[] = [
    {
      code: 'sign',
      form: `−${derivative}`,
      fault: 'the sign is the wrong way round',
      detail: {},
      turn: scaled(-1, -1),
    },
    ...factorsOfTwo(network, derivative, penalty),
    ...means(network, samples, name),
  ];
  if (penalty !== 0) {
    result.push({
      code: 'penalty-missing',
      form: `${derivative} − ∂R/∂${name}`,
      fault: `the penalty’s part ∂R/∂${name} = ${formatNumber(penalty, DIGITS)} is missing`,
      detail: { penalty },
      turn: scaled(1, 0),
    });
  }
  return [...result, ...steps(network, name, value)];
}

function factorsOfTwo({ loss, regularization }: Network, derivative: string, penalty: number): Turn[] {
  const square =
    loss.type !== 'mse'
      ? ''
      : `: E has ${loss.half === false ? 'no' : 'a'} ½, which ${loss.half === false ? 'would cancel' : 'cancels'} the 2 of the square`;
  const ofPenalty =
    regularization.half === false ? 'R has no ½' : 'R has a ½ before λ₂, which cancels the 2 of the square';
  const code = 'scale';
  const result: Turn[] = [
    {
      code,
      form: `2 · ${derivative}`,
      fault: `it is twice too large${square}`,
      detail: { factor: 2 },
      turn: scaled(2, 2),
    },
    {
      code,
      form: `½ · ${derivative}`,
      fault: `it is half of what it should be${square}`,
      detail: { factor: 0.5 },
      turn: scaled(0.5, 0.5),
    },
  ];
  if (penalty === 0) return result;
  for (const factor of [2, 0.5]) {
    const [much, sign] = factor === 2 ? ['twice', '2 ·'] : ['half', '½ ·'];
    result.push(
      {
        code,
        form: `${derivative} with ${sign} the data’s part`,
        fault: `the part of the data counts ${much}${square}`,
        detail: { factor, part: 'data' },
        turn: scaled(factor, 1),
      },
      {
        code,
        form: `${derivative} with ${sign} the penalty’s part`,
        fault: `the part of the penalty counts ${much}: ${ofPenalty}`,
        detail: { factor, part: 'penalty' },
        turn: scaled(1, factor),
      },
    );
  }
  return result;
}

function means(network: Network, { count: m }: Samples, name: string): Turn[] {
  const result: Turn[] = [];
  if (m > 1 && network.loss.samples === 'sum') {
    for (const penalty of [1, 1 / m]) {
      result.push({
        code: 'scale',
        form: `(1/m) Σₛ ∂Eₛ/∂${name}`,
        fault: `it is the mean over the m = ${String(m)} samples, where J is their sum`,
        detail: { samples: m },
        turn: scaled(1 / m, penalty),
      });
    }
  } else if (m > 1) {
    const over = `the m = ${String(m)} samples`;
    for (const penalty of [1, m]) {
      result.push({
        code: 'scale',
        form: `Σₛ ∂Eₛ/∂${name}`,
        fault: `the sum over ${over} is not divided by m`,
        detail: { samples: m },
        turn: scaled(m, penalty),
      });
    }
    for (const penalty of [1, 1 / m]) {
      result.push({
        code: 'scale',
        form: `∂J/∂${name} / m`,
        fault: `it is divided by m = ${String(m)} once more, though J is the mean over ${over} already`,
        detail: { samples: m },
        turn: scaled(1 / m, penalty),
      });
    }
  }
  const outputs = layerAt(network, network.layers.length).units;
  if (outputs > 1 && outputs !== m && network.loss.outputs === 'mean') {
    for (const penalty of [1, outputs]) {
      result.push({
        code: 'scale',
        form: `${String(outputs)} ∂J/∂${name}`,
        fault: `it is the sum over the ${String(outputs)} output units, over which E is a mean`,
        detail: { outputs },
        turn: scaled(outputs, penalty),
      });
    }
  } else if (outputs > 1 && outputs !== m) {
    for (const penalty of [1, 1 / outputs]) {
      result.push({
        code: 'scale',
        form: `∂J/∂${name} / ${String(outputs)}`,
        fault: `it is divided by the ${String(outputs)} output units, over which E is a sum, not a mean`,
        detail: { outputs },
        turn: scaled(1 / outputs, penalty),
      });
    }
  }
  return result;
}

function steps({ training }: Network, name: string, value: number): Turn[] {
  const rate = training.optimizer.learningRate;
  const eta = `η = ${formatNumber(rate, DIGITS)}`;
  return [
    {
      code: 'descent-step',
      form: `−η ∂J/∂${name} (${eta})`,
      fault: 'it is the step of gradient descent, not the derivative',
      detail: { learningRate: rate },
      turn: scaled(-rate, -rate),
    },
    {
      code: 'updated-parameters',
      form: `${name} − η ∂J/∂${name} (${eta})`,
      fault: 'it is the parameter after the step of gradient descent, not the derivative',
      detail: { learningRate: rate, parameter: value },
      turn: ({ data, penalty }) => ({ data: value - rate * data, penalty: -rate * penalty }),
    },
  ];
}

function scaled(data: number, penalty: number): (parts: Parts) => Parts {
  return (parts) => ({ data: data * parts.data, penalty: penalty * parts.penalty });
}
