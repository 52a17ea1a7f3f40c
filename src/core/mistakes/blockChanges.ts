/** Which changes of a finished block of ∂J/∂θ, one or two at once, make what was claimed. */

import type { Block, Parts } from './block';
import { type EntryKind, type LayerClaims, ofKind } from './claimSet';
import { ANY, ChangedBlock, type Interval, match } from './match';
import type { Network } from '../network';
import type { Affine, BlockChange, Detail, MistakeRow, Part, Setting } from './row';
import { MISTAKES } from './rows';
import { Screen } from './screen';
import { type Chosen, constantOf, isSame } from './solution';

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

/** What can be made of a block. */
export interface Candidates {
  readonly few: readonly Candidate[];
  /** Those with one mixture of a sample's share, for each mixture. */
  readonly ofSamples: readonly (readonly Candidate[])[];
}

/** Every change of the block of θ^(l); `kind` is what alone is claimed anywhere. */
export function candidatesOf(setting: Setting, l: number, kind: EntryKind | undefined): Candidates {
  const all = MISTAKES.flatMap((row, rank) =>
    (row.block?.(setting, l) ?? []).flatMap((change) =>
      change.parts
        // Where only weights or only biases are claimed, what acts on them needs to act on no more.
        .filter((part) => !(kind && part === 'all' && change.parts.includes(kind)))
        .map((part): Candidate => ({ row, rank, change, part, detail: change.detail })),
    ),
  );
  const mixtures = new Map<BlockChange, Candidate[]>();
  for (const one of all) if (one.change.ofSample) mixtures.set(one.change, [...(mixtures.get(one.change) ?? []), one]);
  return { few: all.filter(({ change }) => !change.ofSample), ofSamples: [...mixtures.values()] };
}

/**
 * The changes that make the claims of the block: those chosen in blocks above, and as many new ones as are left, with
 * `allowed` wrong claims unexplained.
 */
export function* placements(
  block: Block,
  claims: LayerClaims,
  candidates: Candidates,
  chosen: readonly Chosen[],
  left: number,
  allowed: number,
): Generator<Placement> {
  const old = chosen.flatMap((one): Use[] => {
    const of = one.row.perSample ? candidates.ofSamples.flat() : candidates.few;
    const candidate = of.find((other) => isSame(other, one));
    return candidate ? [{ candidate, chosen: one }] : [];
  });
  for (const set of sets(block, claims, candidates, old, left, allowed)) {
    const placement = solve(block, claims, set, allowed);
    if (placement) yield placement;
  }
}

type Use = Omit<Placed, 'interval'>;

function solve(block: Block, claims: LayerClaims, set: readonly Use[], allowed: number): Placement | undefined {
  const changed = new ChangedBlock(
    block,
    set.map(({ candidate }) => candidate),
  );
  const at = changed.at.bind(changed);
  const constants = set.filter(({ candidate }) => candidate.row.constant);
  if (constants.length > 1) {
    const finished = set.find(({ candidate: { part } }) => part === 'all' || part === 'data');
    return finished ? withPenalty(block, claims, set, finished, allowed) : apart(claims, set, at, allowed);
  }
  const [constant] = constants;
  const found = match(claims, at, constant?.chosen?.interval, allowed);
  if (!found || (constant && !isConstant(found))) return undefined;
  return {
    placed: set.map((use) => ({ ...use, interval: use === constant ? found : ANY })),
    missed: found.missed,
  };
}

