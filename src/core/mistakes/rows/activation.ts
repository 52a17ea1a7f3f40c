/** Mistakes on the way through an activation, δ⁽ˡ⁾ = g′(z⁽ˡ⁾) ⊙ signal. */

import { ACTIVATIONS, type ActivationName, type ScalarActivationRow } from '../../functions';
import { backwardRows, products, throughRows } from '../batch';
import { type Activation, layerAt } from '../../network';
import type { Detail, Elementwise, MistakeRow, FormulaContext, Setting, Variation, WayBack } from '../row';
import {
  SCALAR_ACTIVATIONS,
  at,
  codeNumber,
  formInCode,
  formOf,
  layersOfSize,
  ownOf,
  rightDelta,
  rightDeltaInCode,
  signalName,
  slopeInCode,
  slopeInCodeOf,
  slopeOf,
  symbolOf,
  times,
} from './tools';

/** The δ of layer l without a mistake here; that of the outputs is known, and for a loss with logits does not come from the signal. */
function rightStep(way: WayBack, l: number, signal: Float64Array): Float64Array {
  return way.deltas[l - 1] ?? throughRows(way.batch, l, signal);
}

function z(way: WayBack, l: number): Float64Array {
  return way.batch.z[l - 1] ?? new Float64Array();
}

function a(way: WayBack, l: number): Float64Array {
  return way.batch.a[l - 1] ?? new Float64Array();
}

/** The signal, each value times f of the same one of z^(l) or a^(l); nothing where there is no such f. */
function factored(
  detail: Detail,
  l: number,
  of: 'z' | 'a',
  f: ((value: number) => number) | undefined,
): Variation<Float64Array>[] {
  return f ? [elementwise(detail, l, { of, f, timesSignal: true })] : [];
}

function elementwise(detail: Detail, l: number, how: Elementwise): Variation<Float64Array> {
  const { of, f, timesSignal } = how;
  return {
    detail,
    elementwise: how,
    make: ({ batch }, signal) => {
      const values = of === 'signal' ? signal : (batch[of][l - 1] ?? signal);
      const made = new Float64Array(signal.length);
      for (let n = 0; n < made.length; n++) made[n] = f(values[n] ?? NaN) * (timesSignal ? (signal[n] ?? NaN) : 1);
      return made;
    },
  };
}

/** δ with something else in the place of g′(z). */
function instead(
  factor: (place: FormulaContext) => string,
  code: (place: FormulaContext) => string,
): Pick<MistakeRow, 'formula' | 'numpy'> {
  return {
    formula: (place) => ({
      right: rightDelta(place),
      yours: `${at('δ', place.layer)} = ${signalName(place)} ⊙ ${factor(place)}`,
    }),
    numpy: (place) => {
      const n = codeNumber(place, 'units');
      return { right: rightDeltaInCode(place), yours: `dZ${n} = dA${n} * ${code(place)}` };
    },
  };
}

/** δ that is no product of the signal. */
function wholly(
  form: (place: FormulaContext) => string,
  code: (place: FormulaContext) => string,
): Pick<MistakeRow, 'formula' | 'numpy'> {
  return {
    formula: (place) => ({ right: rightDelta(place), yours: `${at('δ', place.layer)} = ${form(place)}` }),
    numpy: (place) => ({
      right: rightDeltaInCode(place),
      yours: `dZ${codeNumber(place, 'units')} = ${code(place)}`,
    }),
  };
}

const g = ({ network, layer }: FormulaContext): string => symbolOf(network, layer);
const n = (place: FormulaContext): string => codeNumber(place, 'units');

