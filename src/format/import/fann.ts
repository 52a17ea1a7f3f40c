/** FANN's text format: one neuron after the other, each with its steepness. */

import { corrupt, unsupported } from './importError';
import { MOST_IMPORTED_PARAMETERS } from './limits';
import type { ImportedModel, ModelLayer } from './model';
import type { ActivationName } from '../../core/functions';

/** True where the bytes begin as a FANN file does. */
export function isFann(bytes: Uint8Array): boolean {
  return /^FANN_(FLO|FIX|DOUBLE)_/.test(new TextDecoder('latin1').decode(bytes.subarray(0, 16)));
}

interface FannActivation {
  readonly name: string;
  readonly type?: ActivationName;
  /** g(z) = type(factor · steepness · z) */
  readonly factor?: number;
  readonly note?: string;
}

const stepwise = 'was computed stepwise by FANN; it is read as the function itself';

/** By the number in the file. */
const ACTIVATIONS: readonly FannActivation[] = [
  { name: 'LINEAR', type: 'identity', factor: 1 },
  { name: 'THRESHOLD' },
  { name: 'THRESHOLD_SYMMETRIC' },
  { name: 'SIGMOID', type: 'sigmoid', factor: 2 },
  { name: 'SIGMOID_STEPWISE', type: 'sigmoid', factor: 2, note: stepwise },
  { name: 'SIGMOID_SYMMETRIC', type: 'tanh', factor: 1 },
  { name: 'SIGMOID_SYMMETRIC_STEPWISE', type: 'tanh', factor: 1, note: stepwise },
  { name: 'GAUSSIAN' },
  { name: 'GAUSSIAN_SYMMETRIC' },
  { name: 'GAUSSIAN_STEPWISE' },
  { name: 'ELLIOT' },
  { name: 'ELLIOT_SYMMETRIC', type: 'softsign', factor: 1 },
  { name: 'LINEAR_PIECE' },
  { name: 'LINEAR_PIECE_SYMMETRIC' },
  { name: 'SIN_SYMMETRIC' },
  { name: 'COS_SYMMETRIC' },
  { name: 'SIN' },
  { name: 'COS' },
];

/** The model of a FANN file; steepness becomes part of the weights. Throws an `ImportError`. */
export function readFann(bytes: Uint8Array): ImportedModel {
  const text = new TextDecoder('latin1').decode(bytes);
  if (/^FANN_FIX/.test(text)) throw unsupported('the file is in FANN’s fixed-point format, expected floating point');
  const value = keys(text);
  if (Number(value('network_type')) !== 0)
    throw unsupported('the network has shortcut connections (network_type), which skip layers');
  if (Number(value('connection_rate')) !== 1)
    throw unsupported('the network is sparse (connection_rate), expected fully connected');
  if (Number(value('scale_included')) !== 0)
    throw unsupported('the network scales its inputs and outputs (scale_included)');
  // Each with its bias neuron.
  const sizes = value('layer_sizes').trim().split(/\s+/).map(Number);
  if (
    sizes.length < 2 ||
    sizes.length !== Number(value('num_layers')) ||
    !sizes.every((size) => Number.isInteger(size) && size > 1)
  ) {
    throw corrupt('layer_sizes is damaged');
  }
  const units = sizes.map((size) => size - 1);
  const count = units.slice(1).reduce((sum, size, index) => sum + size * (sizes[index] ?? 0), 0);
  if (count > MOST_IMPORTED_PARAMETERS || count * 4 > text.length)
    throw corrupt('the file has fewer connections than its layers need: it is cut off');
  const neurons = tuples(value('neurons (num_inputs, activation_function, activation_steepness)'), 3);
  const connections = tuples(value('connections (connected_to_neuron, weight)'), 2);
  if (neurons.length !== sizes.reduce((sum, size) => sum + size, 0))
    throw corrupt('the file’s number of neurons differs from that of its layers');
  if (connections.length !== count) {
    throw corrupt(`the file has ${String(connections.length)} connections, expected ${String(count)}: it is cut off`);
  }
  return build(units, neurons, connections);
}

function build(
  units: readonly number[],
  neurons: readonly number[][],
  connections: readonly number[][],
): ImportedModel {
  const notes = new Set<string>();
  const layers: ModelLayer[] = [];
  let before = 0; // the first neuron of the layer before
  let at = 0; // the next connection
  for (const [index, size] of units.slice(1).entries()) {
    const inputs = units[index] ?? 0;
    const first = before + inputs + 1;
    const weights = new Float64Array(size * inputs);
    const biases = new Float64Array(size);
    let activation: FannActivation | undefined;
    for (let unit = 0; unit < size; unit++) {
      const [fanIn, code = -1, steepness = NaN] = neurons[first + unit] ?? [];
      const row = ACTIVATIONS[code];
      if (!row || fanIn !== inputs + 1) throw corrupt(`neuron ${String(first + unit)} is damaged`);
      if (!row.type) throw unsupported(`the activation ${row.name} (${String(code)}) is not one that the format has`);
      if (activation && activation !== row)
        throw unsupported(`the neurons of layer ${String(index + 2)} differ in their activation`);
      activation = row;
      if (row.note !== undefined) notes.add(`layer ${String(index + 2)}: ${row.name} ${row.note}`);
      const scale = (row.factor ?? 1) * steepness;
      const seen = new Set<number>();
      for (let input = 0; input <= inputs; input++) {
        const [from = -1, weight = NaN] = connections[at++] ?? [];
        const place = from - before;
        if (place < 0 || place > inputs || seen.has(place))
          throw corrupt(`neuron ${String(first + unit)} is not connected to each neuron before it once`);
        seen.add(place);
        if (place === inputs) biases[unit] = weight * scale;
        else weights[unit * inputs + place] = weight * scale;
      }
    }
    if (![...weights, ...biases].every(Number.isFinite))
      throw corrupt(`a weight of layer ${String(index + 2)} is not a number`);
    layers.push({ units: size, inputs, weights, biases, activation: { type: activation?.type ?? 'identity' } });
    before = first;
  }
  return { layers, notes: [...notes] };
}

/** The value of a key of the file: `key=value`, one a line. */
function keys(text: string): (key: string) => string {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return (key) => {
    const value = values.get(key);
    if (value === undefined) throw corrupt(`the file lacks “${key}”: it is cut off`);
    return value;
  };
}

/** `(1, 2.5) (2, 3)` */
function tuples(text: string, width: number): number[][] {
  const rest = text.replaceAll(/\([^()]*\)\s*/g, '');
  if (rest.trim() !== '') throw corrupt('the neurons or connections of the file are damaged');
  return Array.from(text.matchAll(/\(([^()]*)\)/g), ([, inside = '']) => {
    const numbers = inside.split(',').map(Number);
    if (numbers.length !== width || numbers.some(Number.isNaN))
      throw corrupt('a neuron or connection of the file is damaged');
    return numbers;
  });
}
