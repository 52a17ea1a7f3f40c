/**
 * ∂J/∂θ by difference quotients of one function at a time: of g at each z, of E at each output, of R at each weight. The chain
 * rule joins them, forward and in wide numbers. No step has to suit the whole network, so neither scales that are far
 * apart nor a J that turns within every step spoil it; and no derivative of the table of functions is asked for.
 */

import { divisorOf, weightOf } from '../cost';
import { forward, inputsOf, targetsOf } from '../backprop';
import { ACTIVATIONS, hasLossWithLogits, lossBreaks, lossDifference, activationBreaks } from '../functions';
import { BreakWatch, type Break, type Gain, type Line } from './line';
import { type Network, type Objective, biasInputOf, layerAt, parameterAt, parameterLayout } from '../network';
import { type Noise, type Slope, slope } from './slope';
import { type Bounded, bounded, isZero, product, sum, widened } from './wide';
import { penaltyJump, penaltyQuotient, ratesOf, type PenaltyRates } from '../penalty';

/** How far a computed value of g may be off, as a part of itself. */
const ULPS = 4 * Number.EPSILON;
/** Beyond this |z| an ordinary step is a part of it; such a part of a slope must not depend on the step. */
const FAR = 512;
const TURNS = 1e-6;
/** Steps of powers of two may all be nearly whole periods of sin, and agree on a wrong slope; these parts of them are not too. */
const ODD = Math.SQRT1_2;
/** Parts of this are still numbers: a step must not underflow to 0. */
const SMALLEST_SCALE = 1e-280;
/** What a number that underflows may lose. */
const UNDERFLOW = Number.MIN_VALUE;

const nothing = bounded(0);

/** ∂a_i/∂z_k of one layer in one sample: a number a unit, or a row a unit where the activation couples them. */
type LayerSlopes = readonly Bounded[] | readonly (readonly Bounded[])[];

interface SampleSlopes {
  readonly a: readonly Float64Array[];
  /** Of the layers 2…; of a loss with logits the last has none. */
  readonly layers: readonly LayerSlopes[];
  /** ∂E/∂a of each output, or ∂E/∂z of a loss with logits. */
  readonly loss: readonly Bounded[];
}

/**
 * ∂J/∂θ, or without the penalty, of the parameters with these indices, with a pause after each unit of each sample. The
 * error includes what float64 loses where numbers underflow on the way; at a kink it spans both sides.
 */
export function* chainedQuotients(
  objective: Objective,
  indices: readonly number[],
  penalised: boolean,
): Generator<undefined, Bounded[]> {
  const { network, theta, samples } = objective;
  const layout = parameterLayout(network.layers);
  const ids = indices.map((index) => parameterAt(layout, index));
  const sums = ids.map(() => nothing);
  for (let s = 1; s <= samples.count; s++) {
    const weight = weightOf(samples, s);
    if (weight === 0) continue;
    const local = slopesOf(objective, s);
    const known = new Map<string, Bounded>();
    for (const [n, { layer, to, from }] of ids.entries()) {
      const name = `${String(layer)},${String(to)}`;
      let dz = known.get(name);
      if (!dz) {
        dz = ofUnit(network, theta, local, layer + 1, to - 1);
        known.set(name, dz);
        yield;
      }
      const input = from === 0 ? biasInputOf(network, layer) : (local.a[layer - 1]?.[from - 1] ?? NaN);
      const a = bounded(weight * input);
      sums[n] = sum(sums[n] ?? nothing, widened(product(dz, a), a, UNDERFLOW));
    }
  }
  const share = bounded(1 / divisorOf(network, samples));
  return sums.map((total, n) => {
    const mean = widened(product(total, share), bounded(1), UNDERFLOW);
    if (!penalised) return mean;
    const rates = ratesOf(network, ids[n]?.from ?? 0, samples.count);
    return sum(mean, ofPenalty(rates, theta[indices[n] ?? NaN] ?? NaN));
  });
}

function ofPenalty(rates: PenaltyRates, w: number): Bounded {
  const quotient = penaltyQuotient(rates, w);
  return bounded(quotient, ULPS * Math.abs(quotient) + penaltyJump(rates, w));
}

function slopesOf({ network, theta, samples }: Objective, sample: number): SampleSlopes {
  const { z, a } = forward(network, theta, inputsOf(network, samples, sample));
  const inner = hasLossWithLogits(network) ? network.layers.slice(1, -1) : network.layers.slice(1);
  const none = new Float64Array();
  return {
    a,
    layers: inner.map((_, l) => ofActivation(network, l + 2, z[l + 1] ?? none)),
    loss: ofLoss(network, z.at(-1) ?? none, a.at(-1) ?? none, targetsOf(network, samples, sample)),
  };
}

function ofActivation(network: Network, layer: number, z: Float64Array): LayerSlopes {
  const { activation: g } = layerAt(network, layer);
  const row = ACTIVATIONS[g.type];
  if (!row.vector) {
    const breaks = activationBreaks(g);
    return Array.from(z, (at, unit) => {
      const a = row.value(at, g);
      const breakAt = { kind: 'unit', layer, unit } as const;
      return quotient(
        lineOf(at, (step) => row.value(at + step, g) - a, breakAt, breaks),
        Math.abs(a),
      );
    });
  }
  const a = new Float64Array(z.length);
  row.value(z, a);
  const [moved, newA] = [z.slice(), new Float64Array(z.length)];
  return Array.from(a, (before, i) =>
    Array.from(z, (at, k) => {
      const gain = (step: number): number => {
        moved[k] = at + step;
        row.value(moved, newA);
        moved[k] = at;
        return (newA[i] ?? NaN) - before;
      };
      return quotient(lineOf(at, gain, { kind: 'unit', layer, unit: k }), before);
    }),
  );
}

