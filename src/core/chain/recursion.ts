/**
 * The δ recursion, equation (14) opened level by level: ∂E/∂θ_ij^(l) = δ_i^(l+1) a_j^(l), and each
 * δ_i^(l) = g′(z_i^(l)) Σ_k θ_ki^(l) δ_k^(l+1) opens into the δ of the next layer, down to the loss.
 */

import { type SamplePass, requireSample, samplePasses } from '../backprop';
import type { LocalDerivative, PathNode, Quantity } from './index';
import { ACTIVATIONS, activationDerivative, hasLossWithLogits, lossDerivative } from '../functions';
import {
  type Network,
  type Objective,
  type ParameterId,
  type ParameterLayout,
  layerAt,
  parameterIndex,
  parameterLayout,
} from '../network';
import type { Pausing } from '../check/steps';

/** A local derivative, with its number where there are data. */
export interface Factor extends LocalDerivative {
  readonly value?: number;
  /** Of an activation's factor: the z_k^(l) at which it is taken. */
  readonly at?: number;
}

/** factor · ∂E/∂node, or the factor alone where it is a derivative of E itself. */
export interface RecursionTerm {
  readonly factor: Factor;
  readonly node?: PathNode;
  /** ∂E/∂node */
  readonly derivative?: number;
  readonly product?: number;
}

/** ∂E/∂z_i^(l) = δ_i^(l), or ∂E/∂a_i^(l), which of layer 1 is ∂E/∂x_i, of one sample, as slope · Σ terms. */
export interface Recursion {
  readonly node: PathNode;
  readonly value?: number;
  /** g′(z_i^(l)) before the sum; none for ∂E/∂a, where units are coupled (softmax), and of an output of a loss with logits. */
  readonly slope?: Factor;
  /** The ones of largest |product|, in the order of their units. */
  readonly terms: readonly RecursionTerm[];
  /** How many terms there are, listed or not. */
  readonly count: number;
  /** Σ of the terms that are not listed. */
  readonly rest?: number;
}

/**
 * The derivatives of E by these nodes in row `sample` (from 1), each opened into at most `limit` terms, with a pause after each
 * node. Throws a RangeError for a sample or a node that does not exist.
 */
export function* recursing(
  objective: Objective,
  sample: number,
  nodes: readonly PathNode[],
  limit: number,
): Pausing<Recursion[]> {
  const { network, theta, samples } = objective;
  requireSample(samples, sample);
  const found: Recursion[] = [];
  for (const pass of samplePasses(objective, sample)) {
    const numbers = new Numbers(network, theta, pass);
    for (const node of nodes) {
      found.push(valued(recursionShape(network, node, Infinity), numbers, limit));
      yield;
    }
  }
  return found;
}

/** The same in symbols alone, with the first `limit` terms. Throws a RangeError for a node that does not exist. */
export function recursionShape(network: Network, node: PathNode, limit: number): Recursion {
  requireNode(network, node);
  const { kind, layer, unit } = node;
  const last = network.layers.length;
  if (kind === 'z' && layer === last && hasLossWithLogits(network)) {
    return { node, terms: [{ factor: { kind: 'lossOfLogit', of: { kind: 'E' }, by: node } }], count: 1 };
  }
  const { units, activation } = layerAt(network, layer);
  if (kind === 'z' && ACTIVATIONS[activation.type].vector) {
    // δ_k = Σ_i (∂a_i/∂z_k) ∂E/∂a_i
    return { node, ...listed(units, limit, (i) => through({ kind: 'activation', of: output(layer, i), by: node })) };
  }
  const a = output(layer, unit);
  // ∂E/∂a_i^(l) = Σ_k θ_ki^(l) δ_k^(l+1), or of an output the loss's own derivative
  const sum =
    layer === last
      ? { terms: [{ factor: { kind: 'loss', of: { kind: 'E' }, by: a } } as const], count: 1 }
      : listed(layerAt(network, layer + 1).units, limit, (k) =>
          through({ kind: 'weight', of: { kind: 'z', layer: layer + 1, unit: k }, by: a }),
        );
  return kind === 'a' ? { node, ...sum } : { node, slope: { kind: 'activation', of: a, by: node }, ...sum };
}

function output(layer: number, unit: number): PathNode {
  return { kind: 'a', layer, unit };
}

/** The term of a derivative that is passed on: it multiplies the derivative of E by what it differentiates. */
function through(factor: LocalDerivative & { readonly of: PathNode }): RecursionTerm {
  return { factor, node: factor.of };
}

