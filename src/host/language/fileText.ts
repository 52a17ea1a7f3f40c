import { printable } from '../../core/printable';

/**
 * Text from a file as Markdown that shows it as it is: no markup, and no link, which Markdown also makes of a bare address. Any
 * ASCII punctuation may stand behind a backslash.
 */
export function markdownText(text: string): string {
  return printable(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A message with text from a file in it, as a notification shows it: one line, in which `[words](address)` is no link. */
export function messageText(text: string): string {
  return printable(text).replaceAll('](', '] (');
}
