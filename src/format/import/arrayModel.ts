/** `W1, b1, W2, b2, …` of a NumPy archive, also scikit-learn's `coefs_0`, `intercepts_0`. */

import { ImportError, corrupt, unsupported } from './importError';
import { checkNumberOfParameters, matrixOf, vectorOf } from './model';
import type { ImportContext, ImportedModel, ModelLayer, WeightOrientation } from './model';
import { modelOfTensors } from './stateDict';
import { quoted, shapeText } from './tensor';
import type { Tensor } from './tensor';

const WEIGHTS = /^(.*?)(w|weights?|coefs?|kernels?|theta)[_.]?(\d+)$/i;
const BIASES = /^(.*?)(b|bias|biases|intercepts?)[_.]?(\d+)$/i;

/** The layers of numbered arrays. Throws an `ImportError` where the shapes do not fit, or fit both ways round. */
export function modelOfArrays(tensors: readonly Tensor[], context: ImportContext): ImportedModel {
  const weights = numbered(tensors, WEIGHTS);
  if (weights.length === 0 && tensors.some(({ name }) => name.endsWith('weight'))) {
    return modelOfTensors(tensors, context);
  }
  if (weights.length === 0) {
    const names = tensors.slice(0, 8).map(({ name }) => name);
    throw unsupported(`no array is named as weights are (W1, coefs_0, …); found ${names.join(', ') || 'none'}`);
  }
  const biases = new Map(numbered(tensors, BIASES).map(({ number, tensor }) => [number, tensor]));
  const layers = weights.map(({ number, tensor }) => {
    if (tensor.shape.length !== 2) {
      throw unsupported(`${quoted(tensor.name)} has the shape ${shapeText(tensor.shape)}, expected a matrix`);
    }
    if (tensor.type.kind === 'boolean') throw unsupported(`${quoted(tensor.name)} holds booleans, expected numbers`);
    return { weight: tensor, bias: biases.get(number) };
  });
  const turned = orientationOf(layers, context.orientation) === 'inputs-by-units';
  const built = layers.map(({ weight, bias }): ModelLayer => {
    const matrix = matrixOf(weight, turned);
    return { name: weight.name, ...matrix, ...(bias && { biases: vectorOf(bias, matrix.units, weight.name) }) };
  });
  checkNumberOfParameters(built);
  const read = new Set(layers.flatMap(({ weight, bias }) => [weight, bias]));
  return { layers: built, notes: [...left(tensors.filter((tensor) => !read.has(tensor))), orientationNote(turned)] };
}

function numbered(tensors: readonly Tensor[], pattern: RegExp): { number: number; tensor: Tensor }[] {
  const found: { number: number; tensor: Tensor; family: string }[] = [];
  for (const tensor of tensors) {
    const [, prefix, kind, digits] = pattern.exec(tensor.name) ?? [];
    if (digits === undefined) continue;
    found.push({ number: Number(digits), tensor, family: `${prefix ?? ''}${kind ?? ''}`.toLowerCase() });
  }
  found.sort((a, b) => a.number - b.number);
  for (const [index, { number, tensor, family }] of found.entries()) {
    const before = found[index - 1];
    if (!before || (before.number + 1 === number && before.family === family)) continue;
    const expected = `after ${quoted(before.tensor.name)} comes ${quoted(tensor.name)}`;
    throw corrupt(`the arrays are not numbered one after the other: ${expected}`);
  }
  return found;
}

interface Pair {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/** The way round in which every matrix fits its bias and its neighbors. */
function orientationOf(pairs: readonly Pair[], told: WeightOrientation | undefined): WeightOrientation {
  const fits = (orientation: WeightOrientation): boolean => fitting(pairs, orientation) === undefined;
  const [turned, straight] = [fits('inputs-by-units'), fits('units-by-inputs')];
  if (told) {
    const wrong = fitting(pairs, told);
    if (wrong) throw corrupt(`${wrong} where the matrices are ${told}`);
    return told;
  }
  if (pairs.every(({ weight }) => weight.name.toLowerCase().includes('coefs')) && turned) return 'inputs-by-units';
  if (turned !== straight) return turned ? 'inputs-by-units' : 'units-by-inputs';
  if (!turned) throw corrupt(fitting(pairs, 'units-by-inputs') ?? 'the shapes do not fit');
  const shapes = pairs.map(({ weight }) => `${quoted(weight.name)} ${shapeText(weight.shape)}`).join(', ');
  const message = `the matrices fit either way (${shapes}); give --orientation inputs-by-units for X @ W, or --orientation units-by-inputs for W @ x`;
  throw new ImportError('unanswered', message, { kind: 'orientation' });
}

/** What does not fit, undefined where everything does. */
function fitting(pairs: readonly Pair[], orientation: WeightOrientation): string | undefined {
  let previous: { name: string; units: number } | undefined;
  for (const { weight, bias } of pairs) {
    const [rows = 0, columns = 0] = weight.shape;
    const [units, inputs] = orientation === 'inputs-by-units' ? [columns, rows] : [rows, columns];
    const count = bias?.shape.reduce((product, length) => product * length, 1) ?? units;
    if (count !== units) {
      return `${quoted(bias?.name ?? '')} has ${String(count)} numbers, ${quoted(weight.name)} would have ${String(units)} units`;
    }
    if (previous && previous.units !== inputs) {
      const before = `${quoted(previous.name)} would have ${String(previous.units)} units`;
      return `${quoted(weight.name)} would take ${String(inputs)} inputs, but ${before}`;
    }
    previous = { name: weight.name, units };
  }
  return undefined;
}

function left(tensors: readonly Tensor[]): string[] {
  for (const { name, type } of tensors) {
    if (type.kind === 'float' && /gamma|beta|running|scale|(^|[_.])(b|bias|mean|var|std)\d*$/i.test(name)) {
      throw unsupported(`${quoted(name)} would change the outputs, but belongs to no weight matrix`);
    }
  }
  return tensors.map(({ name, shape }) => `${quoted(name)} (${shapeText(shape)}) was not read`);
}

function orientationNote(turned: boolean): string {
  return turned
    ? 'the matrices are inputs × units (X @ W) and were turned'
    : 'the matrices are units × inputs (W @ x) and were read as they are';
}
