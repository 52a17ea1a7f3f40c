/** ConvNetJS's `toJSON()`: its layers in a row. */

import { corrupt, unsupported } from './importError';
import { isRecord } from './modelJson';
import type { JsonRecord } from './modelJson';
import { layersOf } from './model';
import type { LossWords, ImportedModel, ModelOperation } from './model';
import { activationNamed } from './names';
import { quoted } from './tensor';

/** True for the content of a ConvNetJS file. */
export function isConvNetJs(value: unknown): value is JsonRecord {
  const layers = isRecord(value) ? value['layers'] : undefined;
  return Array.isArray(layers) && layers.some((layer: unknown) => isRecord(layer) && 'layer_type' in layer);
}

/** The model of a ConvNetJS file. Throws an `ImportError` that names the first layer without a place in a network. */
export function readConvNetJs({ layers }: JsonRecord): ImportedModel {
  if (!Array.isArray(layers)) throw corrupt('the file has no layers');
  const steps: ModelOperation[] = [];
  const notes: string[] = [];
  let loss: LossWords | undefined;
  for (const [index, layer] of layers.entries()) {
    if (!isRecord(layer)) throw corrupt(`layer ${String(index + 1)} is damaged`);
    const type = layer['layer_type'];
    const name = `layer ${String(index + 1)} (${String(type)})`;
    if (type === 'input' && index === 0) continue;
    if (type === 'fc') steps.push(fullyConnected(layer, name));
    else if (type === 'softmax') {
      steps.push({ kind: 'activation', name, activation: { type: 'softmax' } });
      loss = 'crossEntropy';
    } else if (type === 'regression') loss = 'mse';
    else if (type === 'svm') notes.push('the hinge loss of the layer svm was not taken: the format does not hold it');
    else if (type === 'dropout') {
      throw unsupported(`${name} multiplies by its probability when the network is used, which no layer here does`);
    } else {
      const found = type === 'relu' || type === 'sigmoid' || type === 'tanh' ? activationNamed(type) : undefined;
      if (!found) throw unsupported(`${name} has no place in a fully connected network`);
      steps.push({ kind: 'activation', name, activation: { type: found } });
    }
  }
  return { layers: layersOf(steps), notes, ...(loss !== undefined && { loss }) };
}

function fullyConnected(layer: JsonRecord, name: string): ModelOperation {
  const { filters, biases, num_inputs: inputs, out_depth: units } = layer;
  if (!Array.isArray(filters) || typeof inputs !== 'number' || filters.length !== units)
    throw corrupt(`${name} is damaged`);
  const rows = filters.map((filter: unknown) => volume(filter, inputs, name));
  return {
    kind: 'linear',
    name,
    units: rows.length,
    inputs,
    weights: Float64Array.from(rows.flat()),
    biases: Float64Array.from(volume(biases, rows.length, name)),
  };
}

/** The numbers of a ConvNetJS volume, an array or an object by index. */
function volume(value: unknown, count: number, name: string): number[] {
  const held = isRecord(value) ? value['w'] : undefined;
  const list: unknown[] = Array.isArray(held) ? held : isRecord(held) ? Object.values(held) : [];
  if (list.length !== count) throw corrupt(`${name} has ${String(list.length)} numbers, expected ${String(count)}`);
  return list.map((item) => {
    if (typeof item !== 'number') throw corrupt(`${name} holds ${quoted(String(item))}, expected numbers`);
    return item;
  });
}
