/** What is wrong with a whole set of claims: one sentence, with a layer in it. */

import type { Network } from '../network';
import type { Arithmetic } from './precision';
import { type Chosen, type Solution, constantOf } from './solution';
import type { Contrast, Detail, Part, FormulaContext as RowPlace, SummedRows } from './row';
import type { LayerClaims } from './claimSet';
import { touchesEntry } from './match';
import { ascending } from './mistaken';

/** A mistake, where it acts and what it is called. */
export interface NamedMistake {
  readonly code: string;
  readonly layers: readonly number[];
}

/** A mistake that explains the same claims as another. */
export interface OtherMistake extends NamedMistake {
  readonly part: Part;
  readonly detail: Detail;
  /** `a missing factor g′(z) in layer 2` */
  readonly name: string;
}

export interface FoundMistake extends NamedMistake {
  readonly part: Part;
  readonly detail: Detail;
  /** Whether it lies on the way to the gradient, or is made of a gradient that was right. */
  readonly stage: 'pass' | 'gradient';
  /** How many wrong claims it explains. */
  readonly explains: number;
  readonly message: string;
  /** The formula as it should be, and as the program has it. */
  readonly right: string;
  readonly yours: string;
  /** The line to look at in NumPy's and in PyTorch's words. */
  readonly lines: { readonly numpy: Contrast; readonly pytorch: Contrast };
  /** What kind of mistake it is; gives neither a number nor the factor away. */
  readonly hint: string;
  /** Others that explain the same claims as simply. */
  readonly or: readonly OtherMistake[];
}

/** The weights or the biases of one θ^(l). */
export interface ClaimedBlock {
  readonly layer: number;
  readonly part: 'weights' | 'biases';
  readonly claimed: number;
  readonly wrong: number;
}

/** The first thing on the way back that is wrong. */
export interface WrongPlace {
  readonly quantity: 'delta' | 'weight-gradient' | 'bias-gradient';
  readonly layer: number;
}

export interface Diagnosis {
  readonly wrong: number;
  readonly explained: number;
  /** `∂J/∂θ₁₂⁽¹⁾`, where the mistakes explain all wrong claims but this one. */
  readonly but?: string;
  readonly mistakes: readonly FoundMistake[];
  readonly blocks: readonly ClaimedBlock[];
  readonly place: WrongPlace | null;
  readonly arithmetic: Arithmetic;
}

/** How many claims of each block there are, and how many are wrong; blocks without claims are left out. */
export function claimedBlocks(claims: readonly LayerClaims[]): ClaimedBlock[] {
  return claims.flatMap(({ layout, order, wrong }, index) => {
    const size = layout.rows * layout.columns;
    const count = { weights: { claimed: 0, wrong: 0 }, biases: { claimed: 0, wrong: 0 } };
    for (const k of order) {
      const one = count[k < size ? 'weights' : 'biases'];
      one.claimed++;
      one.wrong += wrong[k] ?? 0;
    }
    return (['weights', 'biases'] as const).flatMap((part): ClaimedBlock[] =>
      count[part].claimed > 0 ? [{ layer: index + 1, part, ...count[part] }] : [],
    );
  });
}

/** What follows from the blocks alone. */
export function firstWrongPlace(blocks: readonly ClaimedBlock[]): WrongPlace | null {
  const wrong = blocks.filter((block) => block.wrong > 0);
  const top = Math.max(...wrong.map(({ layer }) => layer));
  if (wrong.length === 0) return null;
  if (wrong.every(({ part }) => part === 'biases')) return { quantity: 'bias-gradient', layer: top };
  const biasesClaimed = blocks.some(({ part }) => part === 'biases');
  const below = blocks.filter(({ layer }) => layer <= top);
  if (wrong.every(({ part }) => part === 'weights') && (biasesClaimed || top === 1 || !below.every((b) => b.wrong > 0)))
    return { quantity: 'weight-gradient', layer: top };
  return below.every((block) => block.wrong > 0) ? { quantity: 'delta', layer: top + 1 } : null;
}

/** The solution in words. */
export function solutionInWords(
  solution: Solution,
  others: readonly Solution[],
  network: Network,
  rows: SummedRows,
  claims: readonly LayerClaims[],
): FoundMistake[] {
  const ordered = [...solution.chosen].sort((p, q) => stage(p) - stage(q) || (q.layers[0] ?? 0) - (p.layers[0] ?? 0));
  return ordered.map((chosen) => {
    const { row, part } = chosen;
    const detail = detailOf(chosen, network, rows);
    const layers = ascending(chosen.layers);
    const everywhere = layers.length === network.layers.length - 1;
    const place: RowPlace = { network, rows, layer: layers.at(-1) ?? 1, detail, part, everywhere };
    const { right, yours } = row.formula(place);
    const numpy = row.numpy(place);
    return {
      code: row.code,
      layers,
      part,
      detail,
      stage: row.block ? 'gradient' : 'pass',
      explains: explainedBy(chosen, solution, claims, network),
      message: placed(row.sentence(place), placeWords(chosen, network)),
      right,
      yours,
      lines: { numpy, pytorch: { right: inTorch(numpy.right), yours: inTorch(numpy.yours) } },
      hint: row.hint,
      or: alternatives(chosen, solution, others, network, rows),
    };
  });
}

