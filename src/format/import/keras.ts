/** Keras files: `.h5` of Keras 2 and 3, and Keras 3's `.keras`, a ZIP archive with an HDF5 file in it. */

import { isHdf5, objectAt, readHdf5 } from './hdf5';
import type { Hdf5Group } from './hdf5';
import { corrupt, unsupported } from './importError';
import { kerasLayers, kerasModel } from './kerasModel';
import type { KerasLayer, KerasWeights } from './kerasModel';
import type { KerasTraining } from './kerasTraining';
import { MOST_BYTES, MOST_DESCRIPTION } from './limits';
import { isRecord, parseModelJson } from './modelJson';
import type { ImportedModel } from './model';
import { quoted } from './tensor';
import type { Tensor } from './tensor';
import { isZip, readZip } from './zip';

/** The model of a Keras file, whichever of the two. Throws an `ImportError`. */
export function readKeras(bytes: Uint8Array): ImportedModel {
  return isZip(bytes) ? readArchive(bytes) : readH5(bytes);
}

/** True where an archive holds what Keras puts there. */
export function isKerasArchive(bytes: Uint8Array): boolean {
  return isZip(bytes) && readZip(bytes).some(({ name }) => name === 'model.weights.h5');
}

function readH5(bytes: Uint8Array): ImportedModel {
  if (!isHdf5(bytes)) throw corrupt('the file is not HDF5');
  const root = readHdf5(bytes);
  const text = (name: string): unknown => {
    const [value] = root.attribute(name) ?? [];
    return value === undefined
      ? undefined
      : parseModelJson(new TextEncoder().encode(value), `the attribute ${quoted(name)}`);
  };
  const topology = text('model_config');
  if (topology === undefined) {
    throw unsupported(
      'the file has no model_config: weights alone (save_weights), or not written by Keras; save the whole model',
    );
  }
  const training = text('training_config');
  const weights = objectAt(root, ['model_weights']);
  if (weights?.kind !== 'group') throw corrupt('the file has no group “model_weights”');
  const [written = '2'] = root.attribute('keras_version') ?? [];
  const version = written.startsWith('3') ? 3 : 2;
  const read = (layer: KerasLayer): Map<string, Tensor> => layerWeights(weights, layer);
  return withNotes(root, read, (tensors) =>
    kerasModel(topology, tensors, trainingOf(training, 'optimizer_config'), version),
  );
}

/** The datasets of a layer's group by the last part of their names, `kernel:0` as `kernel`. */
function layerWeights(weights: Hdf5Group, { name }: KerasLayer): Map<string, Tensor> {
  const group = objectAt(weights, [name]);
  const tensors = new Map<string, Tensor>();
  const collect = (inside: Hdf5Group, depth: number): void => {
    for (const [key, open] of inside.children) {
      const child = open();
      const plain = key.replace(/:\d+$/, '');
      if (child.kind === 'group') {
        if (depth < 20) collect(child, depth + 1);
      } else if (tensors.has(plain)) throw corrupt(`${quoted(name)} has two arrays of the name ${quoted(plain)}`);
      else tensors.set(plain, child.tensor);
    }
  };
  if (group?.kind === 'group') collect(group, 0);
  return tensors;
}

function readArchive(bytes: Uint8Array): ImportedModel {
  const entries = new Map(readZip(bytes).map((entry) => [entry.name, entry]));
  const part = (name: string, limit: number): Uint8Array => {
    const entry = entries.get(name);
    if (!entry) throw corrupt(`the archive has no ${quoted(name)}: it is not one of Keras`);
    return entry.read(limit);
  };
  const topology = parseModelJson(part('config.json', MOST_DESCRIPTION), '“config.json”');
  const root = readHdf5(part('model.weights.h5', MOST_BYTES));
  const compiled = isRecord(topology) ? topology['compile_config'] : undefined;
  return withNotes(root, archiveWeights(root, topology), (tensors) =>
    kerasModel(topology, tensors, trainingOf(compiled, 'optimizer'), 3),
  );
}

