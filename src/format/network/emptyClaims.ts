/** The homework sheet: `claimedGradients` of a layer with nothing filled in yet. */

import { inserted, insertionInto, rowsText } from '../json/insertion';
import type { TextEdit } from '../problems';
import type { SourceMap } from '../json/source';

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