export const ACTIVATION_ROWS: readonly MistakeRow[] = [
  {
    code: 'activation-derivative-missing',
    name: 'a missing factor g′(z)',
    layersOf: 'units',
    factor: { fault: 'missing', factor: 'activation' },
    usual: true,
    sentence: (place) => `the factor ${g(place)}′(z) is missing on the way back`,
    hint: 'a factor is missing on the way back',
    ...wholly(signalName, (place) => `dA${n(place)}`),
    activation: () => [
      {
        detail: {},
        make: (_way, signal) => signal,
        elementwise: { of: 'signal', f: (value) => value, timesSignal: false },
      },
    ],
  },
  {
    code: 'activation-derivative-extra',
    name: 'a factor g′(z) too many',
    layersOf: 'units',
    factor: { fault: 'twice', factor: 'activation' },
    usual: true,
    sentence: (place) => `the factor ${g(place)}′(z) is there once too often`,
    hint: 'a factor is there twice',
    ...wholly(
      (place) => `${rightDelta(place).replace(/^.* = /, '')} ⊙ ${g(place)}′(${at('z', place.layer)})`,
      (place) => `(${rightDeltaInCode(place).replace(/^.* = /, '')}) * ${slopeInCodeOf(place)}`,
    ),
    activation: (setting, l) => [
      { detail: {}, make: (way, signal) => throughRows(way.batch, l, rightStep(way, l, signal)) },
      ...ofSoftmax(setting, l, {
        detail: { by: 'elementwise' },
        make: (way, signal) => products(rightStep(way, l, signal), diagonal(way, l)),
      }),
    ],
  },
  {
    code: 'softmax-diagonal',
    name: 'only the diagonal of softmax',
    layersOf: 'units',
    factor: { fault: 'wrong', factor: 'activation' },
    usual: true,
    sentence: () => 'only the diagonal ∂aᵢ/∂zᵢ of softmax is used; each zₖ moves every other output, too',
    hint: 'some paths are left out: look at what depends on what',
    ...instead(
      ({ layer }) => `${at('a', layer)} ⊙ (1 − ${at('a', layer)})`,
      (place) => `A${n(place)} * (1 - A${n(place)})`,
    ),
    activation: (setting, l) =>
      ofSoftmax(setting, l, { detail: {}, make: (way, signal) => products(signal, diagonal(way, l)) }),
  },
  {
    code: 'derivative-at-activation',
    name: 'g′(a) for g′(z)',
    layersOf: 'units',
    factor: { fault: 'wrong', factor: 'activation' },
    usual: true,
    sentence: (place) => `${g(place)}′ is taken at a, where it must be taken at z`,
    hint: 'z and a are swapped',
    ...instead(
      (place) => `${g(place)}′(${at('a', place.layer)})`,
      (place) => slopeInCode(ownOf(place), `A${n(place)}`, `${ownOf(place).type}(A${n(place)})`),
    ),
    activation: (setting, l) => factored({}, l, 'a', slopeAt(slopeOf(setting, l))),
  },
  {
    code: 'derivative-form-at-z',
    name: 'g′ written for a, given z',
    layersOf: 'units',
    factor: { fault: 'wrong', factor: 'activation' },
    usual: true,
    sentence: (place) => `${g(place)}′ is written for a, but given z`,
    hint: 'z and a are swapped',
    ...instead(
      (place) => `${g(place)}′ with ${at('z', place.layer)} for ${at('a', place.layer)}`,
      (place) => formInCode(ownOf(place), `Z${n(place)}`),
    ),
    activation: (setting, l) => [
      ...factored({}, l, 'z', formOf(slopeOf(setting, l))),
      ...ofSoftmax(setting, l, {
        detail: { by: 'jacobian' },
        make: (way, signal) => backwardRows(slopeOf(setting, l), z(way, l), signal, signal.length / way.batch.count),
      }),
    ],
  },
  {
    code: 'activation-for-derivative',
    name: 'g(z) for g′(z)',
    layersOf: 'units',
    factor: { fault: 'wrong', factor: 'activation' },
    sentence: (place) => `${g(place)}(z) is used where its derivative ${g(place)}′(z) belongs`,
    hint: 'look at the derivative of the activation',
    ...instead(
      (place) => `${g(place)}(${at('z', place.layer)})`,
      (place) => `A${n(place)}`,
    ),
    activation: (_setting, l) => factored({}, l, 'a', (value) => value),
  },
  {
    code: 'derivative-of-other-activation',
    name: 'another activation’s derivative',
    layersOf: 'units',
    factor: { fault: 'wrong', factor: 'activation' },
    sentence: (place) =>
      `the derivative of ${labelOf(place.detail.function)} is used where that of ${labelOf(place.network.layers[place.layer - 1]?.activation.type)} belongs`,
    hint: 'look at the derivative of the activation',
    ...instead(
      ({ layer, detail }) => `${ACTIVATIONS[detail.function as ActivationName].symbol.unicode}′(${at('z', layer)})`,
      (place) => {
        const other = { type: place.detail.function as ActivationName };
        const [z, a] = [`Z${n(place)}`, `A${n(place)}`];
        return place.detail.form === 'of a' ? formInCode(other, a) : slopeInCode(other, z, `${other.type}(${z})`);
      },
    ),
    activation: (setting, l) => {
      const own = slopeOf(setting, l);
      const others = SCALAR_ACTIVATIONS.filter(({ type }) => type !== own.type && type !== 'identity');
      return [
        ...others.flatMap((other) => factored({ function: other.type }, l, 'z', slopeAt(other))),
        ...others.flatMap((other) => factored({ function: other.type, form: 'of a' }, l, 'a', formOf(other))),
      ];
    },
  },
  {
    code: 'activation-of-signal',
    name: 'g of the signal, for g′(z) as a factor',
    layersOf: 'units',
    sentence: (place) =>
      `the activation ${g(place)} is applied to the signal that comes back, where ${g(place)}′(z) belongs as a factor`,
    hint: 'look at what the activation is applied to on the way back',
    ...wholly(
      (place) => `${g(place)}(${signalName(place)})`,
      (place) => `${ownOf(place).type}(dA${n(place)})`,
    ),
    activation: (setting, l) => onSignal(setting, l, { form: 'activation' }, (row, g, signal) => row.value(signal, g)),
  },
  {
    code: 'derivative-of-signal',
    name: 'g′ of the signal, for g′(z)',
    layersOf: 'units',
    sentence: (place) => `${g(place)}′ is taken at the signal that comes back, where it must be taken at z`,
    hint: 'look at what the derivative is taken of on the way back',
    ...wholly(
      (place) => `${g(place)}′(${signalName(place)})${place.detail.form === 'times-signal' ? ' ⊙ the signal' : ''}`,
      (place) => {
        const signal = `dA${n(place)}`;
        const slope = slopeInCode(ownOf(place), signal, `${ownOf(place).type}(${signal})`);
        return place.detail.form === 'times-signal' ? `${signal} * ${slope}` : slope;
      },
    ),
    activation: (setting, l) => [
      ...onSignal(setting, l, { form: 'times-signal' }, (row, g, signal) => signal * row.derivative(signal, g)),
      ...onSignal(setting, l, { form: 'alone' }, (row, g, signal) => row.derivative(signal, g)),
    ],
  },
  {
    code: 'derivative-of-other-layer',
    name: 'g′ at another layer’s z',
    layersOf: 'units',
    factor: { fault: 'wrong', factor: 'activation' },
    sentence: ({ detail, layer }) =>
      `g′ is taken at ${at('z', Number(detail.from))}, where it must be taken at ${at('z', layer)}`,
    hint: 'look at which layer a quantity is taken from',
    ...instead(
      (place) => `${g(place)}′(${at('z', Number(place.detail.from))})`,
      (place) => {
        const from = Number(place.detail.from) - 1;
        return slopeInCode(ownOf(place), `Z${String(from)}`, `A${String(from)}`);
      },
    ),
    activation: (setting, l) =>
      layersOfSize(setting.network, l, 2).flatMap((from): Variation<Float64Array>[] => {
        const { type } = layerAt(setting.network, from).activation;
        const factor = (of: number) => (way: WayBack, signal: Float64Array) =>
          times(signal, way.batch.derivatives.of(slopeOf(way.batch, of), z(way, from)));
        return [
          { detail: { from }, make: factor(l) },
          ...(type === slopeOf(setting, l).type ? [] : [{ detail: { from, function: type }, make: factor(from) }]),
        ];
      }),
  },
];

