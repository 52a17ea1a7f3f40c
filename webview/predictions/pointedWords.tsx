import { classOf } from '../../src/core/classes';
import type { Predictions } from '../../src/core/predictions';
import type { ModelSlice } from '../../src/protocol';
import { SHORT, show, showCount } from '../names';
import { className, outputCount, outputName } from './classes';
import type { Pointed } from './plot';

interface PointedWordsProps {
  readonly model: ModelSlice;
  readonly predictions: Predictions;
  readonly pointed: Pointed | null;
  /** Where the pointer is, in words. */
  readonly place: string | null;
  /** What the network gives there. */
  readonly outputs: Float64Array | null;
}

/** Outputs that are told one by one. */
const MOST = 4;

/** What the network gives under the pointer, and which sample is there. */
export function PointedWords({ model, predictions, pointed, place, outputs }: PointedWordsProps) {
  if (!pointed || place === null || !outputs) {
    return <p class="pointed muted">Hover to see the output; click a sample to show it everywhere.</p>;
  }
  const units = outputCount(model);
  const shown = Array.from(
    outputs.subarray(0, MOST),
    (value, k) => `${outputName(model, k + 1)} ${show(value, SHORT)}`,
  );
  const more = units > MOST ? ' …' : '';
  const verdict = predictions.classes === null ? '' : ` · class ${className(model, classOf(outputs, 0, units))}`;
  return (
    <p class="pointed numeric">
      {place} → {shown.join(' · ')}
      {more}
      {verdict}
      {pointed.dot && <strong> · {nameOf(pointed.dot)}</strong>}
    </p>
  );
}

function nameOf({ heldOut, sample }: { readonly heldOut: boolean; readonly sample: number }): string {
  return `${heldOut ? 'held-out row' : 'sample'} ${showCount(sample)}`;
}
