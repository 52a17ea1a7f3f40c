import { OPTIMIZERS } from '../../src/core/functions';
import type { Network } from '../../src/core/network';
import { superscript } from '../../src/core/notation';
import type { ValuesSlice } from '../../src/protocol';
import { layerKind } from '../names';

/** Where the lecture's slow motion stands; null: the network is shown whole. `layer` is the last that was reached. */
export type Phase =
  | { readonly kind: 'forward'; readonly layer: number }
  | { readonly kind: 'backward'; readonly layer: number }
  /** The step was taken from these values. */
  | { readonly kind: 'update'; readonly from: ValuesSlice; readonly learningRate: number };

/** One layer further: a lights up from layer 1 on, z and a in each after it. */
export function forwards(phase: Phase | null, layers: number): Phase {
  const layer = phase?.kind === 'forward' ? Math.min(phase.layer + 1, layers) : 1;
  return { kind: 'forward', layer };
}

/** One layer back: δ flows from the output to layer 2. */
export function backwards(phase: Phase | null, layers: number): Phase {
  const layer = phase?.kind === 'backward' ? Math.max(phase.layer - 1, 2) : layers;
  return { kind: 'backward', layer };
}

const nothing = new Float64Array(0);

/** `values` with what has not been reached yet taken out: of a unit without a value, the graph draws the symbol. */
export function reached(values: ValuesSlice | null, phase: Phase | null): ValuesSlice | null {
  if (!values?.analysis || !phase || phase.kind === 'update') return values;
  const { units, ...rest } = values.analysis;
  const forward = phase.kind === 'forward';
  const upTo = (layers: readonly Float64Array[]): Float64Array[] =>
    layers.map((of, l) => (forward && l + 1 > phase.layer ? nothing : of));
  const delta = units.delta.map((of, l) => (forward || l + 1 < phase.layer ? nothing : of));
  return { ...values, analysis: { ...rest, units: { z: upTo(units.z), a: upTo(units.a), delta } } };
}

/** What happens here, in the lecture's symbols. */
export function phaseInWords(phase: Phase, network: Network): string {
  const layers = network.layers.length;
  if (phase.kind === 'update') {
    const { isPlainDescent, formula, label } = OPTIMIZERS[network.training.optimizer.type];
    return isPlainDescent ? `Update: ${formula}` : `Update: θ := θ + Δθ, one step of ${label}`;
  }
  const at = (layer: number): string => superscript(`(${String(layer)})`);
  const { layer } = phase;
  if (phase.kind === 'forward') {
    if (layer === 1) return `Forward, layer 1: a${at(1)} = x`;
    const end = layer === layers ? '. Then J from a and y.' : '';
    const [to, from] = [at(layer), at(layer - 1)];
    const bias = network.layers[layer - 1]?.hasBiases ? `θ₀${from} + ` : '';
    return `Forward, layer ${String(layer)} (${layerKind(network, layer)}): z${to} = ${bias}θ${from} a${from}, a${to} = g(z${to})${end}`;
  }
  if (layer === layers) return `Backward, layer ${String(layer)}: δ${at(layer)} = ∂J/∂z${at(layer)}`;
  const [here, next] = [at(layer), at(layer + 1)];
  return `Backward, layer ${String(layer)}: δ${here} = g′(z${here}) · Σ θ${here} δ${next}; ∂J/∂θᵢⱼ${here} = δᵢ${next} aⱼ${here}`;
}
