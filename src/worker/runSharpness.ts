/** λ_max of a run after 1, 2, 4, 8, … epochs, found out beside its training once somebody asks. */

import type { Pausing } from '../core/check/steps';
import { sharpness, type Sharpness } from '../core/curvature';
import type { Dataset, Network } from '../core/network';
import { kernelProducts } from '../engine/kernels/hessian';

/** The part of the training's time that is taken for it. */
const SHARE = 0.05;
/** Time that is saved up at most, in milliseconds: a run that is told to pause does so soon. */
const MOST_SAVED = 10;
/** θ of more parameters are not kept, and a run's λ_max is then found out once it stands still. */
const MOST_KEPT_PARAMETERS = 2 ** 17;

export class RunSharpness {
  /** λ_max by epoch. */
  readonly known = new Map<number, number>();
  private readonly waiting: { readonly epoch: number; readonly theta: Float64Array }[] = [];
  private steps: Pausing<void> | undefined;
  private saved = 0;

  constructor(
    private readonly network: Network,
    private readonly data: Dataset,
  ) {}

  /** θ after an epoch, one of the few whose λ_max may be asked for. */
  offer(epoch: number, theta: Float64Array): void {
    if (theta.length <= MOST_KEPT_PARAMETERS) this.waiting.push({ epoch, theta: theta.slice() });
  }

  /** What is known so far; the rest is found out from now on. */
  ask(): Sharpness {
    this.steps ??= this.find();
    const epochs = Float64Array.from(this.known.keys()).sort();
    return { epochs, lambdaMax: epochs.map((epoch) => this.known.get(epoch) ?? NaN) };
  }

  /** So many milliseconds have been trained: goes on for a small part of them. */
  goOn(trained: number): void {
    if (!this.steps) return;
    this.saved = Math.min(MOST_SAVED, this.saved + SHARE * trained);
    while (this.saved > 0) {
      const start = performance.now();
      const { done } = this.steps.next();
      this.saved -= performance.now() - start;
      if (!done) continue;
      this.steps = undefined;
      return;
    }
  }

  private *find(): Pausing<void> {
    const { network, data } = this;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const { epoch, theta } = next;
      this.known.set(epoch, yield* sharpness({ network, theta, samples: data.training }, kernelProducts));
    }
  }
}
