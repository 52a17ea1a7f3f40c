/** What commands print of a locked sheet: what it does not hide, and hints. */

import { gradients } from '../core/backprop';
import { sheetValues } from '../core/exercise/values';
import type { Samples } from '../core/network';
import { formatNumber } from '../core/notation';
import { placesIn } from '../format/places';
import { type Lock, hintsOf, spanOfQuestion } from '../app/sheet';
import { judgmentOf } from '../app/sheetJudgment';
import type { Input } from './input';
import { lockedWords } from './lock';

/** `FILE:LINE:COL: 0.118 is not ∂J/∂θ₁₁⁽¹⁾: …` of each wrong answer, as many as the sheet gives. */
export function hintLines({ file, text, content }: Input): string[] {
  const judgment = judgmentOf(content);
  if (!judgment || !content.exercise) return [];
  const allowed = new Set(hintsOf(judgment, content.exercise));
  const at = placesIn(text);
  const shown = new Set<string>();
  return judgment.answers.flatMap(({ question, hint }) => {
    if (hint === null || !allowed.has(hint) || shown.has(hint)) return [];
    shown.add(hint);
    const span = spanOfQuestion(content, question);
    const { line, column } = at(span?.offset ?? 0);
    return [`${file}:${String(line)}:${String(column)}: ${hint}`];
  });
}

interface Shown {
  readonly sample: number | undefined;
  readonly digits: number;
}

/** J and the outputs, where they are not hidden, and hints. */
export function lockedText(input: Input, samples: Samples, lock: Lock, { sample, digits }: Shown): string[] {
  const { network } = input.content;
  const lines = [network.name, lockedWords(lock.answers)];
  if (!lock.hidden.forward) {
    const { loss } = gradients({ network, theta: network.theta, samples }, sample);
    lines.push(sample === undefined ? `J = ${formatNumber(loss, digits)}` : `E = ${formatNumber(loss, digits)}`);
  }
  const hints = hintLines(input);
  return hints.length > 0 ? [...lines, '', ...hints] : lines;
}

/** The document of `gradients` with null in the place of what is hidden. */
export function lockedDocument(input: Input, samples: Samples, lock: Lock, sample: number | undefined): object {
  const { file, content } = input;
  const { network } = content;
  const { forward } = lock.hidden;
  const rows = forward ? [] : sheetValues({ network, theta: network.theta, samples }).a.map((a) => a.at(-1));
  const outputs = sample === undefined ? rows : rows.slice(sample - 1, sample);
  return {
    file,
    samples: samples.count,
    sample,
    locked: lockedWords(lock.answers),
    hints: hintLines(input),
    loss: forward ? null : gradients({ network, theta: network.theta, samples }, sample).loss,
    outputs: forward ? null : outputs,
    layers: network.layers.slice(1).map((_, l) => ({ layer: l + 1, weights: null, biases: null, delta: null })),
  };
}
