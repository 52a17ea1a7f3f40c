/** Mistakes in the sum over the samples. */

import { weightOf } from '../../cost';
import type { BlockChange, MistakeRow } from '../row';
import { anyParts, inCode, meanInCode, n, whole } from './gradientWords';
import { meanOf, sumOver } from './tools';

export const SAMPLE_ROWS: readonly MistakeRow[] = [
  {
    code: 'one-sample',
    name: 'one sample for all',
    perSample: true,
    layersOf: 'theta',
    sentence: ({ network, rows, detail }) =>
      `the gradient comes from sample ${String(detail.sample)} alone${detail.divided === true ? `, divided by ${rows.weights ? 'Σw' : 'm'}` : ''}, where it must be the ${network.loss.samples ?? 'mean'} over all`,
    hint: 'look at the sum over the samples',
    ...whole((right, place) =>
      right
        .replace(sumOver(place), place.detail.divided === true ? meanOf(place).trimEnd() : '')
        .trimStart()
        .replace(/$/, ` of sample ${String(place.detail.sample)}`),
    ),
    ...inCode((right, place) =>
      right
        .replaceAll(`dZ${n(place)}`, `dZ${n(place)}[[${String(Number(place.detail.sample) - 1)}]]`)
        .replace('(w * ', `(w[[${String(Number(place.detail.sample) - 1)}]] * `)
        .replace(meanInCode(place), place.detail.divided === true ? meanInCode(place) : ''),
    ),
    block: ({ network, count, divisor: whole }) =>
      count === 1
        ? []
        : Array.from({ length: count }, (_, s) => s).flatMap((s): BlockChange[] =>
            [1, whole === 1 ? count : whole].map((divisor) => ({
              detail: { sample: s + 1, divided: divisor !== 1 },
              parts: anyParts(network),
              ofSample: { sample: s, whole: 0, share: 1 / divisor, withoutPenalty: true },
            })),
          ),
  },
  {
    code: 'row-missing',
    name: 'a sample left out',
    perSample: true,
    layersOf: 'theta',
    sentence: ({ network, detail }) => {
      const divided = network.loss.samples === 'sum' ? '' : ` (divided by ${String(detail.divisor)})`;
      return `sample ${String(detail.sample)} is left out of the sum${divided}`;
    },
    hint: 'look at the sum over the samples',
    ...whole((right, { detail }) => right.replace('Σₛ', `Σ_(s ≠ ${String(detail.sample)})`)),
    ...inCode((right, { detail }) => `${right}, without row ${String(Number(detail.sample) - 1)}`),
    block: ({ network, count, weights, divisor: whole }) =>
      count === 1
        ? []
        : Array.from({ length: count }, (_, s) => s).flatMap((s): BlockChange[] =>
            (network.loss.samples === 'sum' ? [1] : [whole, whole - weightOf({ weights }, s + 1)]).map((divisor) => ({
              detail: { sample: s + 1, divisor },
              parts: anyParts(network),
              ofSample: { sample: s, whole: whole / divisor, share: -1 / divisor, withoutPenalty: false },
            })),
          ),
  },
];
