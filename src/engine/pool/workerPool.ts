/**
 * Threads beside the one that trains, its worker pool. They share its kernels' memory and call at its word one kernel at a time,
 * each with its own part of the work; the word passes through a mailbox in that memory, without the event loops of either side.
 */

import {
  POOL_KERNELS,
  instantiate,
  invoke,
  type Address,
  type PoolKernel,
  type KernelMemory,
} from '../kernels/simdKernels';
import type { MemoryPlan, StartedKernels } from '../kernels/simdMemory';

/** What a thread of the worker pool is started with: all of it can be posted to one. */
export interface PoolThreadStart {
  readonly module: object;
  readonly memory: KernelMemory;
  readonly mailbox: Address;
  /** From 1; 0 is the thread that trains. */
  readonly place: number;
}

/** Threads that a run may have, and how this platform starts one: it calls `servePoolThread` with the post. */
export interface PoolOffer {
  /** With the one that trains. */
  readonly threads: number;
  startThread(post: PoolThreadStart): PoolThread;
}

/** A worker of Node. */
export interface PoolThread {
  on(event: 'error', listener: () => void): unknown;
  terminate(): unknown;
}

/** More threads than this have too little to do each. */
const MOST_THREADS = 8;

/** Threads for the cores that may be used, up to a reasonable number. */
export function poolOf(cores: () => number, startThread: PoolOffer['startThread']): PoolOffer {
  return {
    get threads() {
      return Math.min(cores(), MOST_THREADS);
    },
    startThread,
  };
}

/** What a kernel is called with for a part of the work, parts counted from 0. */
export type Share = (part: number, parts: number) => readonly number[];

// The mailbox, in words of four bytes; each of these has a cache line of its own.
const LINE = 16;
/** Counts the calls; another number than the last is the word to begin. */
const ROUND = 0;
const QUIT = -1;
/** How many of the worker pool are asleep, are there at all, and whether the thread that trains is asleep. */
const SLEEPERS = LINE;
const PRESENT = 2 * LINE;
const WAITING = 3 * LINE;
/** Then for each place: the last round that it has done; and its order: a kernel, how many arguments, and these. */
const PLACES = 4 * LINE;
const ORDER = LINE;
const MOST_ARGUMENTS = 14;
const PLACE = ORDER + 2 + 2 * MOST_ARGUMENTS + 2;

/** Looks at the mailbox before a thread goes to sleep: a tenth of a millisecond, some times what it takes to wake it up. */
const LOOKS = 2 ** 17;
/** Milliseconds of a sleep, and sleeps after which a silent thread is taken for dead. */
const SLEEP = 100;
const MOST_SLEEPS = 50;

/** Room for the mailbox of so many threads. */
export function reserveMailbox(plan: MemoryPlan, threads: number): Address {
  return plan.reserve(4 * (PLACES + threads * PLACE));
}

export class WorkerPool {
  /** With the one that trains. */
  readonly threads: number;
  private readonly words: Int32Array;
  private readonly numbers: Float64Array;
  private others: readonly PoolThread[] | undefined;
  private round = 0;

  constructor(
    private readonly offer: PoolOffer,
    private readonly started: StartedKernels,
    private readonly mailbox: Address,
  ) {
    this.threads = offer.threads;
    this.words = new Int32Array(started.memory.buffer, mailbox);
    this.numbers = new Float64Array(started.memory.buffer, mailbox);
  }

  /** Whether every thread has come. They are started when this is first asked, and come some milliseconds later. */
  get ready(): boolean {
    this.others ??= this.startThreads();
    return Atomics.load(this.words, PRESENT) === this.threads - 1;
  }

  /** Calls a kernel with every share, one of them here; gives what that one returns when all are done. Throws when a thread has died. */
  call(kernel: PoolKernel, share: Share): number {
    const { words, numbers, threads: parts } = this;
    for (let place = 1; place < parts; place++) {
      const order = orderOf(place);
      const given = share(place, parts);
      if (given.length > MOST_ARGUMENTS) throw new RangeError(`${kernel} takes too many arguments for the mailbox`);
      words[order] = POOL_KERNELS.indexOf(kernel);
      words[order + 1] = given.length;
      numbers.set(given, (order + 2) / 2);
    }
    // Never QUIT.
    this.round = (this.round + 1) & 0x7fffffff;
    Atomics.store(words, ROUND, this.round);
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, ROUND);
    const result = invoke(this.started.kernels, kernel, share(0, parts));
    for (let place = 1; place < parts; place++) this.waitFor(placeOf(place));
    return result;
  }

  dispose(): void {
    Atomics.store(this.words, ROUND, QUIT);
    Atomics.notify(this.words, ROUND);
    for (const thread of this.others ?? []) thread.terminate();
  }

  private startThreads(): PoolThread[] {
    const { offer, mailbox } = this;
    const { module, memory } = this.started;
    const started: PoolThread[] = [];
    // One that cannot be started never comes, and the worker pool is never ready; who dies at work is missed in `call`.
    try {
      for (let place = 1; place < this.threads; place++) {
        const thread = offer.startThread({ module, memory, mailbox, place });
        thread.on('error', () => undefined);
        started.push(thread);
      }
    } catch {
      // The system gives no more threads.
    }
    return started;
  }

  private waitFor(place: number): void {
    const { words, round } = this;
    for (let looks = 0; looks < LOOKS; looks++) if (Atomics.load(words, place) === round) return;
    for (let sleeps = 0; sleeps < MOST_SLEEPS; sleeps++) {
      Atomics.store(words, WAITING, 1);
      const done = Atomics.load(words, place);
      if (done !== round) Atomics.wait(words, place, done, SLEEP);
      Atomics.store(words, WAITING, 0);
      if (Atomics.load(words, place) === round) return;
    }
    throw new Error('a training thread crashed');
  }
}

/** A thread of a worker pool, until it is dismissed. */
export function servePoolThread({ module, memory, mailbox, place }: PoolThreadStart): void {
  const kernels = instantiate(module, memory);
  const words = new Int32Array(memory.buffer, mailbox);
  const numbers = new Float64Array(memory.buffer, mailbox);
  const [done, order] = [placeOf(place), orderOf(place)];
  let last = 0;
  Atomics.add(words, PRESENT, 1);
  for (;;) {
    const round = nextRound(words, last);
    if (round === QUIT) return;
    last = round;
    const given = (order + 2) / 2;
    const kernel = POOL_KERNELS[words[order] ?? -1];
    if (kernel) invoke(kernels, kernel, numbers.subarray(given, given + (words[order + 1] ?? 0)));
    Atomics.store(words, done, round);
    if (Atomics.load(words, WAITING) === 1) Atomics.notify(words, done);
  }
}

function nextRound(words: Int32Array, last: number): number {
  for (;;) {
    for (let looks = 0; looks < LOOKS; looks++) {
      const round = Atomics.load(words, ROUND);
      if (round !== last) return round;
    }
    Atomics.add(words, SLEEPERS, 1);
    Atomics.wait(words, ROUND, last);
    Atomics.sub(words, SLEEPERS, 1);
  }
}

function placeOf(place: number): number {
  return PLACES + place * PLACE;
}

function orderOf(place: number): number {
  return placeOf(place) + ORDER;
}
