/** What the kernels (wasm/activations.ts, wasm/losses.ts) compute of a network: their numbers for the functions of core's tables. */

import { ACTIVATIONS, LOSSES, lossWithLogits } from '../../core/functions';
import type { Activation, Network } from '../../core/network';
import { KERNEL_NAMES } from './kernelBytes';

export type ActivationKernel = (typeof KERNEL_NAMES.activations)[number];
export type LossKernel = (typeof KERNEL_NAMES.losses)[number];

/** A kernel, its number, and the constant of the function. */
export interface Kind<Name extends string> {
  readonly kernel: Name;
  readonly kind: number;
  readonly constant: number;
}

/** Undefined where the row has no kernel for the function with these constants. */
export function activationKind(g: Activation): Kind<ActivationKernel> | undefined {
  const row = ACTIVATIONS[g.type];
  if (row.kernel === undefined || (!row.vector && row.inKernel?.(g) === false)) return undefined;
  const { constant } = row;
  return kindOf(KERNEL_NAMES.activations, row.kernel, constant ? (g[constant.key] ?? constant.default) : 0);
}

/** The number and the constant of the kernel that computes g(z + d) − g(z). Undefined where the row has none. */
export function changeKind(g: Activation): Omit<Kind<never>, 'kernel'> | undefined {
  const known = activationKind(g);
  const row = ACTIVATIONS[g.type];
  if (known || row.vector || row.changeKernel === undefined) return known;
  const { activations, changes } = KERNEL_NAMES;
  return {
    ...kindOf(changes, row.changeKernel, 0),
    kind: activations.length + kindOf(changes, row.changeKernel, 0).kind,
  };
}

/** Undefined where the row, or that of the loss with logits, has no kernel. Of a loss with logits the kernel gives ∂E/∂z at once. */
export function lossKind(network: Pick<Network, 'layers' | 'loss'>): Kind<LossKernel> | undefined {
  const { loss } = network;
  const { constant, ...row } = LOSSES[loss.type];
  const { kernel } = lossWithLogits(network) ?? row;
  if (kernel === undefined) return undefined;
  return kindOf(KERNEL_NAMES.losses, kernel, constant ? (loss[constant.key] ?? constant.default) : 0);
}

/** Throws where there is no kernel of that name. */
function kindOf<Name extends string>(names: readonly Name[], name: string, constant: number): Kind<Name> {
  const kind = names.findIndex((kernel) => kernel === name);
  const kernel = names[kind];
  if (kernel === undefined) throw new RangeError(`there is no kernel ${name}`);
  return { kernel, kind, constant };
}
