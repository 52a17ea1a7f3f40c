/** What makes two sheets the same but for their answers. */

import type { Question, Sheet } from '../../core/exercise/judge';
import { placeKey } from '../../core/exercise/values';

/** Everything that J depends on, as text: layers, θ, loss, penalty, the step, samples. Names and labels are left out. */
export function networkText({ network, samples }: Pick<Sheet, 'network' | 'samples'>): string {
  const { layers, loss, regularization, training, theta } = network;
  return JSON.stringify({
    layers: layers.map(({ units, activation, hasBiases, biasInput, frozenWeights, frozenBiases }) => {
      const frozen = [frozenWeights, frozenBiases].map((one) => (typeof one === 'boolean' ? one : [...one]));
      return [units, activation, hasBiases, biasInput ?? 1, frozen];
    }),
    loss,
    regularization,
    training,
    theta: [...theta],
    inputs: [...samples.inputs],
    targets: [...samples.targets],
    weights: samples.weights && [...samples.weights],
  });
}

/** What is asked and how it counts, as text. */
export function exerciseText({ exercise, questions }: Pick<Sheet, 'exercise' | 'questions'>): string {
  const { hide, tolerance, points } = exercise;
  return JSON.stringify({ hide: [...hide].sort(), tolerance, points, questions: questions.map(questionKey) });
}

/** Equal for two questions that are the same: `gradient 1,2,0`, `z 2,1,1`. */
function questionKey(question: Question): string {
  if (question.quantity !== 'gradient') return placeKey(question);
  const { layer, to, from } = question.parameter;
  return `gradient ${String(layer)},${String(to)},${String(from)}`;
}

/** 64 bits of both texts, in hexadecimal: tells an edit by mistake, not one by intent. */
export function fingerprintOf(sheet: Sheet): string {
  const text = `${networkText(sheet)}\n${exerciseText(sheet)}`;
  const half = (seed: number): string => hash(text, seed).toString(16).padStart(8, '0');
  return half(0) + half(0x9e3779b9);
}

/** 32 bits of a text (MurmurHash3's finish over FNV-1a's steps), for seeds and fingerprints. */
export function hash(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
