import { formatNumber } from '../core/notation';
import type { EpochSeries } from '../core/epochs';
import type { RunOutcome, StopReason, TrainOutcome } from '../protocol';
import { WorkerDied, type Model } from './compute';

/** One sentence for a person on how a run ended; of one that diverged, also how the gradient went, which is mostly why. */
export function outcomeInWords(
  { stopReason, epoch }: TrainOutcome,
  { network }: Model,
  series: EpochSeries | undefined,
): RunOutcome {
  const at = String(epoch);
  const stop = network.training.stop;
  const endings: Record<StopReason, string> = {
    epochs: `Trained to epoch ${at}.${lossGrowth(series)}`,
    loss: `Stopped at epoch ${at}: J ≤ ${String(stop.loss)}.`,
    gradientNorm: `Stopped at epoch ${at}: ‖∇J‖₂ ≤ ${String(stop.gradientNorm)}.`,
    patience: `Stopped at epoch ${at}: no improvement for ${String(stop.patience)} epochs.`,
    diverged: `Diverged after epoch ${at}: J became non-finite. The last finite state is shown; try a smaller learning rate.${growth(series)}`,
    cancelled: stoppedAt(epoch).message,
  };
  return { kind: stopReason, message: endings[stopReason] };
}

/** One sentence on a run that was stopped with what it had after this epoch. */
export function stoppedAt(epoch: number): RunOutcome {
  return { kind: 'cancelled', message: `Stopped at epoch ${String(epoch)}.` };
}

/** Why a run came to an end that was not its own. */
export function failureInWords(error: unknown, epoch: number): RunOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  const what = error instanceof WorkerDied ? `the worker crashed (${reason})` : reason;
  const message = `Training failed at epoch ${String(epoch)}: ${what}. The weights of that epoch are kept.`;
  return { kind: 'failed', message };
}

/** Training that has made J larger has not gone as its user thinks. */
function lossGrowth(series: EpochSeries | undefined): string {
  const [first, last] = [series?.value('loss', 0) ?? NaN, series?.last('loss') ?? NaN];
  if (!(last > first)) return '';
  return ` J grew from ${formatNumber(first, 3)} to ${formatNumber(last, 3)}: the steps overshoot; try a smaller learning rate.`;
}

function growth(series: EpochSeries | undefined): string {
  if (!series || series.length < 2) return '';
  const [first, last] = [series.value('gradientNorm', 0) ?? NaN, series.last('gradientNorm')];
  if (!(last > 10 * first)) return '';
  return ` ‖∇J‖₂ had grown from ${formatNumber(first, 3)} to ${formatNumber(last, 3)}: the steps overshoot.`;
}
