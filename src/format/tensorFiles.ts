/** Parameters → the files of tensors beside the text. */

import type { ReadBytes } from './besideText';
import type { SourceMap } from './json/source';
import type { TensorReference } from './network/beside';
import type { TextEdit } from './problems';
import { transposed } from '../core/layerMath';

export interface TensorFile {
  /** As the text names it. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface Placed {
  readonly reference: TensorReference;
  /** As in `1.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly changed: boolean;
}

/** The files that the text names, with the tensors that `theta` changes replaced; files that stay as they are, are left out. */
export async function tensorFiles(
  source: SourceMap,
  theta: Float64Array,
  readBytes: ReadBytes,
): Promise<readonly TensorFile[]> {
  const changed = placed(source, theta).filter((tensor) => tensor.changed);
  if (changed.length === 0) return [];
  const { rewrittenSafetensors } = await import('./import');
  const files: TensorFile[] = [];
  for (const path of new Set(changed.map(({ reference }) => reference.path))) {
    const own = changed.filter(({ reference }) => reference.path === path);
    const replaced = own.map(({ reference, shape, values }) => {
      const [units = 1, inputs = 1] = shape;
      return reference.transposed
        ? { name: reference.tensor, shape: [inputs, units], values: transposed(values, units, inputs) }
        : { name: reference.tensor, shape, values };
    });
    files.push({ path, bytes: rewrittenSafetensors(await readBytes(path), replaced) });
  }
  return files;
}

/** One new file for all tensors beside the text, and the edits that refer to it; undefined where there are none. */
export async function movedTensors(
  source: SourceMap,
  theta: Float64Array,
  path: string,
): Promise<{ readonly file: TensorFile; readonly edits: readonly TextEdit[] } | undefined> {
  const tensors = placed(source, theta);
  if (tensors.length === 0) return undefined;
  const { writeSafetensors } = await import('./import');
  const edits = tensors.map(({ reference: { span }, name }) => ({
    ...span,
    text: `{ "file": ${JSON.stringify(path)}, "tensor": ${JSON.stringify(name)} }`,
  }));
  return { file: { path, bytes: writeSafetensors(tensors) }, edits };
}

function placed(source: SourceMap, theta: Float64Array): Placed[] {
  return source.layout.layers.flatMap(({ rows, columns, weights, biases }, index) => {
    const tensors = source.layerSource(index + 2)?.tensors ?? {};
    const part = (kind: string, reference: TensorReference, first: number, shape: readonly number[]): Placed => {
      const length = shape.reduce((product, count) => product * count, 1);
      const values = theta.subarray(first, first + length);
      const changed = values.some((value, at) => !Object.is(value, source.theta?.[first + at]));
      return { reference, name: `${String(index + 1)}.${kind}`, shape, values, changed };
    };
    return [
      ...(tensors.weights ? [part('weight', tensors.weights, weights, [rows, columns])] : []),
      ...(tensors.biases ? [part('bias', tensors.biases, biases, [rows])] : []),
    ];
  });
}
