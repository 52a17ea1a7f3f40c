/** Keys of a JSON text set to other values, or taken out. */

import { applyEdits, modify } from 'jsonc-parser';
import type { TextEdit } from '../problems';

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
