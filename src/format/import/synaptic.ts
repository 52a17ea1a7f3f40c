/** Synaptic's `toJSON()`: neurons and the connections between them. */

import { corrupt, unsupported } from './importError';
import { isRecord } from './modelJson';
import type { JsonRecord } from './modelJson';
import type { ImportedModel, ModelLayer } from './model';
import type { ActivationName } from '../../core/functions';
import { quoted } from './tensor';

/** True for the content of a Synaptic file. */
export function isSynaptic(value: unknown): value is JsonRecord {
  return isRecord(value) && Array.isArray(value['neurons']) && Array.isArray(value['connections']);
}

const SQUASHES: Readonly<Record<string, ActivationName>> = {
  LOGISTIC: 'sigmoid',
  TANH: 'tanh',
  IDENTITY: 'identity',
  RELU: 'relu',
};

interface Neuron {
  readonly squash: string;
  readonly bias: number;
  /** From 0, the input layer. */
  readonly layer: number;
  /** Among those of its layer. */
  readonly place: number;
}

/** The model of a Synaptic file. Throws an `ImportError` where it is no fully connected network. */
export function readSynaptic({ neurons: listed, connections }: JsonRecord): ImportedModel {
  if (!Array.isArray(listed) || !Array.isArray(connections)) throw corrupt('the file has no neurons or connections');
  const { neurons, counts } = placed(listed);
  const blocks = counts.slice(1).map((units, index) => {
    const inputs = counts[index] ?? 0;
    if (units * inputs > 2 * connections.length + 1e6)
      throw corrupt('the file has too few connections for its neurons');
    return { units, inputs, weights: new Float64Array(units * inputs), seen: 0 };
  });
  for (const connection of connections as unknown[]) {
    const { from, to, weight, gater } = isRecord(connection) ? connection : {};
    const [source, target] = [neurons[Number(from)], neurons[Number(to)]];
    if (!source || !target || typeof weight !== 'number' || !Number.isFinite(weight))
      throw corrupt('a connection is damaged');
    if (gater !== null && gater !== undefined)
      throw unsupported('a connection has a gate, as in an LSTM; a network here has none');
    if (from === to) throw unsupported('a neuron is connected to itself: the network is recurrent');
    if (target.layer !== source.layer + 1) {
      const way = target.layer > source.layer ? 'skips a layer' : 'leads back: the network is recurrent';
      throw unsupported(`the connection from neuron ${String(from)} to ${String(to)} ${way}`);
    }
    const block = blocks[source.layer];
    if (!block) throw corrupt('a connection is damaged');
    block.weights[target.place * block.inputs + source.place] = weight;
    block.seen++;
  }
  const notes: string[] = [];
  const layers = blocks.map(({ units, inputs, weights, seen }, index): ModelLayer => {
    const missing = units * inputs - seen;
    if (missing > 0)
      notes.push(`layer ${String(index + 2)} lacks ${String(missing)} connections, whose weights are 0 here`);
    const own = neurons.filter(({ layer }) => layer === index + 1);
    const [squash] = new Set(own.map((neuron) => neuron.squash));
    if (squash === undefined || own.some((neuron) => neuron.squash !== squash)) {
      throw unsupported(`the neurons of layer ${String(index + 2)} differ in their squash`);
    }
    const type = Object.hasOwn(SQUASHES, squash) ? SQUASHES[squash] : undefined;
    if (!type) throw unsupported(`the squash ${quoted(squash)} is not one that the format has`);
    return { units, inputs, weights, biases: Float64Array.from(own, ({ bias }) => bias), activation: { type } };
  });
  return { layers, notes };
}

/** Neurons by their layer: `input`, 0, 1, …, `output`. */
function placed(listed: readonly unknown[]): { neurons: Neuron[]; counts: number[] } {
  const hidden = listed
    .map((neuron) => (isRecord(neuron) ? neuron['layer'] : undefined))
    .filter((layer) => typeof layer === 'number');
  const last = hidden.reduce((most, layer) => Math.max(most, layer), -1) + 2;
  if (!Number.isInteger(last) || last > 64) throw corrupt('the layers of the neurons are damaged');
  const counts = Array.from({ length: last + 1 }, () => 0);
  const neurons = listed.map((neuron): Neuron => {
    const { layer: named, bias, squash } = isRecord(neuron) ? neuron : {};
    const layer = named === 'input' ? 0 : named === 'output' ? last : typeof named === 'number' ? named + 1 : -1;
    const place = counts[layer];
    if (place === undefined || typeof bias !== 'number' || !Number.isFinite(bias) || typeof squash !== 'string') {
      throw corrupt('a neuron is damaged');
    }
    counts[layer] = place + 1;
    return { layer, place, bias, squash };
  });
  if (counts.some((count) => count === 0)) throw corrupt('a layer has no neurons');
  return { neurons, counts };
}
