/** Edits of the text that leave every other byte as it was: parameters, the sheet of claims, and keys. */

import { applyEdits, modify } from 'jsonc-parser';
import { sameParameter, type LayerLayout, type ParameterId } from '../../core/network';
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

/**
 * The edit that gives layer `number` (from 1) a null for each of its parameters, in the file's own layout. Undefined for the
 * input layer, for one that has claims already, and where there is no such layer.
 */
export function emptyClaims(text: string, source: SourceMap, number: number): TextEdit | undefined {
  const layer = source.layerSource(number);
  const layout = source.layout.layers[number - 2];
  if (!layer || !layout || layer.node.members.size === 0 || layer.node.members.has('claimedGradients'))
    return undefined;
  const insertion = insertionInto(text, layer);
  const { newline, unit } = insertion;
  const row = (count: number): string => `[${Array.from({ length: count }, () => 'null').join(', ')}]`;
  const rows = Array.from({ length: layout.rows }, () => row(layout.columns));
  const parts = [`"weights": ${rowsText(rows, insertion, 1)}`];
  if (layout.biases >= 0) parts.push(`"biases": ${row(layout.rows)}`);
  const inner = newline === ' ' ? ' ' : newline + unit;
  const claims = `{${inner}${parts.join(`,${inner}`)}${newline}}`;
  return { offset: insertion.offset, length: 0, text: inserted(insertion, [`"claimedGradients": ${claims}`]) };
}

/**
 * The edit that claims ∂J/∂θ_ij^(l) = `claim`: in the place of what is claimed, of a null, or in a new sheet of nulls for the layer.
 * Undefined where the layer's claims have no place for it.
 */
export function claimEdit(
  text: string,
  source: SourceMap,
  parameter: ParameterId,
  claim: string,
): TextEdit | undefined {
  const layer = source.layerSource(parameter.layer + 1);
  const places = layer ? [...layer.claims, ...layer.openClaims] : [];
  const place = places.find((one) => sameParameter(one.parameter, parameter));
  if (place) return { offset: place.offset, length: place.length, text: claim };
  const sheet = emptyClaims(text, source, parameter.layer + 1);
  const layout = source.layout.layers[parameter.layer - 1];
  if (!sheet || !layout) return undefined;
  const { rows, columns } = layout;
  const { to, from } = parameter;
  const wanted = from === 0 ? rows * columns + to - 1 : (to - 1) * columns + from - 1;
  let nulls = 0;
  return { ...sheet, text: sheet.text.replace(/null/g, (word) => (nulls++ === wanted ? claim : word)) };
}

/** Where and how a new key of a layer is written, so that it looks as if it had always been there. */
interface Insertion {
  /** Behind the layer's last key. */
  readonly offset: number;
  /** What stands before a new key: a line break and its keys' column; a space where the whole text is one line. */
  readonly newline: string;
  /** The text's unit of indentation. */
  readonly unit: string;
}

/** The place of a new key of the layer, in the text's own layout. */
function insertionInto(text: string, { node }: LayerSource): Insertion {
  const members = Array.from(node.members, ([, member]) => member);
  const [first, last] = [members[0], members.at(-1)];
  const lineBreak = /\r?\n/.exec(text)?.[0];
  const offset = last ? last.value.offset + last.value.length : node.offset + 1;
  if (lineBreak === undefined || !first) return { offset, newline: ' ', unit: '' };
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const lineStart = text.lastIndexOf('\n', first.key.offset) + 1;
  const before = text.slice(lineStart, first.key.offset);
  // A key behind its brace keeps its column; tabs stay tabs, whatever else stands there becomes spaces.
  return { offset, newline: lineBreak + before.replace(/[^\t]/g, ' '), unit };
}

/** The members `entries`, written as new ones of the layer. */
function inserted({ newline }: Insertion, entries: readonly string[]): string {
  return entries.map((entry) => `,${newline}${entry}`).join('');
}

/** A list of lists, a row a line unless all is one line; `deeper` is how far it stands below the layer's keys. */
function rowsText(rows: readonly string[], { newline, unit }: Insertion, deeper = 0): string {
  if (newline === ' ') return `[${rows.join(', ')}]`;
  const outer = newline + unit.repeat(deeper);
  const inner = outer + unit;
  return `[${inner}${rows.join(`,${inner}`)}${outer}]`;
}

/** A place of the text's JSON with its new value; undefined takes the key out. */
export interface KeyChange {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** The one edit that makes all of the changes, in the text's own indentation; none where they change nothing. */
export function changeKeys(text: string, changes: readonly KeyChange[]): TextEdit[] {
  const [, indent = '  '] = /\n([ \t]+)"/.exec(text) ?? [];
  const insertSpaces = !indent.startsWith('\t');
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const formattingOptions = { insertSpaces, tabSize: insertSpaces ? indent.length : 1, eol };
  let changed = text;
  for (const { path, value } of changes) {
    changed = applyEdits(changed, modify(changed, [...path], value, { formattingOptions }));
  }
  if (changed === text) return [];
  let from = 0;
  while (from < changed.length && text[from] === changed[from]) from++;
  let behind = 0;
  const most = Math.min(text.length, changed.length) - from;
  while (behind < most && text.at(-1 - behind) === changed.at(-1 - behind)) behind++;
  return [{ offset: from, length: text.length - behind - from, text: changed.slice(from, changed.length - behind) }];
}
