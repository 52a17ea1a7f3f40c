/** The key `data` of a network file for a file of samples, from its arrays or its columns. */

import { ImportError } from './importError';
import type { DataWords } from './modelFile';
import { readNpz } from './numpy';
import { quoted, shapeText } from './tensor';
import type { Tensor } from './tensor';

const INPUTS = ['x', 'inputs', 'input', 'x_train', 'xtrain', 'data', 'features'];
const TARGETS = ['y', 'targets', 'target', 't', 'y_train', 'ytrain', 'labels', 'label'];

/** What the network takes and gives. */
interface Shape {
  readonly inputs: number;
  readonly outputs: number;
}

/** `data` for the file at `path`, an .npz or a CSV. Throws an `ImportError` where it is not clear what is what in it. */
export function dataWords(path: string, bytes: Uint8Array, shape: Shape): DataWords {
  return path.toLowerCase().endsWith('.npz') ? ofArrays(path, readNpz(bytes), shape) : ofColumns(path, bytes, shape);
}

function ofArrays(file: string, tensors: readonly Tensor[], { inputs, outputs }: Shape): DataWords {
  const named = (names: readonly string[]): Tensor | undefined =>
    names
      .map((name) => tensors.find((tensor) => tensor.name.toLowerCase() === name))
      .find((tensor) => tensor !== undefined);
  const x = named(INPUTS);
  const y = named(TARGETS);
  if (!x || !y) {
    const found = tensors.map(({ name, shape }) => `${quoted(name)} ${shapeText(shape)}`).join(', ');
    throw new ImportError(
      'unanswered',
      `the arrays of ${quoted(file)} are not named X and y; it has ${found || 'none'}`,
    );
  }
  const columns = x.shape.length === 2 ? x.shape[1] : x.shape.length === 1 ? 1 : undefined;
  if (columns !== inputs) {
    throw new ImportError(
      'unanswered',
      `${quoted(x.name)} is ${shapeText(x.shape)}, but the network takes ${String(inputs)} inputs`,
    );
  }
  const classes = y.shape.slice(1).every((length) => length === 1) && outputs > 1;
  return { file, inputs: x.name, targets: y.name, ...(classes && { targetEncoding: 'oneHot', classes: outputs }) };
}

/** The first columns are the inputs, the others the targets. */
function ofColumns(file: string, bytes: Uint8Array, { inputs, outputs }: Shape): DataWords {
  const [first = ''] = new TextDecoder().decode(bytes.subarray(0, 2 ** 20)).split(/\r?\n/);
  const columns = first.split(',').length;
  const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);
  if (columns === inputs + outputs) {
    return { file, inputs: numbers(1, inputs), targets: numbers(inputs + 1, outputs) };
  }
  if (columns === inputs + 1) {
    return { file, inputs: numbers(1, inputs), targets: [inputs + 1], targetEncoding: 'oneHot' };
  }
  const expected = `${String(inputs)} inputs and then ${String(outputs)} targets or one class`;
  throw new ImportError('unanswered', `${quoted(file)} has ${String(columns)} columns, expected ${expected}`);
}
