/** Where and how a new key of a layer is written, so that it looks as if it had always been there. */

import type { LayerSource } from '../network/layers';

export interface Insertion {
  /** Behind the layer's last key. */
  readonly offset: number;
  /** What stands before a new key: a line break and its keys' column; a space where the whole text is one line. */
  readonly newline: string;
  /** The text's unit of indentation. */
  readonly unit: string;
}

/** The place of a new key of the layer, in the text's own layout. */
export function insertionInto(text: string, { node }: LayerSource): Insertion {
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
export function inserted({ newline }: Insertion, entries: readonly string[]): string {
  return entries.map((entry) => `,${newline}${entry}`).join('');
}

/** A list of lists, a row a line unless all is one line; `deeper` is how far it stands below the layer's keys. */
export function rowsText(rows: readonly string[], { newline, unit }: Insertion, deeper = 0): string {
  if (newline === ' ') return `[${rows.join(', ')}]`;
  const outer = newline + unit.repeat(deeper);
  const inner = outer + unit;
  return `[${inner}${rows.join(`,${inner}`)}${outer}]`;
}
