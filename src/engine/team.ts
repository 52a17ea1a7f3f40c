/** A crew, and whether to call on it: sharing work is worth it where it is faster here and now, by measure. */

import type { Crew, CrewKernel, Share } from './crew';
import type { Range } from './ranges';

/** Milliseconds for which the two ways are tried in turn, so many turns each, and for which the faster is then taken. */
const TURN = 2;
const TURNS = 3;
const TERM = 1000;
/** Where sharing has lost again and again, the machine is busy, and trying itself costs time: terms double up to this. */
const LONGEST_TERM = 2 ** 5 * TERM;
/** What sharing must gain. */
const GAIN = 1.05;
/** Milliseconds after which a term of sharing is looked at: other work may have come to the machine. */
const LOOK = 20;

/** Numbers of a range from which on it is shared, and the multiple in which: a cache line's. */
const LEAST_OF_RANGE = 2 ** 13;
const LINE = 8;

export class Team {
  /** Whether the next pass is to be shared, where the crew is ready. */
  shares = false;
  /** Turns of the trial that are left; 0 in a term. */
  private turns = 2 * TURNS;
  private readonly tried = { alone: new Speed(), shared: new Speed() };
  private readonly now = new Speed();
  private term = TERM;
  private termEnds = 0;
  /** The first pass after a change finds cold caches and sleeping threads. */
  private first = true;

  constructor(readonly crew: Crew) {}

  /** What a pass took that could be shared; `work` in any unit. */
  took(milliseconds: number, work: number): void {
    if (this.first) {
      this.first = false;
      return;
    }
    this.now.add(milliseconds, work);
    if (this.turns > 0) this.try();
    else this.watch();
  }

  private try(): void {
    const { now, tried } = this;
    if (now.milliseconds < TURN) return;
    (this.shares ? tried.shared : tried.alone).add(now.milliseconds, now.work);
    this.turns--;
    if (this.turns > 0) this.change(!this.shares);
    else {
      this.change(tried.shared.value > GAIN * tried.alone.value);
      this.term = this.shares ? TERM : Math.min(2 * this.term, LONGEST_TERM);
      this.termEnds = performance.now() + this.term;
    }
  }

  private watch(): void {
    const { now, tried } = this;
    if (now.milliseconds < LOOK) return;
    const slower = this.shares && now.value < tried.alone.value;
    if (slower || performance.now() > this.termEnds) {
      tried.alone.clear();
      tried.shared.clear();
      this.turns = 2 * TURNS;
      this.change(false);
    } else now.clear();
  }

  private change(shares: boolean): void {
    this.first = shares !== this.shares;
    this.shares = shares;
    this.now.clear();
  }

  /** Calls a kernel that takes a range number by number, in shares where that is worth it. */
  overRange(kernel: CrewKernel, { from, to }: Range, argumentsOf: (range: Range) => readonly number[]): boolean {
    if (!this.shares || to - from < LEAST_OF_RANGE) return false;
    const share: Share = (part, parts) => {
      const end = (k: number): number =>
        k === parts ? to : from + LINE * Math.floor(((to - from) * k) / parts / LINE);
      return argumentsOf({ from: end(part), to: end(part + 1) });
    };
    this.crew.call(kernel, share);
    return true;
  }
}

class Speed {
  milliseconds = 0;
  work = 0;

  get value(): number {
    return this.work / this.milliseconds;
  }

  add(milliseconds: number, work: number): void {
    this.milliseconds += milliseconds;
    this.work += work;
  }

  clear(): void {
    this.milliseconds = 0;
    this.work = 0;
  }
}
