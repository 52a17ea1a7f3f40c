/** Where J breaks along the line of one parameter: the Δ at which a unit, a term of the loss or |θ| changes side. */

import { weightOf } from '../cost';
import { requireSample, rowsOf } from '../backprop';
import { requireParameter } from '../chain';
import { crossing } from './crossing';
import { Downstream } from './downstream';
import { runToEnd } from './steps';
import { ACTIVATIONS, activate, lossBreaks } from '../functions';
import { type Network, type Objective, type ParameterId, biasInputOf, layerAt } from '../network';
import { ratesOf } from '../penalty';

export interface Kink {
  /** The Δ of θ_ij at which it lies. */
  readonly step: number;
  /** z of a unit, a − y of an output, or the penalised parameter itself. */
  readonly kind: 'unit' | 'loss' | 'penalty';
  /** Of the unit; 0 for the penalty. */
  readonly layer: number;
  readonly unit: number;
  /** From 1; 0 for the penalty. */
  readonly sample: number;
  /** True where the slope of J bends there and does not jump. */
  readonly bend: boolean;
}

export interface Kinks {
  /** Nearest to Δ = 0 first; at most MOST of them. */
  readonly kinks: readonly Kink[];
  readonly count: number;
}

export interface StepRange {
  readonly from: number;
  readonly to: number;
  /** One row, from 1: the kinks of E_N alone. */
  readonly sample?: number | undefined;
}

/** Pieces of the line on whose ends a quantity's side is looked up, besides the kinks that are found. */
const PIECES = 32;
/** Kinks that are kept while more are found. */
const MOST = 1000;

/**
 * Every Δ between `from` and `to` at which a unit's z, or an output's residual, passes a place where its derivative
 * breaks. Between the breaks of the layers before it, a quantity of a piecewise linear network is linear in Δ, so that its
 * crossings are all found, and exactly; a curved one is looked at on 32 pieces. A step is one sample.
 */
export function* findingKinks(
  objective: Objective,
  parameter: ParameterId,
  { from, to, sample }: StepRange,
): Generator<void, Kinks> {
  const { network, theta, samples } = objective;
  const value = theta[requireParameter(network, parameter)] ?? NaN;
  if (sample !== undefined) requireSample(samples, sample);
  const found = new Nearest();
  const { l1 } = ratesOf(network, parameter.from, samples.count);
  if (sample === undefined && l1 > 0 && from <= -value && -value <= to) {
    found.add({ step: -value, kind: 'penalty', layer: 0, unit: 0, sample: 0, bend: false });
  }
  if (!breaksAnywhere(network, parameter)) return found.result();
  for (let s = sample ?? 1; s <= (sample ?? samples.count); s++) {
    if (sample === undefined && weightOf(samples, s) === 0) continue;
    const line = new SampleLine(objective, parameter, s);
    line.find(from, to, (kink) => {
      found.add({ ...kink, sample: s });
    });
    yield;
  }
  return found.result();
}

/** Keeps the kinks that lie nearest to Δ = 0. */
class Nearest {
  private kinks: Kink[] = [];
  private count = 0;

  add(kink: Kink): void {
    this.count++;
    this.kinks.push(kink);
    if (this.kinks.length >= 2 * MOST) this.kinks = this.sorted();
  }

  result(): Kinks {
    return { kinks: this.sorted(), count: this.count };
  }

  private sorted(): Kink[] {
    return this.kinks.sort((a, b) => Math.abs(a.step) - Math.abs(b.step) || a.step - b.step).slice(0, MOST);
  }
}

interface Place {
  readonly at: number;
  readonly bend: boolean;
}

const nowhere: readonly Place[] = [];

/** The z at which the units of a layer break. */
function unitBreaks(network: Network, layer: number): readonly Place[] {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  return row.vector ? nowhere : places(row.kinks(activation), row.bends);
}

