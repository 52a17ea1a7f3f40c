/** `--parameter l,i,j` */

import { requireParameter } from '../core/chain';
import type { Network, ParameterId } from '../core/network';
import { UsageError } from './command';

/** θ_ij^(l) as `l,i,j` names it. Throws a `UsageError` where it is no such name, or the network has no such parameter. */
export function readParameter(network: Network, text: string): ParameterId {
  const numbers = /^([0-9]+),([0-9]+),([0-9]+)$/.exec(text)?.slice(1).map(Number);
  if (!numbers) throw new UsageError(`--parameter takes l,i,j of θ_ij^(l), such as 1,2,0, not “${text}”`);
  const [layer = NaN, to = NaN, from = NaN] = numbers;
  return inRange(() => requireParameter(network, { layer, to, from }), { layer, to, from });
}

/** `result`, where `check` finds no RangeError; else the error's message as a `UsageError`. */
export function inRange<T>(check: () => unknown, result: T): T {
  try {
    check();
    return result;
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
