/** The clearest claims of a block: they refute most changes, before any other claim is looked at. */

import type { Block } from './block';
import type { LayerClaims } from './claimSet';
import { type BlockUse, ChangedBlock, isWithin, touchesEntry } from './match';
import type { SampleMixture } from './row';

/**
 * True where a layer is not what was claimed, with `allowed` wrong claims that may stay unexplained: a right claim refutes
 * alone, and so many and one more of the wrong ones together. `data` gives the data's part of an entry.
 */
export function areLost(claims: LayerClaims, allowed: number, data: (k: number) => number): boolean {
  for (let n = 0; n <= allowed; n++) {
    const k = claims.order[n];
    if (k === undefined || isWithin(claims, k, data(k) + (claims.penalty[k] ?? NaN))) return false;
    if (claims.wrong[k] !== 1) return true;
  }
  return true;
}

/** A claim, and what the unchanged block holds there. */
interface Entry {
  readonly k: number;
  readonly bias: boolean;
  readonly data: number;
  readonly penalty: number;
  /** Of each row, ω δ a; worked out when it is asked for. */
  shares?: Float64Array;
}

export class Screen {
  private readonly entries: readonly Entry[];

  /** With `allowed` wrong claims that may stay unexplained, so many and one more are needed to refute a change. */
  constructor(
    private readonly block: Block,
    private readonly claims: LayerClaims,
    allowed: number,
  ) {
    const first = [...claims.order.subarray(0, allowed + 1)];
    this.entries =
      first.length > allowed
        ? first.map((k) => ({ k, bias: block.isBias(k), data: block.data(k), penalty: block.penalty(k) }))
        : [];
  }

  /** False where the change does not make what is claimed. */
  admits(use: BlockUse): boolean {
    return this.admitsSome((entry) => {
      if (!touchesEntry(use.part, entry.bias, this.block.batch.network)) return entry.data + entry.penalty;
      const { ofSample } = use.change;
      return ofSample
        ? this.mixed(entry, ofSample) + (ofSample.withoutPenalty && use.part === 'all' ? 0 : entry.penalty)
        : this.value(entry.k, [use]);
    });
  }

  /** False where no change with this mixture makes what is claimed, whatever part it touches. */
  admitsMixture(mixture: SampleMixture | undefined): boolean {
    if (!mixture) return true;
    for (const entry of this.entries) {
      const data = this.mixed(entry, mixture);
      const { k, penalty } = entry;
      if (isWithin(this.claims, k, data + penalty) || isWithin(this.claims, k, entry.data + penalty)) return true;
      if (mixture.withoutPenalty && penalty !== 0 && isWithin(this.claims, k, data)) return true;
      if (this.claims.wrong[k] !== 1) return false;
    }
    return this.entries.length === 0;
  }

  /** False where the two changes do not make what is claimed. */
  admitsBoth(first: BlockUse, second: BlockUse): boolean {
    return this.admitsSome(({ k }) => this.value(k, [first, second]));
  }

  /** A right claim refutes alone, and wrong ones where all of them fail. */
  private admitsSome(value: (entry: Entry) => number | undefined): boolean {
    for (const entry of this.entries) {
      const made = value(entry);
      if (made === undefined || isWithin(this.claims, entry.k, made)) return true;
      if (this.claims.wrong[entry.k] !== 1) return false;
    }
    return this.entries.length === 0;
  }

  /** Undefined where a constant is unknown. */
  private value(k: number, uses: readonly BlockUse[]): number | undefined {
    const { base, along } = new ChangedBlock(this.block, uses).at(k);
    return along === 0 ? base : undefined;
  }

  private mixed(entry: Entry, { sample, whole, share }: SampleMixture): number {
    entry.shares ??= this.block.shares(entry.k);
    return (whole === 0 ? 0 : whole * entry.data) + share * (entry.shares[sample] ?? NaN);
  }
}
