/** When a run ends before its last epoch. */

import type { StopRules } from '../core/network';
import { FUSED_ROW } from './engine';

export type StopRule = keyof StopRules;

/** What an epoch has to show to the rules. */
export interface EpochState {
  readonly loss: number;
  /** The mean loss of the held-out rows; undefined where there are none. */
  readonly validationLoss: number | undefined;
  /** ‖∇J‖₂; read only where a rule asks for it. */
  readonly gradientNorm: number;
}

/**
 * The rules of the file, asked after every epoch in turn, epoch 0 (the state before any step) included: J at or below
 * `loss`; ‖∇J‖₂ at or below `gradientNorm`; `patience` epochs without a better validation loss, or where nothing is held
 * out, training loss. Better means smaller, by however little. Where several hold at once, the first named here is told.
 */
export class Stopping {
  private best = Infinity;
  private epochsSinceBest = 0;

  constructor(private readonly rules: StopRules) {}

  /** What the answers to come depend on; `restore` goes on from there. */
  get state(): readonly [best: number, epochsSinceBest: number] {
    return [this.best, this.epochsSinceBest];
  }

  restore([best, epochsSinceBest]: readonly [number, number]): void {
    this.best = best;
    this.epochsSinceBest = epochsSinceBest;
  }

  /**
   * Whether the run goes on after each of `count` epochs, by their rows of a run of fused epochs (engine.ts), with every J finite. Where
   * it does not, it is as if nothing had been asked.
   */
  survives(rows: Float64Array, count: number): boolean {
    const before = this.state;
    const epoch = { loss: NaN, validationLoss: undefined, gradientNorm: NaN };
    for (let at = 0; at < FUSED_ROW * count; at += FUSED_ROW) {
      epoch.loss = (rows[at] ?? NaN) + (rows[at + 1] ?? NaN);
      epoch.gradientNorm = rows[at + 3] ?? NaN;
      if (Number.isFinite(epoch.loss) && !this.after(epoch)) continue;
      this.restore(before);
      return false;
    }
    return true;
  }

  /** The rule that ends the run after this epoch, or undefined. */
  after({ loss, validationLoss = loss, gradientNorm }: EpochState): StopRule | undefined {
    const { rules } = this;
    this.epochsSinceBest++;
    if (validationLoss < this.best) {
      this.best = validationLoss;
      this.epochsSinceBest = 0;
    }
    if (rules.loss !== undefined && loss <= rules.loss) return 'loss';
    if (rules.gradientNorm !== undefined && gradientNorm <= rules.gradientNorm) return 'gradientNorm';
    if (rules.patience !== undefined && this.epochsSinceBest >= rules.patience) return 'patience';
    return undefined;
  }
}
