/** What PyTorch saves, as a model: a state_dict, a checkpoint around one, or a module. */

import { ACTIVATIONS } from '../../core/functions';
import { ImportError, corrupt, unsupported } from './importError';
import { MOST_IMPORTED_PARAMETERS } from './limits';
import {
  layersOf,
  matrixOf,
  normalization,
  vectorOf,
  type ImportContext,
  type ImportedModel,
  type ModelOperation,
} from './model';
import { activationNamed, withConstant } from './names';
import { PersistentId, PickleGlobal, PickleObject, type PickleValue } from './pickleValue';
import { modelOfTensors } from './stateDict';
import { elementCount, quoted, strided, type ElementType, type Tensor } from './tensor';
import { openTorch, storageOf, type Storages } from './torchFile';

/** The model of a file that `torch.save` or `torch.jit.save` wrote. Throws an `ImportError`. */
export function readTorch(bytes: Uint8Array, context: ImportContext): ImportedModel {
  const { root, storages } = openTorch(bytes);
  return new TorchFile(storages).model(root, context);
}

const STATE_KEYS = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'module', 'weights', 'params'];

class TorchFile {
  constructor(private readonly storages: Storages) {}

  model(root: PickleValue, context: ImportContext): ImportedModel {
    if (root instanceof PickleObject) return this.module(root, context);
    if (!(root instanceof Map)) throw unsupported('the file holds no state_dict and no module');
    const { tensors, others } = this.tensorsOf(root);
    if (tensors.length > 0) {
      return modelOfTensors(
        tensors,
        context,
        others.map((name) => `${quoted(name)} is not a tensor and was not read`),
      );
    }
    const key = STATE_KEYS.find((name) => root.get(name) instanceof Map || root.get(name) instanceof PickleObject);
    const inner = key === undefined ? undefined : root.get(key);
    if (key === undefined || inner === undefined)
      throw unsupported('the file holds no state_dict (no dict of tensors)');
    const model = this.model(inner, context);
    const notes = [...root.keys()]
      .filter((name) => name !== key)
      .map((name) => `${quoted(keyText(name))} of the checkpoint was not read`);
    return { ...model, notes: [...model.notes, ...notes] };
  }

  /** The tensors of a state_dict, and the names of what is none. */
  private tensorsOf(map: ReadonlyMap<PickleValue, PickleValue>): { tensors: Tensor[]; others: string[] } {
    const tensors: Tensor[] = [];
    const others: string[] = [];
    for (const [key, value] of map) {
      const tensor = this.tensor(keyText(key), value);
      if (tensor) tensors.push(tensor);
      else others.push(keyText(key));
    }
    return { tensors, others };
  }

  /** The tensor that the value is, undefined for anything else. */
  private tensor(name: string, value: PickleValue | undefined): Tensor | undefined {
    if (!(value instanceof PickleObject)) return undefined;
    const { of, args } = value;
    if (/^_rebuild_parameter(_with_state)?$/.test(of.name) || /(^|\.)(Parameter|Buffer)$/.test(of.path)) {
      return this.tensor(name, args[0]);
    }
    if (of.name === '_rebuild_from_type_v2') {
      const inner = args[2];
      const made = args[0];
      if (made instanceof PickleGlobal && Array.isArray(inner)) return this.tensor(name, new PickleObject(made, inner));
      return undefined;
    }
    if (!of.path.startsWith('torch._utils._rebuild')) return undefined;
    const [storageId, offset, shape, strides] = args;
    const storage = storageId instanceof PersistentId ? storageOf(storageId) : undefined;
    if (!/^_rebuild_tensor(_v2)?$/.test(of.name) || !storage) {
      throw unsupported(`${quoted(name)} is stored by ${quoted(of.path)}, expected a dense tensor of real numbers`);
    }
    if (typeof offset !== 'number' || !isNumbers(shape) || !isNumbers(strides) || shape.length !== strides.length) {
      throw corrupt(`${quoted(name)} has no shape`);
    }
    const count = elementCount(name, shape);
    const last = shape.reduce((end, length, axis) => end + (length - 1) * (strides[axis] ?? 0), offset);
    const sound = offset >= 0 && strides.every((stride) => Number.isSafeInteger(stride) && stride >= 0);
    if (!sound || (count > 0 && last >= storage.count)) throw corrupt(`${quoted(name)} lies outside of its storage`);
    if (count > MOST_IMPORTED_PARAMETERS)
      throw new ImportError('too-large', `${quoted(name)} has ${String(count)} elements`);
    const { type, key } = storage;
    return { name, shape, type, values: () => this.values(name, type, key, { offset, shape, strides, last, count }) };
  }

