/** What is said of all mistakes together. Apart from the search, so that views can say it without holding the judge. */

import type { FoundMistake } from './diagnosis';

/** All mistakes in one phrase; also what each claim says that they explain. */
export function togetherInWords(mistakes: readonly FoundMistake[]): string {
  return mistakes.map(({ message }) => message).join('; and ');
}

/** With a capital where it begins with a word, not with a symbol: `The sign is …`, but `δ is …`, `a⁽²⁾ is …`. */
export function asSentence(message: string): string {
  return message.replace(/^[a-z]{2,}(?= )/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
