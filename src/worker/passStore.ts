/** The passes of all rows at the θ that was looked at last: one look at a network asks for many chains. */

import { keepingPasses, type Passes } from '../core/keptPasses';
import type { Network, Samples } from '../core/network';

export class PassStore {
  private last:
    { readonly network: Network; readonly theta: Float64Array; readonly passes: Passes | undefined } | undefined;

  /** What is known at this θ; else it is found out. Undefined where it would take too much room. */
  *at(network: Network, theta: Float64Array, samples: Samples): Generator<void, Passes | undefined> {
    if (this.isLast(network, theta)) return this.last?.passes;
    const passes = yield* keepingPasses(network, theta, samples);
    this.last = { network, theta, passes };
    return passes;
  }

  /** What is known at this θ, if anything is. */
  known(network: Network, theta: Float64Array): Passes | undefined {
    return this.isLast(network, theta) ? this.last?.passes : undefined;
  }

  private isLast(network: Network, theta: Float64Array): boolean {
    const { last } = this;
    return last?.network === network && last.theta.every((value, k) => Object.is(value, theta[k]));
  }
}
