/** What the judge says of many claims at once: one sentence, and one remark for all that it explains. */

import { requireParameter } from '../core/chain';
import type { Diagnosis, JudgedClaim } from '../core/mistakes/claims';
import { asSentence, firstWrong, placeInWords, togetherInWords } from '../core/mistakes/phrases';
import { type Network, parameterLayout } from '../core/network';
import type { PlacedClaim } from '../format';
import type { GradientsSlice, JudgedEntries } from '../protocol';
import type { Grading, JudgedFile, PlacedClaimVerdict } from './grading';
import { counted } from '../core/notation';

/** A remark on a claim, or on many at once, at the first of them. */
export interface Remark {
  readonly claim: PlacedClaim;
  readonly message: string;
  /** Of the mistake; undefined where no known one explains it. */
  readonly code: string | undefined;
  /** False where the claim only needs more digits. */
  readonly wrong: boolean;
}

/**
 * One remark for the wrong claims that the whole explains, where they are more than one, and one for each other claim that is
 * not right. With `hinted`, what kind of mistake it is, without a number.
 */
export function remarksOn(
  verdicts: readonly PlacedClaimVerdict[],
  diagnosis: Diagnosis | null,
  hinted: boolean,
): Remark[] {
  const shared = sharedMessage(diagnosis);
  const explained = verdicts.filter(({ judged }) => isExplained(judged, shared));
  const together = explained.length > 1 && diagnosis ? explained : [];
  const remarks: Remark[] = [];
  const [first] = together;
  if (first && diagnosis) {
    const message = hinted
      ? hintOf(diagnosis)
      : `${asSentence(shared)}. This explains ${countOf(diagnosis, together.length)}.`;
    remarks.push(remark(first, message));
  }
  for (const verdict of verdicts) {
    if (together.length > 0 && isExplained(verdict.judged, shared)) continue;
    const { diagnosis: own, hint } = verdict.judged;
    const message = hinted ? hint : own?.message;
    if (message) remarks.push(remark(verdict, message));
  }
  return remarks;
}

/** The one remark on a file of gradients, at the first that is wrong; undefined where none is. */
export function remarkOnFile({ verdicts, diagnosis }: JudgedFile, hinted: boolean): Remark | undefined {
  const first = verdicts.find(({ judged }) => judged.verdict === 'wrong');
  if (!first || !diagnosis) return undefined;
  return {
    claim: first.claim,
    message: hinted ? hintOf(diagnosis) : sentenceOf(diagnosis, []),
    code: diagnosis.mistakes[0]?.code,
    wrong: true,
  };
}

function remark({ claim, judged }: PlacedClaimVerdict, message: string): Remark {
  return { claim, message, code: judged.diagnosis?.code, wrong: judged.verdict === 'wrong' };
}

/** What a panel shows of all claims together: the file of gradients where one was judged, else the claims of the text. */
export function gradientsSlice(grading: Grading, network: Network | undefined): GradientsSlice | null {
  const { file, verdicts, hidden } = grading;
  const judged = (file ?? { verdicts }).verdicts.map((verdict) => verdict.judged);
  const { diagnosis } = file ?? grading;
  if (!network || judged.length === 0) return null;
  return {
    file: file?.name ?? null,
    sentence: hidden ? hintOfAll(diagnosis, judged) : sentenceOf(diagnosis, judged),
    diagnosis: hidden || !diagnosis ? null : { ...diagnosis, place: firstWrong(diagnosis) },
    entries: hidden ? null : entriesOf(network, judged),
  };
}

/** What is wrong, in one sentence; that all is right, where it is. */
export function sentenceOf(diagnosis: Diagnosis | null, judged: readonly JudgedClaim[]): string {
  if (!diagnosis) return withoutWrong(judged);
  const { mistakes, wrong, place } = diagnosis;
  if (mistakes.length > 0) return `${asSentence(sharedMessage(diagnosis))}. This explains ${countOf(diagnosis)}.`;
  const start = place ? ` The first wrong quantity in the backward pass is ${placeInWords(place)}.` : '';
  return `No known mistake explains the ${counted(wrong, 'gradient')} together.${start}`;
}

/** The kind of mistake and its layers; gives no derivative away. */
function hintOf({ mistakes, place, wrong, explained, but }: Diagnosis): string {
  if (mistakes.length > 0) {
    const kinds = mistakes.map(
      ({ hint, layers }) => `${hint} (layer${layers.length > 1 ? 's' : ''} ${layers.join(', ')})`,
    );
    const rest = but === undefined ? '' : ` but ${but}`;
    const claims =
      explained < wrong && !rest ? `${String(explained)} of ${String(wrong)} wrong claims` : `all wrong claims${rest}`;
    return `${mistakes.length > 1 ? 'Two mistakes explain' : 'One mistake explains'} ${claims}: ${kinds.join(', and ')}.`;
  }
  const start = place ? ` The first wrong quantity in the backward pass is ${placeInWords(place)}.` : '';
  return `No known mistake explains the wrong claims together.${start}`;
}

function hintOfAll(diagnosis: Diagnosis | null, judged: readonly JudgedClaim[]): string {
  return diagnosis ? hintOf(diagnosis) : withoutWrong(judged);
}

function withoutWrong(judged: readonly JudgedClaim[]): string {
  const coarse = judged.filter(({ verdict }) => verdict === 'too-coarse').length;
  if (coarse > 0)
    return `Nothing is wrong, but ${counted(coarse, 'gradient')} ${coarse === 1 ? 'needs' : 'need'} one more digit.`;
  return judged.length === 1 ? 'The gradient is correct.' : `All ${counted(judged.length, 'gradient')} are correct.`;
}

function countOf({ wrong, explained: all, but }: Diagnosis, explained = all): string {
  if (but !== undefined && explained === wrong - 1) return `all wrong gradients but ${but}`;
  if (explained < wrong) return `${String(explained)} of ${String(wrong)} wrong gradients`;
  return wrong === 1 ? 'the wrong gradient' : `all ${String(wrong)} wrong gradients`;
}

function sharedMessage(diagnosis: Diagnosis | null): string {
  return togetherInWords(diagnosis?.mistakes ?? []);
}

function isExplained({ verdict, diagnosis }: JudgedClaim, shared: string): boolean {
  return verdict === 'wrong' && shared !== '' && diagnosis?.message === shared;
}

function entriesOf(network: Network, judged: readonly JudgedClaim[]): JudgedEntries | null {
  const { count } = parameterLayout(network.layers);
  const claimed = new Float64Array(count).fill(NaN);
  const gradient = new Float64Array(count).fill(NaN);
  const wrong = new Uint8Array(count);
  for (const one of judged) {
    const index = requireParameter(network, one.parameter);
    claimed[index] = one.claimed;
    gradient[index] = one.gradient;
    wrong[index] = one.verdict === 'wrong' ? 1 : 0;
  }
  return { claimed, gradient, wrong };
}