function trainingOf(config: unknown, optimizer: string): KerasTraining | undefined {
  return isRecord(config) ? { loss: config['loss'], optimizer: config[optimizer] } : undefined;
}

/** The model, with a note on every array of the file that is part of none of its layers. */
function withNotes(
  root: Hdf5Group,
  weights: KerasWeights,
  read: (weights: KerasWeights) => ImportedModel,
): ImportedModel {
  const used = new Set<string>();
  const model = read((layer) => {
    const tensors = weights(layer);
    for (const { name } of tensors.values()) used.add(name);
    return tensors;
  });
  const notes: string[] = [];
  const visit = (group: Hdf5Group, depth: number): void => {
    for (const open of group.children.values()) {
      const child = open();
      if (child.kind === 'group') {
        if (depth < 20) visit(child, depth + 1);
      } else if (!used.has(child.tensor.name)) {
        notes.push(`${quoted(child.tensor.name)} was not read: it belongs to no layer`);
      }
    }
  };
  visit(root, 0);
  return { ...model, notes: [...model.notes, ...notes] };
}

/** In which order a layer's variables are numbered. */
const VARIABLES: Readonly<Record<string, (config: Readonly<Record<string, unknown>>) => string[]>> = {
  Dense: () => ['kernel', 'bias'],
  BatchNormalization: ({ scale, center }) => [
    ...(scale === false ? [] : ['gamma']),
    ...(center === false ? [] : ['beta']),
    'moving_mean',
    'moving_variance',
  ],
};

/** `layers/FOLDER/vars/0`, … FOLDER belongs to the layer whose name it carries, or is its class and a running number. */
function archiveWeights(root: Hdf5Group, topology: unknown): KerasWeights {
  const folders = foldersOf(root, topology);
  return ({ name, type, config }) => {
    const tensors = new Map<string, Tensor>();
    const vars = objectAt(root, [...(folders.get(name) ?? []), 'vars']);
    if (vars?.kind !== 'group') return tensors;
    const order = Object.hasOwn(VARIABLES, type) ? VARIABLES[type]?.(config) : undefined;
    for (const [key, open] of vars.children) {
      const child = open();
      if (child.kind === 'dataset') tensors.set(order?.[Number(key)] ?? key, child.tensor);
    }
    return tensors;
  };
}

function foldersOf(root: Hdf5Group, topology: unknown): Map<string, string[]> {
  const container = ['layers', '_layer_checkpoint_dependencies'].find((key) => root.children.has(key)) ?? 'layers';
  const parent = objectAt(root, [container]);
  const folders = new Map<string, string[]>();
  if (parent?.kind !== 'group') return folders;
  for (const folder of parent.children.keys()) {
    const vars = objectAt(parent, [folder, 'vars']);
    const [name] = vars?.kind === 'group' ? (vars.attribute('name') ?? []) : [];
    if (name !== undefined) folders.set(name, [container, folder]);
  }
  // Before 3.7 the folders carry no names: the class in snake case, numbered from the second on.
  const counts = new Map<string, number>();
  const config = isRecord(topology) && isRecord(topology['config']) ? topology['config'] : {};
  const described = Array.isArray(config['layers']) ? (config['layers'] as unknown[]) : [];
  const layers = described.length > 0 ? described : kerasLayers(topology);
  for (const item of layers) {
    if (!isRecord(item)) continue;
    const type = String(item['class_name']);
    const inner = isRecord(item['config']) ? item['config']['name'] : undefined;
    const base = type.replaceAll(/([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])/g, '$1$3_$2$4').toLowerCase();
    const number = counts.get(base) ?? 0;
    counts.set(base, number + 1);
    const folder = number === 0 ? base : `${base}_${String(number)}`;
    if (typeof inner === 'string' && !folders.has(inner) && parent.children.has(folder)) {
      folders.set(inner, [container, folder]);
    }
  }
  return folders;
}
