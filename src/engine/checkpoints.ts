/** States of a run in bounded memory, so that any of its epochs can be recomputed from one that is near. */

import { thetaOf, type TrainerState } from './trainerState';

/** What is recorded from. */
export interface Recorded {
  /** Writes the state after the newest epoch into `into` from `offset` on. */
  saveState(into: Float64Array, offset: number): void;
}

/** Bytes that the states of a run may take. */
const RECORDING_BYTES = 2 ** 25;

/**
 * States after every epoch as long as there is room; then of every 2nd, 4th, … epoch. Epochs are to be offered in turn. A
 * state that is too large for the room is not recorded at all: every epoch is then recomputed from the start.
 */
export class Checkpoints {
  private states = new Float64Array(0);
  private readonly epochs: number[] = [];
  private stride = 1;
  private readonly room: number;

  constructor(
    private readonly stateLength: number,
    bytes = RECORDING_BYTES,
  ) {
    this.room = Math.floor(bytes / (stateLength * Float64Array.BYTES_PER_ELEMENT));
  }

  offer(epoch: number, run: Recorded): void {
    if (this.room === 0 || epoch % this.stride !== 0) return;
    if (this.epochs.length === this.room) {
      this.thin();
      if (epoch % this.stride !== 0 || this.epochs.length === this.room) return;
    }
    const offset = this.epochs.length * this.stateLength;
    if (offset + this.stateLength > this.states.length) this.grow(offset + this.stateLength);
    run.saveState(this.states, offset);
    this.epochs.push(epoch);
  }

  /** The state of the last recorded epoch that is not after `epoch`; undefined where there is none. */
  before(epoch: number): TrainerState | undefined {
    const after = this.epochs.findIndex((recorded) => recorded > epoch);
    const at = (after < 0 ? this.epochs.length : after) - 1;
    return at < 0 ? undefined : this.states.slice(at * this.stateLength, (at + 1) * this.stateLength);
  }

  /** θ of every recorded state, of so many parameters, and its epoch. */
  points(parameters: number): { readonly epoch: number; readonly theta: Float64Array }[] {
    return this.epochs.map((epoch, at) => ({
      epoch,
      theta: thetaOf(this.states.subarray(at * this.stateLength, (at + 1) * this.stateLength), parameters),
    }));
  }

  /** Bytes that are taken now. */
  get bytes(): number {
    return this.states.byteLength;
  }

  /** Every other epoch of those that are recorded goes. */
  private thin(): void {
    this.stride *= 2;
    let kept = 0;
    for (const [at, epoch] of this.epochs.entries()) {
      if (epoch % this.stride !== 0) continue;
      this.states.copyWithin(kept * this.stateLength, at * this.stateLength, (at + 1) * this.stateLength);
      this.epochs[kept++] = epoch;
    }
    this.epochs.length = kept;
  }

  private grow(needed: number): void {
    const length = Math.min(this.room * this.stateLength, Math.max(needed, 2 * this.states.length));
    const larger = new Float64Array(length);
    larger.set(this.states);
    this.states = larger;
  }
}