function detailOf(chosen: Chosen, network: Network, rows: SummedRows): Detail {
  const { row, detail, interval } = chosen;
  if (!row.constant) return detail;
  const { value, reason } = constantOf(row, interval, network, rows);
  const constant = { ...detail, [row.constant.key]: value };
  return row.constant.reasons ? { ...constant, reason: reason ?? 'other' } : constant;
}

/** The order of the backward pass: forward, output, way back, blocks. */
function stage({ row }: Chosen): number {
  return row.forward ? 0 : row.output ? 1 : row.block ? 3 : 2;
}

function explainedBy(chosen: Chosen, solution: Solution, claims: readonly LayerClaims[], network: Network): number {
  let total = 0;
  const missed = new Set(solution.missed);
  const alone = solution.chosen.length === 1;
  const top = Math.max(...chosen.layers);
  for (const [index, { layout, order, wrong }] of claims.entries()) {
    const l = index + 1;
    const onBlock = chosen.row.block !== undefined;
    const reached = chosen.row.forward ? true : onBlock ? chosen.layers.includes(l) : l < top;
    if (!reached && !alone) continue;
    for (const k of order) {
      if (wrong[k] !== 1 || missed.has(layout.weights + k)) continue;
      if (!onBlock || alone || touchesEntry(chosen.part, k >= layout.rows * layout.columns, network)) total++;
    }
  }
  return total;
}

function alternatives(
  chosen: Chosen,
  solution: Solution,
  others: readonly Solution[],
  network: Network,
  rows: SummedRows,
): FoundMistake['or'] {
  return others.flatMap((other) => {
    // What leaves other claims unexplained is no equal.
    if (other.missed.length !== solution.missed.length) return [];
    const fresh = other.chosen.filter((one) => !solution.chosen.some((mine) => sameChoice(mine, one)));
    const [one] = fresh;
    const gone = solution.chosen.filter((mine) => !other.chosen.some((theirs) => sameChoice(mine, theirs)));
    if (!one || fresh.length !== 1 || gone[0] !== chosen) return [];
    return [
      {
        code: one.row.code,
        layers: ascending(one.layers),
        part: one.part,
        detail: detailOf(one, network, rows),
        name: `${one.row.name} ${placeWords(one, network)}`,
      },
    ];
  });
}

function sameChoice(a: Chosen, b: Chosen): boolean {
  return (
    a.row === b.row &&
    a.part === b.part &&
    a.layers.join() === b.layers.join() &&
    JSON.stringify(a.detail) === JSON.stringify(b.detail)
  );
}

/** `the gradient is 0 in every layer`; in parentheses after a sentence, or at a place, that has parts of its own. */
export function placed(sentence: string, place: string): string {
  return /[,;:(]| where /.test(sentence + place) ? `${sentence} (${place})` : `${sentence} ${place}`;
}

/** `layer 2`, `layers 2 and 3`, `θ⁽¹⁾, biases` */
function placeWords({ part, ...place }: Pick<Chosen, 'row' | 'layers' | 'part'>, network: Network): string {
  const of = part === 'weights' ? ', weights' : part === 'biases' ? ', biases' : '';
  return `${layerWords(place, network)}${of}`;
}

/** `in layer 2`, `in the parameters of layers 1 and 2`, `in every layer` */
export function layerWords({ row, layers }: Pick<Chosen, 'row' | 'layers'>, network: Network): string {
  const sorted = ascending(layers);
  const can = network.layers.length - 1;
  if (sorted.length === can && can > 1) return 'in every layer';
  const of = row.layersOf === 'theta' ? 'the parameters of ' : '';
  return `in ${of}layer${sorted.length > 1 ? 's' : ''} ${listed(sorted)}`;
}

function listed(numbers: readonly number[]): string {
  const words = numbers.map(String);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** NumPy's line as one of PyTorch. */
function inTorch(line: string): string {
  return line
    .replaceAll('np.', 'torch.')
    .replaceAll('axis=', 'dim=')
    .replaceAll('keepdims', 'keepdim')
    .replace(/\bd([ZAWb])(\d+)/g, (_, name: string, n: string) => `grad_${name.toLowerCase()}${n}`)
    .replace(/\b([ZA])(\d+)/g, (_, name: string, n: string) => `${name.toLowerCase()}${n}`);
}