/** Constants that touch different entries: each is solved by itself. */
function apart(
  claims: LayerClaims,
  set: readonly Use[],
  at: (k: number) => Affine<number>,
  allowed: number,
): Placement | undefined {
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

/** A constant of all, or of the data's part, which the biases tell alone, and then that of the penalty. */
function withPenalty(
  block: Block,
  claims: LayerClaims,
  set: readonly Use[],
  first: Use,
  allowed: number,
): Placement | undefined {
  const { change, part, row } = first.candidate;
  const second = set.find((use) => use !== first);
  const changed = new ChangedBlock(block, [first.candidate]);
  const found = match(ofKind(claims, 'biases'), (k) => changed.at(k), first.chosen?.interval);
  if (!second || !isConstant(found)) return undefined;
  const c = constantOf(row, found, block.batch.network, block.batch).value;
  const at = (parts: Parts, theta: number): number => {
    const { base = NaN, along = NaN } = change.finish?.(parts, theta, part) ?? {};
    return base + c * along;
  };
  const penalized = (k: number): Affine<number> => ({
    base: at({ data: block.data(k), penalty: 0 }, block.theta(k)),
    along: at({ data: 0, penalty: block.penalty(k) }, 0),
  });
  const rest = match(ofKind(claims, 'weights'), penalized, second.chosen?.interval, allowed);
  if (!isConstant(rest)) return undefined;
  return { placed: set.map((use) => ({ ...use, interval: use === first ? found : rest })), missed: rest.missed };
}

function isConstant<T extends Interval>(found: T | undefined): found is T {
  return found !== undefined && found.low > Number.MIN_VALUE;
}

function* sets(
  block: Block,
  claims: LayerClaims,
  candidates: Candidates,
  old: readonly Use[],
  left: number,
  allowed: number,
): Generator<readonly Use[]> {
  for (const one of old) yield [one];
  const [first, second] = old;
  if (first && second && areComposable(first.candidate, second.candidate, block.batch.network)) yield [first, second];
  if (left === 0) return;
  const screen = new Screen(block, claims, allowed);
  const { network } = block.batch;
  const together = function* (candidate: Candidate): Generator<readonly Use[]> {
    for (const one of old) {
      const both = one.candidate !== candidate && areComposable(one.candidate, candidate, network);
      if (both && screen.admitsBoth(one.candidate, candidate)) yield [one, { candidate }];
    }
  };
  for (const candidate of candidates.few) {
    if (screen.admits(candidate)) yield [{ candidate }];
    yield* together(candidate);
  }
  for (const mixed of candidates.ofSamples) {
    const admitted = screen.admitsMixture(mixed[0]?.change.ofSample);
    if (!admitted && old.length === 0) continue;
    for (const candidate of mixed) {
      if (admitted && screen.admits(candidate)) yield [{ candidate }];
      yield* together(candidate);
    }
  }
  if (left < 2) return;
  for (const pair of pairs(block, claims, candidates)) {
    if (screen.admitsBoth(...pair)) yield pair.map((candidate) => ({ candidate }));
  }
}

function* pairs(
  block: Block,
  claims: LayerClaims,
  { few, ofSamples }: Candidates,
): Generator<readonly [Candidate, Candidate]> {
  const { network } = block.batch;
  if (few.length > PAIRS) return;
  for (const [n, candidate] of few.entries()) {
    for (const other of few.slice(n + 1)) if (areComposable(candidate, other, network)) yield [candidate, other];
  }
  if (block.count > SAMPLES) return;
  const kinds = (['weights', 'biases'] as const)
    .map((kind) => ofKind(claims, kind))
    .filter(({ order }) => order.length > 0)
    .map((claimed) => ({ claimed, screen: new Screen(block, claimed, 0) }));
  for (const sample of ofSamples.flat()) {
    // Beside it, a change of one kind leaves the other kind as the sample makes it.
    const changed = new ChangedBlock(block, [sample]);
    const alone = kinds.some(
      ({ claimed, screen }) => screen.admits(sample) && match(claimed, (k) => changed.at(k)) !== undefined,
    );
    for (const other of few) {
      const both = other.part === 'all' || other.part === 'data' || kinds.length < 2;
      if ((alone || both) && areComposable(sample, other, network)) yield [sample, other];
    }
  }
}

/** One change of the sum, one of the parts, one of the finished number; two of a kind where they touch different entries. */
function areComposable(a: Candidate, b: Candidate, { regularization }: Network): boolean {
  const ofBiases = regularization.biases === true;
  // Two constants of the same entries can be told apart where the biases have but one of them.
  const constants = a.row.constant !== undefined && b.row.constant !== undefined;
  const areApart = !constants || (!ofBiases && [a, b].some(({ part }) => part === 'all' || part === 'data'));
  if (stageOf(a.change) !== stageOf(b.change) && areApart) return true;
  const ofWeights = ({ part }: Candidate): boolean => part === 'weights' || (part === 'penalty' && !ofBiases);
  return (a.part === 'biases' && ofWeights(b)) || (b.part === 'biases' && ofWeights(a));
}

function stageOf({ finish, reparted }: BlockChange): number {
  return finish ? 2 : reparted ? 1 : 0;
}