function ofLoss(network: Network, z: Float64Array, a: Float64Array, y: Float64Array): Bounded[] {
  const difference = lossDifference(network);
  const withLogits = hasLossWithLogits(network);
  const { kinks, bends } = lossBreaks(network);
  const breaks = [...kinks, ...bends];
  const from = withLogits ? z : a;
  const moved = from.slice();
  const before = { z, a, offset: 0 };
  const after = withLogits ? { z: moved, a, offset: 0 } : { z, a: moved, offset: 0 };
  return Array.from(from, (at, unit) => {
    const gain = (step: number): number => {
      moved[unit] = at + step;
      const value = difference(before, after, y, 0);
      moved[unit] = at;
      return value;
    };
    const broken = { kind: 'loss', layer: network.layers.length, unit } as const;
    const residuals = breaks.map((place) => (y[unit] ?? NaN) + place);
    return quotient(lineOf(at, gain, broken, residuals, withLogits ? 1 : scaleOf(at, y[unit] ?? NaN)), 0);
  });
}

/** An output is stepped by a part of itself, for its difference forms lose nothing and its loss may bend at 0. */
function scaleOf(a: number, y: number): number {
  return Math.min(1, Math.max(SMALLEST_SCALE, Math.abs(a) || Math.abs(y) || 1));
}

/** The line of one quantity that begins at `at` and breaks at `breaks`. */
function lineOf(
  at: number,
  gain: (step: number) => number,
  { kind, layer, unit }: Break,
  breaks: readonly number[] = [],
  scale = 1,
): Line {
  const met = new BreakWatch();
  return {
    z: Math.abs(at),
    scale,
    gain: (step) => {
      met.begin();
      met.watch(kind, layer, unit, breaks, at, at + step);
      return met.end(gain(step), step);
    },
  };
}

/** The slope of a line whose values are of this size; 0 where a gain is not a difference of two values. */
function quotient(line: Line, size: number): Bounded {
  const noise = { ofLoss: ULPS * size + 4 * UNDERFLOW, ofOutputs: 0 };
  const found = slope(line, noise);
  const { value, truncation, rounding, low, high } = found;
  const error = Math.abs(truncation) + rounding + (high - low);
  // A function that still turns where z is so large that steps are parts of it, as sin does, is not known at all.
  return bounded(value, line.z > FAR && turns(line, noise, found) ? Infinity : error);
}

/** True where the slope of a line far out depends on the step. */
function turns(line: Line, noise: Noise, { value, truncation, rounding, low, high }: Slope): boolean {
  const least = TURNS * Math.abs(value);
  if (Math.abs(truncation) > rounding + least) return true;
  const gain = (step: number): Gain => {
    const { clear, ...rest } = line.gain(ODD * step);
    return { ...rest, clear: clear / ODD };
  };
  const other = slope({ ...line, gain }, noise);
  // What the other's truncation may be is no excuse: a slope that turns has much of it.
  const errors = Math.abs(truncation) + rounding + (high - low) + other.rounding / ODD;
  return Math.abs(value - other.value / ODD) > errors + (other.high - other.low) / ODD + least;
}

/** ∂E_s/∂z of one unit (from 0), carried forward from there. */
function ofUnit(network: Network, theta: Float64Array, local: SampleSlopes, layer: number, unit: number): Bounded {
  const { layers } = parameterLayout(network.layers);
  let dz: Bounded[] = Array.from({ length: layerAt(network, layer).units }, () => nothing);
  dz[unit] = bounded(1);
  // On the way back each ∂E/∂z may have lost so much, which reaches this unit as it is carried here.
  let lost = nothing;
  const losing = (values: readonly Bounded[], terms: number): void => {
    for (const value of values) if (!isZero(value)) lost = widened(lost, value, UNDERFLOW * terms);
  };
  for (let l = layer; l < network.layers.length; l++) {
    const block = layers[l - 1];
    if (!block) break;
    losing(dz, block.rows + 2);
    const da = through(local.layers[l - 2], dz);
    losing(da, block.rows + 2);
    dz = Array.from({ length: block.rows }, (_, k) =>
      da.reduce((total, d, i) => {
        const w = theta[block.weights + k * block.columns + i] ?? NaN;
        return isZero(d) || w === 0 ? total : sum(total, product(bounded(w), d));
      }, nothing),
    );
  }
  losing(dz, 2);
  const out = through(local.layers[network.layers.length - 2], dz);
  losing(out, 2);
  const total = out.reduce((e, d, k) => (isZero(d) ? e : sum(e, product(local.loss[k] ?? nothing, d))), nothing);
  return sum(total, lost);
}

/** ȧ_i = Σ_k (∂a_i/∂z_k) ż_k */
function through(slopes: LayerSlopes | undefined, dz: Bounded[]): Bounded[] {
  if (!slopes) return dz;
  return slopes.map((row, i) => {
    if (!('length' in row)) return product(row, dz[i] ?? nothing);
    return row.reduce((total, factor, k) => {
      const d = dz[k] ?? nothing;
      return isZero(d) ? total : sum(total, product(factor, d));
    }, nothing);
  });
}
