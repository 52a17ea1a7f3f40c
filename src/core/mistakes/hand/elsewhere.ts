/** Slips that give the derivative of something else: another parameter, another sample, weights after the step. */

import { hasLossWithLogits } from '../../functions';
import { type Network, type ParameterId, layerAt, parameterIndex, parameterLayout } from '../../network';
import { parameterName, subscript, superscript } from '../../notation';
import type { Pausing } from '../../check/steps';
import type { Subject } from './factors';
import { derivativeName, numeral, unitNames } from '../names';
import type { Slip, SlipCode } from './slip';
import type { WholeSlips } from './whole';

/** More rows, columns or samples than this are not looked at. */
const OTHERS = 256;
/** In a larger layer both units are not exchanged at once. */
const BOTH = 36;
/** More layers than this are not taken one by one. */
const LAYERS = 4;

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
  const square = squareLayers(network, layer + 1);
  for (const turned of eachAndAll(square)) {
    const which = turned === undefined ? 'θ' : `θ${superscript(`(${String(turned)})`)}`;
    slips.push(
      wholeSlip(subject, 'transposed', yield* whole.transposed(turned), {
        form: `${derivativeName(network, parameter)} with a transposed ${which}`,
        fault: 'on the way back the weights are taken as θ_ik where θ_ki belongs',
        detail: turned === undefined ? {} : { layer: turned },
      }),
    );
  }
  return slips;
}

/** All of some layers at once (undefined), and each by itself, unless they are many. */
function eachAndAll(layers: readonly number[]): readonly (number | undefined)[] {
  if (layers.length < 2) return layers;
  return layers.length > LAYERS ? [undefined] : [undefined, ...layers];
}

/** The l from `first` on of the θ^(l) that can be turned: with as many rows as columns, and more than one. */
function squareLayers(network: Network, first: number): number[] {
  return parameterLayout(network.layers).layers.flatMap(({ rows, columns }, l) =>
    l + 1 >= first && rows === columns && rows > 1 ? [l + 1] : [],
  );
}

/** Another parameter into the same unit, or from the same unit, or of both others; what belongs to another unit on the way. */
export function swappedUnits(subject: Subject, whole: WholeSlips): Slip[] {
  const { network, parameter } = subject;
  const { layer, to, from } = parameter;
  const rows = layerAt(network, layer + 1).units;
  const columns = layerAt(network, layer).units;
  if (rows + columns > OTHERS) return [];
  const others: ParameterId[] = [];
  for (let i = 1; i <= rows; i++) if (i !== to) others.push({ layer, to: i, from });
  for (let j = 0; j <= columns; j++) if (j !== from) others.push({ layer, to, from: j });
  if (from > 0 && rows * columns <= BOTH) {
    for (let i = 1; i <= rows; i++) {
      // The transposed one has a name of its own.
      for (let j = 1; j <= columns; j++) {
        if (i !== to && j !== from && !(i === from && j === to)) others.push({ layer, to: i, from: j });
      }
    }
  }
  const parameters = others.flatMap((other) =>
    otherParameter(subject, whole, 'units-swapped', other, 'it belongs to a neighbour of this parameter'),
  );
  return [...parameters, ...swappedOnTheWay(subject)];
}

/** The weights of another unit on the way out of this one, or the targets of two outputs exchanged. */
function swappedOnTheWay({ network, parameter, pieces, penalty }: Subject): Slip[] {
  const code = 'units-swapped';
  const { layer, to } = parameter;
  const name = derivativeName(network, parameter);
  const slips: Slip[] = [];
  for (const [k, data] of pieces.withWeightsOf.entries()) {
    if (k + 1 === to || !Number.isFinite(data)) continue;
    const [own, other] = [unitNames(network, layer + 1, to), unitNames(network, layer + 1, k + 1)];
    slips.push({
      code,
      data,
      penalty,
      form: `${name} with the weights of ${other.a} for those of ${own.a}`,
      fault: `the factors ∂z${superscript(`(${String(layer + 2)})`)}/∂${own.a} are taken from unit ${String(k + 1)}`,
      detail: { layer: layer + 1, unit: k + 1 },
      mark: { fault: 'wrong', factor: 'weight', layer: layer + 1 },
    });
  }
  for (const { outputs, data } of pieces.exchangedTargets) {
    const [p, q] = outputs;
    slips.push({
      code,
      data,
      penalty,
      form: `${name} with y${subscript(String(p))} and y${subscript(String(q))} exchanged`,
      fault: `outputs ${String(p)} and ${String(q)} are held against each other’s targets`,
      detail: { output: p, other: q },
      mark: { fault: 'wrong', factor: hasLossWithLogits(network) ? 'lossOfLogit' : 'loss' },
    });
  }
  return slips;
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
      code: 'one-sample' as const,
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
  const code = 'updated-weights';
  const detail = { learningRate: rate };
  const slips: Slip[] = [];
  if (parameter.layer < network.layers.length - 1) {
    const next = `θ${superscript(`(${String(parameter.layer + 1)})`)}`;
    const fault = `${next} is taken after its update (η = ${numeral(rate)}), where the backward pass needs it as it was`;
    const gradients = [yield* whole.updatedBehind(), yield* whole.updatedInTurn()];
    if (parameter.layer < network.layers.length - 2) gradients.push(yield* whole.updatedOnly(parameter.layer + 1));
    for (const gradient of gradients) {
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