/** The residuals a − y at which the loss breaks. */
function residualBreaks(network: Network): readonly Place[] {
  const { kinks, bends } = lossBreaks(network);
  return places(kinks, bends);
}

function places(kinks: readonly number[], bends: readonly number[] = []): readonly Place[] {
  const jumps = kinks.map((at) => ({ at, bend: false }));
  return [...jumps, ...bends.filter((at) => !kinks.includes(at)).map((at) => ({ at, bend: true }))];
}

function breaksAnywhere(network: Network, { layer }: ParameterId): boolean {
  if (residualBreaks(network).length > 0) return true;
  return network.layers.some((_, l) => l >= layer && unitBreaks(network, l + 1).length > 0);
}

/** One sample behind one parameter, as a function of Δ. */
class SampleLine {
  private readonly network: Network;
  /** The sample alone. */
  private readonly sample: Downstream;
  /** a_j^(l): what Δ moves z_i^(l+1) by. */
  private readonly input: number;

  constructor(
    { network, theta, samples }: Objective,
    private readonly parameter: ParameterId,
    sample: number,
  ) {
    this.network = network;
    this.sample = new Downstream({ network, theta, samples: rowsOf(network, samples, sample, 1) });
    runToEnd(this.sample.prepare());
    const { layer, from } = parameter;
    this.input = from === 0 ? biasInputOf(network, layer) : this.sample.a(0, layer, from - 1);
  }

  find(from: number, to: number, report: (kink: Omit<Kink, 'sample'>) => void): void {
    if (this.input === 0) return;
    let steps = Array.from({ length: PIECES + 1 }, (_, k) => from + ((to - from) * k) / PIECES);
    const last = this.network.layers.length;
    for (let layer = this.parameter.layer + 1; layer <= last; layer++) {
      const breaks = unitBreaks(this.network, layer);
      const kinks = this.crossings(steps, breaks, layer, 'unit');
      for (const kink of kinks) report(kink);
      if (kinks.length > 0) steps = [...new Set([...steps, ...kinks.map(({ step }) => step)])].sort((p, q) => p - q);
    }
    for (const kink of this.crossings(steps, residualBreaks(this.network), last, 'loss')) report(kink);
  }

  private crossings(
    steps: readonly number[],
    breaks: readonly Place[],
    layer: number,
    kind: 'unit' | 'loss',
  ): Omit<Kink, 'sample'>[] {
    if (breaks.length === 0) return [];
    const read = kind === 'unit' ? this.zAt.bind(this) : this.residualAt.bind(this);
    const columns = steps.map((step) => read(step, layer));
    const found: Omit<Kink, 'sample'>[] = [];
    // Of the first layer only the parameter's own unit moves.
    const moving = (unit: number): boolean => layer > this.parameter.layer + 1 || unit + 1 === this.parameter.to;
    const units = columns[0]?.length ?? 0;
    for (let unit = 0; unit < units; unit++) {
      if (kind === 'unit' && !moving(unit)) continue;
      for (const { at, bend } of breaks) {
        for (let k = 1; k < steps.length; k++) {
          const p = { step: steps[k - 1] ?? NaN, value: (columns[k - 1]?.[unit] ?? NaN) - at };
          const q = { step: steps[k] ?? NaN, value: (columns[k]?.[unit] ?? NaN) - at };
          const step = crossing(p, q, (between) => (read(between, layer)[unit] ?? NaN) - at);
          if (step !== undefined) found.push({ step, kind, layer, unit: unit + 1, bend });
        }
      }
    }
    return found;
  }

  /** z of a layer behind the parameter, where it has moved by `step`. */
  private zAt(step: number, layer: number): Float64Array {
    const { layer: from, to } = this.parameter;
    return this.sample.zAfter(0, from + 1, to - 1, step * this.input, layer).slice();
  }

  private residualAt(step: number, layer: number): Float64Array {
    const a = activate(layerAt(this.network, layer).activation, this.zAt(step, layer));
    return a.map((value, k) => value - this.sample.y(0, k));
  }
}
