/** Closing brackets: which one lacks, and which stands for another. */

import type { Fix, Span } from '../problems';
import { type Lines, spaceEnd } from './scan';
import { type ContainerKind, MOST_CLOSED, type TapeWriter } from './tapeWriter';

export const BRACKETS = { object: '}', array: ']' } as const;

/** True where the bracket must stand for that of the innermost container: the next one does not fit otherwise. */
export function isTypo(tape: TapeWriter, kind: ContainerKind, start: number): boolean {
  const { text } = tape;
  if (tape.depth > MOST_CLOSED || (tape.expects !== 'separator' && tape.expects !== 'first')) return false;
  const kinds = tape.openKinds();
  if (!tape.isOpen(kind)) {
    const [rest = ''] = /^[\s}\]]*/.exec(text.slice(start + 1, start + 1 + 4 * MOST_CLOSED)) ?? [];
    // Too few brackets follow for it to be one too many.
    return start + 1 + rest.length === text.length && rest.replace(/\s/g, '').length === tape.depth - 1;
  }
  const next = text.charAt(spaceEnd(text, start + 1));
  const after = (closed: number): string => {
    const around = kinds[closed];
    return around ? BRACKETS[around] : '';
  };
  return next === after(1) && next !== after(kinds.indexOf(kind) + 1);
}

/** The brackets that lack, where nothing but brackets does. */
export function closeAll(tape: TapeWriter, at: Span): Fix | undefined {
  const { depth, expects } = tape;
  if (depth > 8 || (expects !== 'separator' && expects !== 'first')) return undefined;
  const text = tape
    .openKinds()
    .map((kind) => BRACKETS[kind])
    .join('');
  return { title: `Add ${text}`, edits: [{ ...at, text }] };
}

/** The bracket that the innermost container waits for. */
export function closingOf({ inObject, offset }: TapeWriter, lines: Lines): string {
  const kind = inObject ? 'object' : 'array';
  return `a ${BRACKETS[kind]} for the ${kind} that opens in line ${String(lines.lineOf(offset))}`;
}
