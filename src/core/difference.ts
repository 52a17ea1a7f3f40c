/** Two networks laid side by side: what is built differently, and which parameters differ, by how much. */

import { isFrozen } from './frozen';
import { layerAt, type Network, type ParameterId, parameterAt, parameterIndex, parameterLayout } from './network';

/** A parameter that both networks have, with another value. */
export interface ParameterDifference extends ParameterId {
  readonly a: number;
  readonly b: number;
  /** a − b */
  readonly difference: number;
}

/** A setting that is not the same: `path` names it as the file does, e.g. `layers[2].activation.type`. */
export interface StructureDifference {
  readonly path: string;
  /** Undefined where this network has no such setting. */
  readonly a?: Setting;
  readonly b?: Setting;
}

export interface NetworkDifference {
  readonly structure: readonly StructureDifference[];
  /** Those with |a − b| > tolerance, largest |a − b| first; of equals, in the order of θ. */
  readonly parameters: readonly ParameterDifference[];
  /** How many parameters both networks have. */
  readonly compared: number;
}

type Setting = string | number | boolean | null;

/**
 * What differs between two networks: everything that J, its gradient or training depends on but the data, and θ_ij^(l) − θ′_ij^(l) of
 * every parameter that both have. A NaN differs from every number, and from no other NaN.
 */
export function networkDifference(a: Network, b: Network, tolerance = 0): NetworkDifference {
  const layouts = [parameterLayout(a.layers), parameterLayout(b.layers)] as const;
  const parameters: ParameterDifference[] = [];
  let compared = 0;
  for (let index = 0; index < layouts[0].count; index++) {
    const id = parameterAt(layouts[0], index);
    const other = parameterIndex(layouts[1], id);
    if (other < 0) continue;
    compared++;
    const values = { a: a.theta[index] ?? NaN, b: b.theta[other] ?? NaN };
    if (Object.is(values.a, values.b)) continue;
    const difference = values.a - values.b;
    if (!(Math.abs(difference) <= tolerance)) parameters.push({ ...id, ...values, difference });
  }
  return { structure: structureDifference(a, b), parameters: parameters.sort(byDistance), compared };
}

/** Largest distance first; what is no number stands before all. */
function byDistance(one: ParameterDifference, two: ParameterDifference): number {
  const [first, second] = [one, two].map(({ difference }) =>
    Number.isNaN(difference) ? Infinity : Math.abs(difference),
  );
  return first === second ? 0 : (second ?? 0) - (first ?? 0);
}

/**
 * Numbers of b's parameters (θ or ∂J/∂θ of b) in the layout of a's parameter vector; NaN for a parameter that b does not have.
 */
export function aligned(a: Pick<Network, 'layers'>, b: Pick<Network, 'layers'>, numbers: Float64Array): Float64Array {
  const layouts = [parameterLayout(a.layers), parameterLayout(b.layers)] as const;
  return Float64Array.from({ length: layouts[0].count }, (_, index) => {
    const other = parameterIndex(layouts[1], parameterAt(layouts[0], index));
    return other < 0 ? NaN : (numbers[other] ?? NaN);
  });
}

/** What is built differently between two networks. */
export function structureDifference(a: Network, b: Network): StructureDifference[] {
  const [mine, theirs] = [settingsOf(a), settingsOf(b)];
  const paths = new Set([...mine.keys(), ...theirs.keys()]);
  const settings = [...paths].flatMap((path) => {
    const [one, two] = [mine.get(path), theirs.get(path)];
    if (one === two) return [];
    return [{ path, ...(one !== undefined && { a: one }), ...(two !== undefined && { b: two }) }];
  });
  return [...settings, ...frozenDifference(a, b)];
}

/** True where the same θ is the same function with the same J: what differs concerns training alone. */
export function isBuiltAlike(structure: readonly StructureDifference[]): boolean {
  return structure.every(({ path }) => path.startsWith('training') || path.endsWith('.frozen'));
}

/** The layers that both have whose frozen parameters are not the same ones, with how many of them there are. */
function frozenDifference(a: Network, b: Network): StructureDifference[] {
  return a.layers.slice(0, b.layers.length).flatMap((layer, l) => {
    const other = b.layers[l];
    // Masks of entries are never the same object.
    if (layer.frozenWeights === other?.frozenWeights && layer.frozenBiases === other.frozenBiases) return [];
    const [mine, theirs] = [frozenIn(a, l), frozenIn(b, l)];
    const others = [...mine].filter((entry) => !theirs.has(entry)).length;
    if (others === 0 && mine.size === theirs.size) return [];
    const what = mine.size === theirs.size ? 'others' : 'entries';
    const path = `layers[${String(l)}].frozen`;
    return [{ path, a: `${String(mine.size)} entries`, b: `${String(theirs.size)} ${what}` }];
  });
}

/** “to,from” of the frozen parameters into layer l + 1. */
function frozenIn(network: Network, l: number): Set<string> {
  const entries = new Set<string>();
  const { units: to, hasBiases } = layerAt(network, l + 1);
  const from = network.layers[l - 1]?.units ?? 0;
  for (let i = 1; i <= to; i++)
    for (let j = hasBiases ? 0 : 1; j <= from; j++)
      if (isFrozen(network, { layer: l, to: i, from: j })) entries.add(`${String(i)},${String(j)}`);
  return entries;
}

/** Every setting by its path in the file, what is frozen apart. Names and the seed change nothing that is computed. */
function settingsOf({ layers, loss, regularization, training }: Network): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  const shape = layers.map(({ units, activation, hasBiases, biasInput }, l) =>
    l === 0 ? { units } : { units, activation, biases: hasBiases, ...(biasInput !== 1 && { biasInput }) },
  );
  flatten('', { layers: shape, loss, regularization, training }, settings);
  return settings;
}

function flatten(path: string, value: unknown, into: Map<string, Setting>): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) {
    into.set(path, value as Setting);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    flatten(Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, item, into);
  }
}
