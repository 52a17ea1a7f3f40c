/** Mistakes on the way through an activation, δ⁽ˡ⁾ = g′(z⁽ˡ⁾) ⊙ signal. */

import { ACTIVATIONS, type ActivationName } from '../../functions';
import { throughRows } from '../batch';
import type { Activation } from '../../network';
import type { MistakeRow, Place, Variation, WayBack } from '../row';
import {
  at,
  codeNumber,
  formInCode,
  formOf,
  layersOfSize,
  ownOf,
  rightDelta,
  rightDeltaInCode,
  scalarActivations,
  signalName,
  slopeInCode,
  slopeInCodeOf,
  slopeOf,
  symbolOf,
  times,
  valuesAt,
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

/** g′ of every value, of an activation that each unit computes alone. */
function slopesAt({ batch }: WayBack, g: Activation, values: Float64Array): Float64Array | undefined {
  return batch.derivatives.of(g, values);
}

/** δ with something else in the place of g′(z). */
function instead(
  factor: (place: Place) => string,
  code: (place: Place) => string,
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
function wholly(form: (place: Place) => string, code: (place: Place) => string): Pick<MistakeRow, 'formula' | 'numpy'> {
  return {
    formula: (place) => ({ right: rightDelta(place), yours: `${at('δ', place.layer)} = ${form(place)}` }),
    numpy: (place) => ({
      right: rightDeltaInCode(place),
      yours: `dZ${codeNumber(place, 'units')} = ${code(place)}`,
    }),
  };
}

const g = ({ network, layer }: Place): string => symbolOf(network, layer);
const n = (place: Place): string => codeNumber(place, 'units');

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
    activation: (_way, _l, signal) => [{ detail: {}, make: () => signal }],
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
    activation: (way, l, signal): Variation<Float64Array>[] => [
      { detail: {}, make: () => throughRows(way.batch, l, rightStep(way, l, signal)) },
      {
        detail: { by: 'elementwise' },
        make: () =>
          slopeOf(way.batch, l).type === 'softmax'
            ? rightStep(way, l, signal).map((d, k) => d * (a(way, l)[k] ?? NaN) * (1 - (a(way, l)[k] ?? NaN)))
            : undefined,
      },
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
    activation: (way, l, signal): Variation<Float64Array>[] => [
      {
        detail: {},
        make: () =>
          slopeOf(way.batch, l).type === 'softmax'
            ? signal.map((d, k) => d * (a(way, l)[k] ?? NaN) * (1 - (a(way, l)[k] ?? NaN)))
            : undefined,
      },
    ],
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
    activation: (way, l, signal): Variation<Float64Array>[] => [
      { detail: {}, make: () => times(signal, slopesAt(way, slopeOf(way.batch, l), a(way, l))) },
    ],
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
    activation: (way, l, signal): Variation<Float64Array>[] => [
      {
        detail: {},
        make: () => {
          const form = formOf(slopeOf(way.batch, l));
          return form && times(signal, z(way, l).map(form));
        },
      },
      {
        detail: { by: 'jacobian' },
        make: () => {
          const row = ACTIVATIONS[slopeOf(way.batch, l).type];
          if (!row.vector) return undefined;
          const delta = signal.slice();
          const units = signal.length / way.batch.count;
          for (let k = 0; k < delta.length; k += units)
            row.backward(z(way, l).subarray(k, k + units), delta.subarray(k, k + units));
          return delta;
        },
      },
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
    activation: (way, l, signal) => [{ detail: {}, make: () => times(signal, a(way, l)) }],
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
    activation: (way, l, signal) => {
      const own = slopeOf(way.batch, l);
      const others = scalarActivations().filter(({ type }) => type !== own.type && type !== 'identity');
      return [
        ...others.map((other): Variation<Float64Array> => ({
          detail: { function: other.type },
          make: () => times(signal, slopesAt(way, other, z(way, l))),
          ...entryOf(signal, z(way, l), slopeAt(other)),
        })),
        ...others.map((other): Variation<Float64Array> => ({
          detail: { function: other.type, form: 'of a' },
          make: () => {
            const form = formOf(other);
            return form && times(signal, a(way, l).map(form));
          },
          ...entryOf(signal, a(way, l), formOf(other)),
        })),
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
    activation: (way, l, signal) =>
      onSignal(way, l, signal, (scaled) => valuesAt(slopeOf(way.batch, l), scaled)).map((one) => ({
        ...one,
        detail: { ...one.detail, form: 'activation' },
      })),
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
    activation: (way, l, signal): Variation<Float64Array>[] => [
      ...onSignal(way, l, signal, (scaled) => times(scaled, slopesAt(way, slopeOf(way.batch, l), scaled))).map(
        (one) => ({
          ...one,
          detail: { ...one.detail, form: 'times-signal' },
        }),
      ),
      ...onSignal(way, l, signal, (scaled) => slopesAt(way, slopeOf(way.batch, l), scaled)).map((one) => ({
        ...one,
        detail: { ...one.detail, form: 'alone' },
      })),
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
    activation: (way, l, signal) =>
      layersOfSize(way.batch.network, l, 2).flatMap((from): Variation<Float64Array>[] => [
        { detail: { from }, make: () => times(signal, slopesAt(way, slopeOf(way.batch, l), z(way, from))) },
        {
          detail: { from, function: slopeOf(way.batch, from).type },
          make: () =>
            slopeOf(way.batch, from).type === slopeOf(way.batch, l).type
              ? undefined
              : times(signal, slopesAt(way, slopeOf(way.batch, from), z(way, from))),
        },
      ]),
  },
];

/** g′ of one value. */
function slopeAt(g: Activation): ((z: number) => number) | undefined {
  const row = ACTIVATIONS[g.type];
  return row.vector ? undefined : (value) => row.derivative(value, g);
}

/** One value of the signal times f of one of `values`. */
function entryOf(
  signal: Float64Array,
  values: Float64Array,
  f: ((value: number) => number) | undefined,
): Pick<Variation<Float64Array>, 'entry'> {
  return f ? { entry: (n) => (signal[n] ?? NaN) * f(values[n] ?? NaN) } : {};
}

/** f of the signal, divided by m before or not; δ is not divided by m, and so what comes of a divided one is multiplied. */
function onSignal(
  { batch }: WayBack,
  l: number,
  signal: Float64Array,
  f: (signal: Float64Array) => Float64Array | undefined,
): Variation<Float64Array>[] {
  if (slopeOf(batch, l).type === 'identity' && f(new Float64Array([2]))?.[0] === 2) return [];
  const m = batch.count;
  return [
    { detail: { divided: false }, make: () => f(signal) },
    ...(m > 1
      ? [{ detail: { divided: true }, make: () => f(signal.map((value) => value / m))?.map((value) => value * m) }]
      : []),
  ];
}

function labelOf(type: unknown): string {
  return ACTIVATIONS[type as ActivationName].label;
}
