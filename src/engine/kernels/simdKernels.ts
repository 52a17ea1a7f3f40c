/** The kernels of wasm/ as they are called. */

import { KERNEL_NAMES } from './kernelBytes';

/** A place in the kernels' memory, in bytes. */
export type Address = number;

/** What wasm/index.ts exports; described there. */
export interface Kernels {
  multiply(
    ...parameters: [
      ...[matrix: Address, rowStep: number, columnStep: number, columns: number, constants: Address],
      ...[input: Address, inputStride: number, output: Address, outputStride: number, panels: number],
      ...[from: number, to: number, packed: Address],
    ]
  ): void;
  outerProduct(
    ...parameters: [
      ...[gradient: Address, columns: number, delta: Address, deltaStride: number, a: Address, n: number],
      ...[from: number, to: number, add: boolean, packed: Address],
    ]
  ): void;
  listSamples(a: Address, n: number, columns: number, lists: Address, lengths: Address): void;
  multiplyListed(
    ...parameters: [
      ...[matrix: Address, columns: number, constants: Address, input: Address, inputStride: number],
      ...[output: Address, outputStride: number, panels: number, firstPanel: number, endPanel: number],
      ...[from: number, to: number, packed: Address, lists: Address, lengths: Address],
    ]
  ): void;
  outerProductListed(
    ...parameters: [
      ...[gradient: Address, columns: number, delta: Address, deltaStride: number, a: Address, n: number],
      ...[from: number, to: number, add: boolean, packed: Address, lists: Address, lengths: Address],
    ]
  ): void;
  rowSums(
    ...parameters: [
      ...[sums: Address, block: Address, stride: number, n: number, from: number, to: number, add: boolean],
    ]
  ): void;
  transpose(block: Address, stride: number, n: number, units: number, out: Address): void;
  activate(
    ...parameters: [
      ...[kind: number, constant: number, z: Address, a: Address, stride: number, panels: number],
      ...[from: number, to: number],
    ]
  ): void;
  activateBackward(
    ...parameters: [
      ...[kind: number, constant: number, z: Address, a: Address, delta: Address, stride: number, panels: number],
      ...[from: number, to: number],
    ]
  ): void;
  softmax(z: Address, a: Address, stride: number, panels: number, units: number): void;
  softmaxBackward(
    ...parameters: [a: Address, delta: Address, stride: number, panels: number, units: number, behind: Address]
  ): void;
  lossSum(
    ...parameters: [
      ...[kind: number, constant: number, z: Address, a: Address, stride: number, y: Address, n: number, units: number],
    ]
  ): number;
  lossBackward(
    ...parameters: [
      ...[kind: number, constant: number, scale: number, z: Address, a: Address, delta: Address, stride: number],
      ...[y: Address, panels: number, units: number],
    ]
  ): void;
  wholePass(plan: Address, n: number, scale: number, backward: boolean, add: boolean): number;
  packPanels(plan: Address, n: number, listing: boolean, part: number, parts: number): void;
  passPanels(plan: Address, n: number, scale: number, backward: boolean, part: number, parts: number): void;
  passRows(plan: Address, n: number, backward: boolean, add: boolean, part: number, parts: number): number;
  moveUnit(plan: Address, layer: number, unit: number, step: number, panels: number, all: boolean): void;
  spreadChange(plan: Address, layer: number, unit: number, panels: number): void;
  carryChanges(plan: Address, layer: number, panels: number): void;
  activateChanges(plan: Address, layer: number, firstPanel: number, panels: number, from: number, to: number): void;
  lossGains(plan: Address, layer: number, firstPanel: number, panels: number, into: Address): void;
  countHits(a: Address, y: Address, stride: number, n: number, units: number): number;
  penalize(theta: Address, gradient: Address, count: number, l1: number, l2: number): number;
}

/** A WebAssembly.Memory. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike;
}

/** The platform's parts that are used here: the libraries of this folder are those that every platform has. */
export interface Platform {
  readonly Buffer?: { from(text: string, encoding: 'base64'): Uint8Array };
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
    readonly Memory: new (size: {
      readonly initial: number;
      readonly maximum: number;
      readonly shared: boolean;
    }) => KernelMemory;
  };
}

/** The kernels of a module over a memory that exists already. Throws where the platform has no WebAssembly. */
export function instantiate(module: object, memory: object): Kernels {
  const { WebAssembly } = globalThis as unknown as Platform;
  if (!WebAssembly) throw new Error('this platform has no WebAssembly');
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
}

/**
 * The kernels that threads share, and that take numbers alone: a thread is told which by its place in this list. An
 * optimizer's takes the addresses of θ, the gradient and each row that is remembered, a count, and what its row's `given` says.
 */
export const POOL_KERNELS = ['packPanels', 'passPanels', 'passRows', ...KERNEL_NAMES.optimizers] as const;
export type PoolKernel = (typeof POOL_KERNELS)[number];

/** Calls a kernel with numbers alone; where it means true and false, 1 and 0. NaN where it gives nothing. */
export function invoke(kernels: Kernels, kernel: PoolKernel, given: Iterable<number>): number {
  const byName = kernels as unknown as Readonly<
    Record<PoolKernel, (...given: readonly number[]) => number | undefined>
  >;
  return byName[kernel](...given) ?? NaN;
}
