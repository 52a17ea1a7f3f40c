/** The compiled kernels of wasm/, and the memory that they work on. */

import { KERNEL_BYTES } from './kernelBytes';

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
  listColumns(
    ...parameters: [input: Address, stride: number, columns: number, panels: number, lists: Address, lengths: Address]
  ): number;
  listSamples(a: Address, n: number, columns: number, lists: Address, lengths: Address): void;
  multiplyListed(
    ...parameters: [
      ...[matrix: Address, columns: number, constants: Address, input: Address, inputStride: number],
      ...[output: Address, outputStride: number, panels: number, from: number, to: number, packed: Address],
      ...[lists: Address, lengths: Address],
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
  pack(values: Address, width: number, index: Address, n: number, block: Address, stride: number): void;
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
  countHits(a: Address, y: Address, stride: number, n: number, units: number): number;
  gradientDescent(theta: Address, gradient: Address, count: number, rate: number): void;
  momentum(
    ...parameters: [
      ...[theta: Address, gradient: Address, velocity: Address, count: number],
      ...[rate: number, mu: number, nesterov: boolean],
    ]
  ): void;
  rmsprop(
    ...parameters: [
      ...[theta: Address, gradient: Address, square: Address, count: number],
      ...[rate: number, decay: number, epsilon: number],
    ]
  ): void;
  adam(
    ...parameters: [
      ...[theta: Address, gradient: Address, first: Address, second: Address, count: number],
      ...[rate: number, root: number, beta1: number, beta2: number, epsilon: number, kept: number],
    ]
  ): void;
  penalize(theta: Address, gradient: Address, count: number, l1: number, l2: number): number;
}

/** Starts a module that works on the kernels' memory and imports them, and gives its exports. */
export type StartModule = (code: Uint8Array) => unknown;

/** The platform's parts that are used here: the libraries of this folder are those that every platform has. */
interface Platform {
  readonly Buffer?: { from(text: string, encoding: 'base64'): Uint8Array };
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
    readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  };
}

const PAGE = 2 ** 16;
/** All that 32-bit addresses reach. */
const MOST_PAGES = 2 ** 16;
/** The kernels' own constants lie before. */
const FIRST_FREE = 2 ** 12;
const CACHE_LINE = 64;

/** Room is planned first, and the memory made when all of it is known: growing would detach every view. */
export class MemoryPlan {
  private end = FIRST_FREE;

  /** The address of so many bytes, at the start of a cache line. */
  reserve(bytes: number): Address {
    const address = this.end;
    this.end += Math.ceil(bytes / CACHE_LINE) * CACHE_LINE;
    return address;
  }

  get pages(): number {
    return Math.ceil(this.end / PAGE);
  }
}

/** The module, or undefined where the platform does not have WebAssembly with SIMD or does not allow it. */
function compile(): object | undefined {
  const { WebAssembly } = globalThis as unknown as Platform;
  try {
    return WebAssembly && new WebAssembly.Module(decode(KERNEL_BYTES));
  } catch {
    return undefined;
  }
}

/** Node's own way takes a tenth of the time, which the start of the command line is short of. */
function decode(base64: string): Uint8Array {
  const { Buffer } = globalThis as unknown as Platform;
  if (Buffer) return Buffer.from(base64, 'base64');
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = characters.charCodeAt(k);
  return bytes;
}

/** Compiled at the first use and kept: an engine is made for every look at a network. */
const compiled = once(compile);

/** Kernels over a memory of their own, all 0; undefined where the platform cannot have them. */
export function startKernels(
  plan: MemoryPlan,
): { readonly kernels: Kernels; readonly buffer: ArrayBuffer; readonly start: StartModule } | undefined {
  const { WebAssembly } = globalThis as unknown as Platform;
  const module = compiled();
  if (!WebAssembly || !module || plan.pages > MOST_PAGES) return undefined;
  const memory = new WebAssembly.Memory({ initial: plan.pages });
  const { Module, Instance } = WebAssembly;
  const { exports } = new Instance(module, { env: { memory } });
  const kernels = exports as Kernels;
  const start: StartModule = (code) => new Instance(new Module(code), { env: { ...kernels, memory } }).exports;
  return { kernels, buffer: memory.buffer, start };
}

function once<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => {
    if (made.length === 0) made.push(make());
    return made[0] as T;
  };
}
