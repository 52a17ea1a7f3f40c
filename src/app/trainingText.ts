/** A training run for people. */

import type { Network } from '../core/network';
import { formatNumber, counted } from '../core/notation';
import type { StopReason } from '../core/run';

const DIGITS = 6;

/** What there is to say of a run that has ended. */
export interface RunSummary {
  readonly epochs: number;
  /** J before the first step, where it is known. */
  readonly before: number | undefined;
  /** J at the end. */
  readonly after: number;
  readonly validationLoss?: number;
  readonly end: StopReason;
}

/** How far J came and why the run ended, line by line, with `digits` significant digits. */
export function trainingText(
  { name, training }: Network,
  { epochs, before, after, validationLoss, end }: RunSummary,
  digits = DIGITS,
): string[] {
  const number = (value: number | undefined): string => formatNumber(value ?? NaN, digits);
  const lines = [`${name}: J = ${number(before)} → ${number(after)} after ${counted(epochs, 'epoch')}`];
  if (validationLoss !== undefined) lines.push(`loss of the held-out rows: ${number(validationLoss)}`);
  if (before !== undefined && after > before) {
    lines.push('J grew: the steps overshoot; try a smaller learning rate');
  }
  const why = reason(training, end, after);
  if (why) lines.push(why);
  return lines;
}

function reason({ stop }: Network['training'], end: StopReason, loss: number): string | undefined {
  switch (end) {
    case 'epochs':
      return undefined;
    case 'loss':
      return `stopped: J ≤ ${String(stop.loss)}`;
    case 'gradientNorm':
      return `stopped: ‖∇J‖₂ ≤ ${String(stop.gradientNorm)}`;
    case 'patience':
      return `stopped: no improvement for ${counted(stop.patience ?? 0, 'epoch')}`;
    case 'cancelled':
      return 'interrupted: the last complete epoch is kept';
    case 'diverged':
      return Number.isFinite(loss)
        ? 'diverged: J became non-finite, and the last finite state is kept; try a smaller learning rate'
        : 'diverged: J is non-finite before the first step';
  }
}