  private values(
    name: string,
    type: ElementType,
    key: string,
    { offset, shape, strides, last, count }: Place,
  ): Float64Array {
    const bytes = this.storages.bytes(key);
    if (count > 0 && (last + 1) * type.bytes > bytes.length) throw corrupt(`the storage of ${quoted(name)} is cut off`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Only the part that the tensor spans: a storage may be shared by many.
    const part = new Float64Array(count > 0 ? last - offset + 1 : 0);
    for (let index = 0; index < part.length; index++) {
      part[index] = type.read(view, (offset + index) * type.bytes, this.storages.littleEndian);
    }
    return strided(part, 0, shape, strides);
  }

  // ── Whole modules ────────────────────────────────────────────────────────────────────────────────────────────────

  /** A pickled module: a Sequential says how its parts follow each other; of any other only the tensors are known. */
  private module(object: PickleObject, context: ImportContext): ImportedModel {
    const wrapped = isClass(object, 'DataParallel') ? children(object).get('module') : undefined;
    if (wrapped instanceof PickleObject) return this.module(wrapped, context);
    if (isClass(object, 'Sequential')) {
      return { layers: layersOf(this.steps(object, '', 0)), notes: [] };
    }
    if (isClass(object, 'Linear')) return { layers: layersOf(this.step(object, 'weight')), notes: [] };
    const tensors: Tensor[] = [];
    this.collect(object, '', tensors, new Set());
    if (tensors.length === 0)
      throw unsupported(`the file holds ${quoted(object.of.path)}, in which no tensors are found`);
    const note = `${quoted(object.of.path)} is a custom class: the file does not say what its forward computes, so its layers were read in order`;
    return modelOfTensors(tensors, context, [note]);
  }

  private collect(object: PickleObject, prefix: string, tensors: Tensor[], seen: Set<PickleObject>): void {
    if (seen.has(object) || seen.size > 10_000) return;
    seen.add(object);
    for (const [key, value] of children(object)) {
      const name = `${prefix}${keyText(key)}`;
      const tensor = this.tensor(name, value);
      if (tensor) tensors.push(tensor);
      else if (value instanceof PickleObject && value.state instanceof Map) {
        this.collect(value, `${name}.`, tensors, seen);
      }
    }
  }

  private steps(sequential: PickleObject, prefix: string, depth: number): ModelOperation[] {
    if (depth > 20) throw corrupt('the modules are nested without end');
    const steps: ModelOperation[] = [];
    for (const [key, value] of children(sequential)) {
      if (!(value instanceof PickleObject) || !(value.state instanceof Map)) continue;
      const name = `${prefix}${keyText(key)}`;
      const inner = isClass(value, 'Sequential') ? this.steps(value, `${name}.`, depth + 1) : this.step(value, name);
      for (const step of inner) steps.push(step);
      if (steps.length > 1000) throw unsupported('the model has more than 1000 steps');
    }
    return steps;
  }

  /** What one module of a Sequential computes. */
  private step(module: PickleObject, name: string): ModelOperation[] {
    const parts = children(module);
    const tensor = (key: string): Tensor | undefined => this.tensor(`${name}.${key}`, parts.get(key));
    const type = className(module);
    const weight = tensor('weight');
    const bias = tensor('bias');
    if (/^(Dropout|AlphaDropout|Identity|Flatten)$/.test(type)) return [];
    if (type === 'Linear') {
      if (!weight) throw corrupt(`${quoted(name)} has no weight`);
      const matrix = matrixOf(weight, false);
      return [{ kind: 'linear', name, ...matrix, ...(bias && { biases: vectorOf(bias, matrix.units, name) }) }];
    }
    if (type === 'BatchNorm1d') {
      const [mean, variance] = [tensor('running_mean'), tensor('running_var')];
      if (!mean || !variance) throw unsupported(`${quoted(name)} (BatchNorm1d) keeps no running statistics`);
      const [count = 0] = mean.shape;
      const vector = (of: Tensor): Float64Array => vectorOf(of, count, name);
      const epsilon = numberOf(parts.get('eps'));
      if (epsilon === undefined) throw unsupported(`${quoted(name)} (BatchNorm1d) does not say its ε`);
      const [gamma, beta] = [weight && vector(weight), bias && vector(bias)];
      return [normalization(name, { gamma, beta, mean: vector(mean), variance: vector(variance), epsilon })];
    }
    const found = activationNamed(type);
    const inCode = module.of.path.startsWith('__torch__.');
    const constant = numberOf(parts.get('negative_slope')) ?? numberOf(parts.get('alpha'));
    const odd = this.difference(type, parts);
    if (!found || odd !== undefined || weight) {
      throw unsupported(`${quoted(name)} is ${type}${odd ?? ''}, which a fully connected layer does not have`);
    }
    if (inCode && constant === undefined && /^(LeakyReLU|ELU|CELU|Hardtanh)$/.test(type)) {
      throw unsupported(`${quoted(name)} is ${type} of TorchScript, which keeps its constant in code that is not read`);
    }
    return [{ kind: 'activation', name, activation: withConstant(found, constant) }];
  }

  /** A setting by which PyTorch's module computes otherwise than the activation of that name. */
  private difference(type: string, parts: ReadonlyMap<PickleValue, PickleValue>): string | undefined {
    const dim = parts.get('dim');
    if (type === 'Softmax' && typeof dim === 'number' && dim !== -1 && dim !== 1)
      return ` over dimension ${String(dim)}`;
    const approximate = parts.get('approximate');
    if (type === 'GELU' && typeof approximate === 'string' && approximate !== 'none') return ` (${approximate})`;
    const limits = [parts.get('min_val'), parts.get('max_val')];
    if (type === 'Hardtanh' && (limits[0] !== -1 || limits[1] !== 1)) return ` from ${limits.map(String).join(' to ')}`;
    const alpha = numberOf(parts.get('alpha'));
    const found = activationNamed(type);
    if (found && alpha !== undefined && alpha !== 1 && !ACTIVATIONS[found].constant)
      return ` with α = ${String(alpha)}`;
    const beta = numberOf(parts.get('beta'));
    if (type === 'Softplus' && beta !== undefined && beta !== 1) return ` with β = ${String(beta)}`;
    return undefined;
  }
}

interface Place {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly last: number;
  readonly count: number;
}

/** Parameters, buffers and submodules of a module by name; of TorchScript they stand side by side in its state. */
function children({ state }: PickleObject): Map<PickleValue, PickleValue> {
  const all = new Map<PickleValue, PickleValue>();
  if (!(state instanceof Map)) return all;
  for (const [key, value] of state) all.set(key, value);
  for (const group of ['_parameters', '_buffers', '_modules']) {
    const inner = state.get(group);
    if (!(inner instanceof Map)) continue;
    all.delete(group);
    for (const [key, value] of inner) all.set(key, value);
  }
  return all;
}

/** The class of a module; TorchScript writes `__torch__.torch.nn.modules.linear.___torch_mangle_3.Linear`. */
function className({ of }: PickleObject): string {
  return of.name.slice(of.name.lastIndexOf('.') + 1);
}

function isClass(object: PickleObject, name: string): boolean {
  return className(object) === name && /(^|\.)torch\./.test(object.of.path);
}

function keyText(key: PickleValue): string {
  return typeof key === 'string' ? key : typeof key === 'number' ? String(key) : '(a key that is not a string)';
}

function numberOf(value: PickleValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isNumbers(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
