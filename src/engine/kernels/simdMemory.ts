/** The compiled kernels, and the memory that they work on. */

import { KERNEL_BYTES } from './kernelBytes';
import { instantiate, type Address, type KernelMemory, type Kernels, type Platform } from './simdKernels';

/** Starts a module that works on the kernels' memory and imports them, and gives its exports. */
export type StartModule = (code: Uint8Array) => unknown;

export interface StartedKernels {
  readonly kernels: Kernels;
  readonly module: object;
  readonly memory: KernelMemory;
  readonly start: StartModule;
}

const PAGE = 2 ** 16;
/** All that 32-bit addresses reach. */
const MOST_PAGES = 2 ** 16;
/** The kernels' own constants lie before. */
const FIRST_FREE = 2 ** 12;
/** Bytes. */
export const CACHE_LINE = 64;

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

/** Compiled at the first use and kept: an engine is made for every look at a network. */
const compiled = { alone: once(() => compile(false)), shared: once(() => compile(true)) };

/**
 * Kernels over a memory of their own, all 0, that other threads can share where that is wanted; undefined where the platform
 * cannot have them.
 */
export function startKernels(plan: MemoryPlan, sharing: 'alone' | 'shared' = 'alone'): StartedKernels | undefined {
  const { WebAssembly } = globalThis as unknown as Platform;
  const module = compiled[sharing]();
  if (!WebAssembly || !module || plan.pages > MOST_PAGES) return undefined;
  const memory = new WebAssembly.Memory({ initial: plan.pages, maximum: plan.pages, shared: sharing === 'shared' });
  const { Module, Instance } = WebAssembly;
  const kernels = instantiate(module, memory);
  const start: StartModule = (code) => new Instance(new Module(code), { env: { ...kernels, memory } }).exports;
  return { kernels, module, memory, start };
}

/** The module, or undefined where the platform does not have WebAssembly with SIMD or does not allow it. */
function compile(shared: boolean): object | undefined {
  const { WebAssembly } = globalThis as unknown as Platform;
  try {
    const bytes = decode(KERNEL_BYTES);
    if (shared) shareMemory(bytes);
    return WebAssembly && new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}

/** “memory”, an import that is a memory, with limits of which the second is there. */
const OWN_MEMORY = [...Array.from('memory', (letter) => letter.charCodeAt(0)), 2, 1];
const SHARED = 3;

/** Whether the memory may be shared stands at one place of a module: where it is imported. */
function shareMemory(bytes: Uint8Array): void {
  const found = bytes.findIndex((_, at) => OWN_MEMORY.every((byte, k) => bytes[at + k] === byte));
  if (found < 0) throw new Error('the kernels import no memory');
  bytes[found + OWN_MEMORY.length - 1] = SHARED;
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

function once<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => {
    if (made.length === 0) made.push(make());
    return made[0] as T;
  };
}