function listed(
  count: number,
  limit: number,
  term: (unit: number) => RecursionTerm,
): { terms: RecursionTerm[]; count: number } {
  return { terms: Array.from({ length: Math.min(count, limit) }, (_, at) => term(at + 1)), count };
}

function requireNode(network: Network, { kind, layer, unit }: PathNode): void {
  // Inputs have no z.
  const first = kind === 'z' ? 2 : 1;
  const units = layer >= first ? network.layers[layer - 1]?.units : undefined;
  if (units !== undefined && Number.isInteger(unit) && unit >= 1 && unit <= units) return;
  const last = network.layers.length;
  const range = units === undefined ? `layers are ${String(first)}…${String(last)}` : `units are 1…${String(units)}`;
  throw new RangeError(`there is no ${kind} of unit ${String(unit)} in layer ${String(layer)}: ${range}`);
}

/** The shape with its numbers, cut to the `limit` largest terms. */
function valued(shape: Recursion, numbers: Numbers, limit: number): Recursion {
  const all = shape.terms.map((term): RecursionTerm => {
    const factor = numbers.factor(term.factor);
    if (!term.node) return { ...term, factor, product: factor.value ?? NaN };
    const derivative = numbers.of(term.node);
    return { ...term, factor, derivative, product: (factor.value ?? NaN) * derivative };
  });
  const { kept, rest } = largest(all, limit);
  return {
    ...shape,
    value: numbers.of(shape.node),
    ...(shape.slope && { slope: numbers.factor(shape.slope) }),
    terms: kept,
    ...(kept.length < all.length && { rest }),
  };
}

/** The `limit` terms of largest |product| in the order of their units, and the sum of the others. */
function largest(terms: readonly RecursionTerm[], limit: number): { kept: RecursionTerm[]; rest: number } {
  const sizes = terms.map(({ product = NaN }) => (Number.isNaN(product) ? Infinity : Math.abs(product)));
  const order = [...terms.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  const chosen = new Set(order.slice(0, limit));
  const kept = terms.filter((_, index) => chosen.has(index));
  const rest = terms.reduce((sum, { product = NaN }, index) => (chosen.has(index) ? sum : sum + product), 0);
  return { kept, rest };
}

/** Reads derivatives and factors off the two passes of one sample. */
class Numbers {
  private readonly layout: ParameterLayout;

  constructor(
    private readonly network: Network,
    private readonly theta: Float64Array,
    private readonly pass: SamplePass,
  ) {
    this.layout = parameterLayout(network.layers);
  }

  /** ∂E/∂node */
  of({ kind, layer, unit }: PathNode): number {
    if (kind === 'z') return this.pass.delta[layer - 1]?.[unit - 1] ?? NaN;
    if (layer === this.network.layers.length) return this.byOutput(unit);
    const next = this.pass.delta[layer] ?? new Float64Array();
    return next.reduce((sum, delta, k) => sum + this.weight({ layer, to: k + 1, from: unit }) * delta, 0);
  }

  factor(factor: LocalDerivative): Factor {
    const { kind, of, by } = factor;
    if (kind === 'lossOfLogit' && by.kind === 'z') return { ...factor, value: this.of({ ...by, kind: 'z' }) };
    if (kind === 'loss' && by.kind === 'a') return { ...factor, value: this.byOutput(by.unit) };
    if (!isNode(of) || !isNode(by)) throw new TypeError(`a recursion has no factor of kind ${kind}`);
    if (kind === 'weight') {
      return { ...factor, value: this.weight({ layer: by.layer, to: of.unit, from: by.unit }) };
    }
    const z = this.pass.z[of.layer - 1] ?? new Float64Array();
    const a = this.pass.a[of.layer - 1] ?? new Float64Array();
    const { activation } = layerAt(this.network, of.layer);
    const value = activationDerivative(activation, z, a, of.unit - 1, by.unit - 1);
    return { ...factor, value, at: z[by.unit - 1] ?? NaN };
  }

  private byOutput(unit: number): number {
    return lossDerivative(this.network, this.pass.a.at(-1) ?? new Float64Array(), this.pass.y, unit - 1);
  }

  private weight(id: ParameterId): number {
    return this.theta[parameterIndex(this.layout, id)] ?? NaN;
  }
}

function isNode(quantity: Quantity): quantity is PathNode {
  return quantity.kind === 'z' || quantity.kind === 'a';
}
