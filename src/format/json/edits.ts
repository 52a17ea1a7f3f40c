/** Parameters → edits of the text: the numbers alone, every other byte as it was. */

import type { LayerLayout } from '../../core/network';
import { inserted, insertionInto, rowsText } from './insertion';
import type { LayerSource } from '../network/layers';
import type { TextEdit } from '../problems';
import type { SourceMap } from './source';

/**
 * The edits that make the text say `theta`: each number that differs is replaced by the shortest digits that read back
 * to the same double. Where the text leaves weights to `init`, or biases to zero, the missing key is inserted after the
 * layer's last one, in the file's own layout. A parameter that is unchanged, or stands beside the text, makes no edit. Throws a RangeError where
 * `theta` has another length than the file's parameters, or a value that is not finite.
 */
export function writeWeights(text: string, source: SourceMap, theta: Float64Array): TextEdit[] {
  const before = source.theta;
  if (before?.length !== theta.length) {
    throw new RangeError(`the file has ${String(before?.length ?? 0)} parameters, not ${String(theta.length)}`);
  }
  if (!theta.every((value) => Number.isFinite(value))) throw new RangeError('a parameter is not finite');
  const edits: TextEdit[] = [];
  for (const [index, layout] of source.layout.layers.entries()) {
    const layer = source.layerSource(index + 2);
    if (layer) writeLayer({ text, source, before, theta, layer, number: index + 1, layout }, edits);
  }
  return edits;
}

interface LayerToWrite {
  readonly text: string;
  readonly source: SourceMap;
  readonly before: Float64Array;
  readonly theta: Float64Array;
  readonly layer: LayerSource;
  /** l of θ^(l). */
  readonly number: number;
  readonly layout: LayerLayout;
}

function writeLayer(target: LayerToWrite, edits: TextEdit[]): void {
  const { before, theta, layer, layout } = target;
  const { rows, columns, weights, biases } = layout;
  const missing: string[] = [];
  const changed = (first: number, count: number): boolean => {
    for (let at = first; at < first + count; at++) if (!Object.is(before[at], theta[at])) return true;
    return false;
  };
  if (!layer.tensors.weights && changed(weights, rows * columns)) {
    if (layer.weights) replaceNumbers(target, edits, true);
    else missing.push('weights');
  }
  if (!layer.tensors.biases && biases >= 0 && changed(biases, rows)) {
    if (layer.biases) replaceNumbers(target, edits, false);
    else missing.push('biases');
  }
  if (missing.length > 0) edits.push(insertKeys(target, missing.includes('weights'), missing.includes('biases')));
}

function replaceNumbers(
  { source, before, theta, number, layout }: LayerToWrite,
  edits: TextEdit[],
  weights: boolean,
): void {
  const { rows, columns } = layout;
  const first = weights ? layout.weights : layout.biases;
  const count = weights ? rows * columns : rows;
  for (let at = 0; at < count; at++) {
    const value = theta[first + at] ?? NaN;
    if (Object.is(before[first + at], value)) continue;
    const parameter = weights
      ? { layer: number, to: Math.floor(at / columns) + 1, from: (at % columns) + 1 }
      : { layer: number, to: at + 1, from: 0 };
    const span = source.parameterRange(parameter);
    if (span) edits.push({ ...span, text: numberText(value) });
  }
}

/** Inserts `"weights"`, `"biases"` or both after the layer's last key. */
function insertKeys({ text, theta, layer, layout }: LayerToWrite, weights: boolean, biases: boolean): TextEdit {
  const insertion = insertionInto(text, layer);
  const { rows, columns } = layout;
  const row = (first: number, count: number): string =>
    `[${Array.from(theta.subarray(first, first + count), numberText).join(', ')}]`;
  const entries: string[] = [];
  if (weights) {
    const lines = Array.from({ length: rows }, (_, i) => row(layout.weights + i * columns, columns));
    entries.push(`"weights": ${rowsText(lines, insertion)}`);
  }
  if (biases) entries.push(`"biases": ${row(layout.biases, rows)}`);
  return { offset: insertion.offset, length: 0, text: inserted(insertion, entries) };
}

/** The shortest digits that read back to the same double; JSON knows −0 as well. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
