/** Which changes of a finished block of ∂J/∂θ, one or two at once, make what was claimed. */

import type { Batch } from './batch';
import type { Block } from './block';
import { type Kind, type LayerClaims, ofKind } from './claimSet';
import { ANY, Changed, type Interval, failsFirst, match, touches } from './match';
import type { Network } from '../network';
import type { BlockChange, Detail, MistakeRow, Part } from './row';
import { MISTAKES } from './rows';
import { type Chosen, isSame } from './solution';

/** A block change with the row that it is of. */
export interface Candidate {
  readonly row: MistakeRow;
  readonly rank: number;
  readonly change: BlockChange;
  readonly part: Part;
  readonly detail: Detail;
}

/** A change of this block; `chosen`, where the same was found in a block above. */
export interface Placed {
  readonly candidate: Candidate;
  readonly chosen?: Chosen;
  readonly interval: Interval;
}

/** Changes that make the block, and the wrong claims that they do not explain. */
export interface Placement {
  readonly placed: readonly Placed[];
  readonly missed: readonly number[];
}

/** More block changes than this are not tried two at a time. */
const PAIRS = 80;
/** Of more samples than this none is tried together with another change. */
const SAMPLES = 256;

/** Every change of the block of θ^(l); `kind` is what alone is claimed anywhere, `perSample` whether those of samples too. */
export function candidatesOf(batch: Batch, l: number, kind: Kind | undefined, perSample: boolean): Candidate[] {
  return MISTAKES.flatMap((row, rank) =>
    (row.perSample && !perSample ? [] : (row.block?.(batch, l) ?? [])).flatMap((change) =>
      change.parts
        // Where only weights or only biases are claimed, what acts on them needs to act on no more.
        .filter((part) => !(kind && part === 'all' && change.parts.includes(kind)))
        .map((part): Candidate => ({ row, rank, change, part, detail: change.detail })),
    ),
  );
}

/**
 * The changes that make the claims of the block: those chosen in blocks above, and as many new ones as are left, with
 * `allowed` wrong claims unexplained.
 */
export function* placements(
  block: Block,
  claims: LayerClaims,
  candidates: readonly Candidate[],
  chosen: readonly Chosen[],
  left: number,
  allowed: number,
): Generator<Placement> {
  const old = chosen.flatMap((one): Use[] => {
    const candidate = candidates.find((other) => isSame(other, one));
    return candidate ? [{ candidate, chosen: one }] : [];
  });
  for (const set of sets(block, claims, candidates, old, left, allowed)) {
    const placement = solve(block, claims, set, allowed);
    if (placement) yield placement;
  }
}

type Use = Omit<Placed, 'interval'>;

function solve(block: Block, claims: LayerClaims, set: readonly Use[], allowed: number): Placement | undefined {
  const changed = new Changed(
    block,
    set.map(({ candidate }) => candidate),
  );
  const at = changed.at.bind(changed);
  const constants = set.filter(({ candidate }) => candidate.row.constant);
  if (constants.length > 1) {
    // They touch different entries: each is solved by itself.
    const missed: number[] = [];
    const placed: Placed[] = [];
    for (const use of set) {
      const kind = use.candidate.part === 'biases' ? 'biases' : 'weights';
      const found = match(ofKind(claims, kind), at, use.chosen?.interval, allowed - missed.length);
      if (!isConstant(found)) return undefined;
      missed.push(...found.missed);
      placed.push({ ...use, interval: found });
    }
    return { placed, missed };
  }
  const [constant] = constants;
  const found = match(claims, at, constant?.chosen?.interval, allowed);
  if (!found || (constant && !isConstant(found))) return undefined;
  return {
    placed: set.map((use) => ({ ...use, interval: use === constant ? found : ANY })),
    missed: found.missed,
  };
}

function isConstant<T extends Interval>(found: T | undefined): found is T {
  return found !== undefined && found.low > Number.MIN_VALUE;
}

function* sets(
  block: Block,
  claims: LayerClaims,
  candidates: readonly Candidate[],
  old: readonly Use[],
  left: number,
  allowed: number,
): Generator<readonly Use[]> {
  for (const one of old) yield [one];
  const [first, second] = old;
  if (first && second && areComposable(first.candidate, second.candidate, block.batch.network)) yield [first, second];
  if (left === 0) return;
  // Of what does not touch the first claim it is known whether it is made.
  const clearest = claims.order[0] ?? 0;
  const { network } = block.batch;
  const lost = allowed === 0 && failsFirst(claims, block, []);
  for (const candidate of candidates) {
    if (lost && old.length === 0 && !touches(candidate.part, block.isBias(clearest), network)) continue;
    if (allowed > 0 || !failsFirst(claims, block, [candidate])) yield [{ candidate }];
    for (const one of old) {
      if (one.candidate !== candidate && areComposable(one.candidate, candidate, block.batch.network))
        yield [one, { candidate }];
    }
  }
  if (left < 2) return;
  for (const pair of pairs(block, claims, candidates)) {
    if (allowed > 0 || !failsFirst(claims, block, pair)) yield pair.map((candidate) => ({ candidate }));
  }
}

function* pairs(
  block: Block,
  claims: LayerClaims,
  candidates: readonly Candidate[],
): Generator<readonly [Candidate, Candidate]> {
  const few = candidates.filter(({ row }) => !row.perSample);
  if (few.length > PAIRS) return;
  for (const [n, candidate] of few.entries()) {
    for (const other of few.slice(n + 1))
      if (areComposable(candidate, other, block.batch.network)) yield [candidate, other];
  }
  if (block.count > SAMPLES) return;
  const kinds = (['weights', 'biases'] as const)
    .map((kind) => ofKind(claims, kind))
    .filter(({ order }) => order.length);
  for (const sample of candidates) {
    if (!sample.row.perSample) continue;
    const changed = new Changed(block, [sample]);
    // Beside it, a change of one kind leaves the other kind as the sample makes it.
    const alone = kinds.some((claimed) => match(claimed, (k) => changed.at(k)));
    for (const other of few) {
      const both = other.part === 'all' || other.part === 'data' || kinds.length < 2;
      if ((alone || both) && areComposable(sample, other, block.batch.network)) yield [sample, other];
    }
  }
}

/** One change of the sum, one of the parts, one of the finished number; two of a kind where they touch different entries. */
function areComposable(a: Candidate, b: Candidate, { regularization }: Network): boolean {
  if (stageOf(a.change) !== stageOf(b.change)) return true;
  const ofWeights = ({ part }: Candidate): boolean =>
    part === 'weights' || (part === 'penalty' && regularization.biases !== true);
  return (a.part === 'biases' && ofWeights(b)) || (b.part === 'biases' && ofWeights(a));
}

function stageOf({ finish, reparted }: BlockChange): number {
  return finish ? 2 : reparted ? 1 : 0;
}