/** g′ of one value. */
function slopeAt(g: Activation): ((z: number) => number) | undefined {
  const row = ACTIVATIONS[g.type];
  return row.vector ? undefined : (value) => row.derivative(value, g);
}

/** f of the signal, divided by m before or not; δ is not divided by m, and so what comes of a divided one is multiplied. */
function onSignal(
  setting: Setting,
  l: number,
  detail: Detail,
  f: (row: ScalarActivationRow, g: Activation, signal: number) => number,
): Variation<Float64Array>[] {
  const g = slopeOf(setting, l);
  const row = ACTIVATIONS[g.type];
  if (row.vector || (g.type === 'identity' && f(row, g, 2) === 2)) return [];
  const m = setting.count;
  return (m > 1 ? [1, m] : [1]).map((divisor) =>
    elementwise({ ...detail, divided: divisor > 1 }, l, {
      of: 'signal',
      f: (value) => f(row, g, value / divisor) * divisor,
      timesSignal: false,
    }),
  );
}

function ofSoftmax(setting: Setting, l: number, one: Variation<Float64Array>): Variation<Float64Array>[] {
  return slopeOf(setting, l).type === 'softmax' ? [one] : [];
}

/** ∂a_i/∂z_i of softmax, a (1 − a), of every value. */
function diagonal(way: WayBack, l: number): Float64Array {
  return a(way, l).map((value) => value * (1 - value));
}

function labelOf(type: unknown): string {
  return ACTIVATIONS[type as ActivationName].label;
}
