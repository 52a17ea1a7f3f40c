/** What a locked sheet hides. */

import type { Exercise } from './exercise';
import type { Question } from './sheet';

/** What may not be shown. Where forward values are hidden, so is all else: gradients give them away. */
export interface Hidden {
  /** z, a, outputs and J. */
  readonly forward: boolean;
  /** δ, ∂J/∂θ, and whatever a step of training or a second derivative tells of them. */
  readonly backward: boolean;
}

export const NOTHING_HIDDEN: Hidden = { forward: false, backward: false };

/**
 * What is hidden while a sheet is not solved: what it names, what it asks, and what would give these away. δ and ∂J/∂θ give
 * each other away, and both give the activations away.
 */
export function hiddenBy(exercise: Exercise | undefined, questions: readonly Question[], solved: boolean): Hidden {
  if (!exercise || solved) return NOTHING_HIDDEN;
  const asksForward = questions.some(({ quantity }) => quantity === 'z' || quantity === 'a' || quantity === 'loss');
  const forward = exercise.hide.includes('activations') || asksForward;
  return { forward, backward: forward || exercise.hide.length > 0 || questions.length > 0 };
}
