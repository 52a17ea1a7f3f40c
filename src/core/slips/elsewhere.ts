/** Slips that give the derivative of something else: another parameter, another sample, weights after the step. */

import { type ParameterId, layerAt, parameterIndex, parameterLayout } from '../network';
import { parameterName, subscript, superscript } from '../notation';
import type { Pausing } from '../steps';
import type { Subject } from './factors';
import { derivativeName, numeral } from './names';
import type { Slip, SlipCode } from './slip';
import type { WholeSlips } from './whole';

/** More rows, columns or samples than this are not looked at. */
const OTHERS = 256;

/** θ_ji in the place of θ_ij, and θᵀ the wrong way round on the way back. */
export function* transposed(subject: Subject, whole: WholeSlips): Pausing<Slip[]> {
  const { network, parameter } = subject;
  const { layer, to, from } = parameter;
  const slips: Slip[] = [];
  if (from > 0 && from !== to) {
    slips.push(
      ...otherParameter(subject, whole, 'transposed', { layer, to: from, from: to }, 'row and column are exchanged'),
    );
  }
  if (layer < network.layers.length - 1) {
    slips.push(
      wholeSlip(subject, 'transposed', yield* whole.transposed(), {
        form: `${derivativeName(network, parameter)} with a transposed θ`,
        fault: 'on the way back the weights are taken as θ_ik where θ_ki belongs',
        detail: {},
      }),
    );
  }
  return slips;
}

/** Another parameter into the same unit, or from the same unit. */
export function swappedUnits(subject: Subject, whole: WholeSlips): Slip[] {
  const { network, parameter } = subject;
  const { layer, to, from } = parameter;
  const rows = layerAt(network, layer + 1).units;
  const columns = layerAt(network, layer).units;
  if (rows + columns > OTHERS) return [];
  const others: ParameterId[] = [];
  for (let i = 1; i <= rows; i++) if (i !== to) others.push({ layer, to: i, from });
  for (let j = 0; j <= columns; j++) if (j !== from) others.push({ layer, to, from: j });
  return others.flatMap((other) =>
    otherParameter(subject, whole, 'swapped-units', other, 'it belongs to a neighbour of this parameter'),
  );
}

/** One sample in the place of the mean. */
export function otherSamples({ network, parameter, pieces, penalty }: Subject): Slip[] {
  const m = pieces.each.length;
  if (m === 1 || m > OTHERS) return [];
  const name = parameterName(network, parameter);
  return [...pieces.each].flatMap((data, s) => {
    const sample = s + 1;
    const fault = `it is that of sample ${String(sample)} alone, not the mean over all m = ${String(m)}`;
    const whole = {
      code: 'other-sample' as const,
      form: `∂E${subscript(String(sample))}/∂${name}`,
      detail: { sample },
    };
    const share = `it holds the share of sample ${String(sample)} alone, not the sum over all m = ${String(m)}`;
    return [
      { ...whole, data, penalty: 0, fault },
      ...(penalty === 0 ? [] : [{ ...whole, data, penalty, fault }]),
      { ...whole, data: data / m, penalty, form: `(1/m) ${whole.form}`, fault: share },
    ];
  });
}

/** δ carried back through weights that have been updated already; or everything after the update. */
export function* updatedWeights(subject: Subject, whole: WholeSlips): Pausing<Slip[]> {
  const { network, parameter } = subject;
  const name = derivativeName(network, parameter);
  const rate = network.training.optimizer.learningRate;
  const code = 'used-updated-weights';
  const detail = { learningRate: rate };
  const slips: Slip[] = [];
  if (parameter.layer < network.layers.length - 1) {
    const next = `θ${superscript(`(${String(parameter.layer + 1)})`)}`;
    const fault = `${next} is taken after its update (η = ${numeral(rate)}), where the backward pass needs it as it was`;
    for (const gradient of [yield* whole.updatedBehind(), yield* whole.updatedInTurn()]) {
      const form = `${name} with updated weights on the way back`;
      slips.push(wholeSlip(subject, code, gradient, { form, fault, detail }));
    }
  }
  const fault = `everything is worked out after the update (η = ${numeral(rate)}): it is the derivative of the next epoch`;
  const after = yield* whole.afterUpdate();
  slips.push(wholeSlip(subject, code, after, { form: `${name} after the step`, fault, detail }));
  return slips;
}

function otherParameter(subject: Subject, whole: WholeSlips, code: SlipCode, other: ParameterId, why: string): Slip[] {
  const index = parameterIndex(parameterLayout(subject.network.layers), other);
  if (index < 0) return [];
  const name = derivativeName(subject.network, other);
  return [
    {
      code,
      data: whole.exact.data[index] ?? NaN,
      penalty: whole.exact.penalty[index] ?? NaN,
      form: name,
      fault: why,
      detail: { layer: other.layer, to: other.to, from: other.from },
    },
  ];
}

function wholeSlip(
  { network, parameter, penalty }: Subject,
  code: SlipCode,
  gradient: Float64Array,
  words: Pick<Slip, 'form' | 'fault' | 'detail'>,
): Slip {
  const data = gradient[parameterIndex(parameterLayout(network.layers), parameter)] ?? NaN;
  return { code, data, penalty, ...words };
}
