/** What the kernels (wasm/activations.ts, wasm/losses.ts) compute of a network: their numbers for the functions of core's tables. */

import { ACTIVATIONS, LOSSES, lossWithLogits } from '../../core/functions';
import type { Activation, Loss, Network } from '../../core/network';
import { KERNEL_NAMES } from './kernelBytes';

export type ActivationKernel = (typeof KERNEL_NAMES.activations)[number];
export type LossKernel = (typeof KERNEL_NAMES.losses)[number];

/** A kernel, its number, and the constant of the function. */
export interface KernelFunction<Name extends string> {
  readonly kernel: Name;
  readonly kind: number;
  readonly constant: number;
}

/** Undefined where the row has no kernel for the function with these constants. */
export function activationKind(g: Activation): KernelFunction<ActivationKernel> | undefined {
  const row = ACTIVATIONS[g.type];
  if (row.kernel === undefined || (!row.vector && row.inKernel?.(g) === false)) return undefined;
  const { constant } = row;
  return kindOf(KERNEL_NAMES.activations, row.kernel, constant ? (g[constant.key] ?? constant.default) : 0);
}

/** The number and the constant of the kernel that computes g(z + d) − g(z). Undefined where the row has none. */
export function changeKind(g: Activation): Pick<KernelFunction<string>, 'kind' | 'constant'> | undefined {
  const known = activationKind(g);
  const row = ACTIVATIONS[g.type];
  if (known || row.vector || row.changeKernel === undefined) return known;
  const { activations, changes } = KERNEL_NAMES;
  return kindOf([...activations, ...changes], row.changeKernel, 0);
}

/** Undefined where the row, or that of the loss with logits, has no kernel. Of a loss with logits the kernel gives ∂E/∂z at once. */
export function lossKind(network: Pick<Network, 'layers' | 'loss'>): KernelFunction<LossKernel> | undefined {
  return kindOfLoss(network.loss, lossWithLogits(network) ?? LOSSES[network.loss.type]);
}

/** The same of E without its factor c (core/cost.ts), which is the caller's to take. */
export function unscaledLossKind(network: Pick<Network, 'layers' | 'loss'>): KernelFunction<LossKernel> | undefined {
  const row = LOSSES[network.loss.type];
  return kindOfLoss(network.loss, lossWithLogits(network) ? row.withLogits : row);
}

function kindOfLoss(loss: Loss, named: { readonly kernel?: string } = {}): KernelFunction<LossKernel> | undefined {
  const { constant } = LOSSES[loss.type];
  if (named.kernel === undefined) return undefined;
  return kindOf(KERNEL_NAMES.losses, named.kernel, constant ? (loss[constant.key] ?? constant.default) : 0);
}

/** Throws where there is no kernel of that name. */
function kindOf<Name extends string>(names: readonly Name[], name: string, constant: number): KernelFunction<Name> {
  const kind = names.findIndex((kernel) => kernel === name);
  const kernel = names[kind];
  if (kernel === undefined) throw new RangeError(`there is no kernel ${name}`);
  return { kernel, kind, constant };
}
