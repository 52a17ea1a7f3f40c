/** What is said of all mistakes together. Apart from the search, so that views can say it without holding the judge. */

import { superscript } from '../notation';
import type { Diagnosis, FoundMistake, WrongPlace } from './diagnosis';

/** All mistakes in one phrase; also what each claim says that they explain. */
export function togetherInWords(mistakes: readonly FoundMistake[]): string {
  return mistakes.map(({ message }) => message).join('; and ');
}

/** With a capital where it begins with a word, not with a symbol: `The sign is …`, but `δ is …`, `a⁽²⁾ is …`. */
export function asSentence(message: string): string {
  return message.replace(/^[a-z]{2,}(?= )/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}

/** The others that explain the same, in one phrase. */
export function othersInWords({ or }: Pick<FoundMistake, 'or'>): string {
  return or.map(({ name }) => name).join('; ');
}

/**
 * The first wrong thing on the way back, with what is known of the mistakes: a gradient that was spoiled when it was
 * finished says nothing against its δ, as `place`, which follows from the blocks alone, does.
 */
export function firstWrong({ mistakes, place }: Pick<Diagnosis, 'mistakes' | 'place'>): WrongPlace | null {
  if (mistakes.length === 0 || mistakes.some(({ stage }) => stage === 'pass')) return place;
  const quantity = mistakes.every(({ part }) => part === 'biases') ? 'bias-gradient' : 'weight-gradient';
  return { quantity, layer: Math.max(...mistakes.flatMap(({ layers }) => layers)) };
}

/** `δ⁽³⁾`, `∂J/∂θ⁽²⁾ of its biases` */
export function placeInWords({ quantity, layer }: WrongPlace): string {
  const level = superscript(`(${String(layer)})`);
  if (quantity === 'delta') return `δ${level}`;
  return `∂J/∂θ${level} of its ${quantity === 'bias-gradient' ? 'biases' : 'weights'}`;
}
