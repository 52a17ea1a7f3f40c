/** An exercise sheet from a network: the same text with open answers, and what is asked. */

import type { ClaimedQuantity, Hideable } from '../../core/exercise/exercise';
import { type Network, type Samples, parameterLayout } from '../../core/network';
import { type Json, type JsonObject, isObject, jsonText } from './sheetText';

/** What a sheet asks. */
export interface SheetChoice {
  readonly quantities: readonly ClaimedQuantity[];
  /** l of each θ^(l) whose ∂J/∂θ are asked. */
  readonly layers: readonly number[];
}

/** The text of the sheet. `text` is a network file without errors, of this network. */
export function newSheet(text: string, network: Network, samples: Samples, choice: SheetChoice): string {
  const file = JSON.parse(text.replace(/^\ufeff/, '')) as Json;
  if (!isObject(file)) throw new Error('the file is not an object');
  const rest = without(file, 'layers', 'exercise', 'claims');
  const { layers: blocks } = parameterLayout(network.layers);
  const asked = Array.isArray(file.layers) ? (file.layers as readonly Json[]) : [];
  const written = asked.map((layer, index): Json => {
    const block = blocks[index - 1];
    if (!isObject(layer) || !block) return layer;
    const own = without(layer, 'claimedGradients');
    if (!choice.layers.includes(index)) return own;
    return { ...own, claimedGradients: openBlock(block.rows, block.columns, block.biases >= 0) };
  });
  const claims = claimsOf(network, samples, choice);
  const ask = choice.layers.length === blocks.length ? ['all'] : choice.layers.map((l) => `layer ${String(l)}`);
  const exercise = { hide: hiddenFor(choice), ask, tolerance: 'digits', hints: true };
  return `${jsonText({ ...rest, layers: written, exercise, ...(Object.keys(claims).length > 0 && { claims }) })}\n`;
}

function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** What the questions would be given away by. */
function hiddenFor({ quantities }: SheetChoice): Hideable[] {
  const forward = quantities.some((one) => one === 'z' || one === 'a' || one === 'loss');
  return forward ? ['gradients', 'deltas', 'activations'] : ['gradients', 'deltas'];
}

function claimsOf(network: Network, samples: Samples, { quantities }: SheetChoice): JsonObject {
  const claims: Record<string, Json> = {};
  const row = (units: number): Json => Array.from({ length: units }, () => null);
  for (const quantity of ['z', 'a', 'delta'] as const) {
    if (!quantities.includes(quantity)) continue;
    claims[quantity] = network.layers
      .slice(1)
      .map(({ units }) => (samples.count === 1 ? row(units) : Array.from({ length: samples.count }, () => row(units))));
  }
  if (quantities.includes('loss')) claims.loss = null;
  if (quantities.includes('step'))
    claims.step = parameterLayout(network.layers).layers.map(({ rows, columns, biases }) =>
      openBlock(rows, columns, biases >= 0),
    );
  return claims;
}

function openBlock(rows: number, columns: number, hasBiases: boolean): JsonObject {
  const weights = Array.from({ length: rows }, () => Array.from({ length: columns }, () => null));
  return { weights, ...(hasBiases && { biases: Array.from({ length: rows }, () => null) }) };
}
