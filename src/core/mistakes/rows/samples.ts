/** Mistakes in the sum over the samples. */

import type { BlockChange, MistakeRow } from '../row';
import { anyParts, inCode, n, whole } from './gradientWords';

export const SAMPLE_ROWS: readonly MistakeRow[] = [
  {
    code: 'one-sample',
    perSample: true,
    layersOf: 'theta',
    sentence: ({ detail }) =>
      `the gradient comes from sample ${String(detail.sample)} alone${detail.divided === true ? ', divided by m' : ''}, where it must be the mean over all`,
    hint: 'look at the sum over the samples',
    ...whole((right, { detail }) =>
      right
        .replace('(1/m) Σₛ', detail.divided === true ? '(1/m)' : '')
        .replace(/$/, ` of sample ${String(detail.sample)}`),
    ),
    ...inCode((right, place) =>
      right
        .replaceAll(`dZ${n(place)}`, `dZ${n(place)}[[${String(Number(place.detail.sample) - 1)}]]`)
        .replace(' / m', place.detail.divided === true ? ' / m' : ''),
    ),
    block: ({ network, count }) =>
      count === 1
        ? []
        : Array.from({ length: count }, (_, s) => s).flatMap((s): BlockChange[] =>
            [1, count].map((divisor) => ({
              detail: { sample: s + 1, divided: divisor !== 1 },
              parts: anyParts(network),
              parted: (block, k, part) => ({
                data: block.share(s, k) / divisor,
                penalty: part === 'all' ? 0 : block.penalty(k),
              }),
            })),
          ),
  },
  {
    code: 'row-missing',
    perSample: true,
    layersOf: 'theta',
    sentence: ({ detail }) =>
      `sample ${String(detail.sample)} is left out of the sum (divided by ${String(detail.divisor)})`,
    hint: 'look at the sum over the samples',
    ...whole((right, { detail }) => right.replace('Σₛ', `Σ_(s ≠ ${String(detail.sample)})`)),
    ...inCode((right, { detail }) => `${right}, without row ${String(Number(detail.sample) - 1)}`),
    block: ({ network, count }) =>
      count === 1
        ? []
        : Array.from({ length: count }, (_, s) => s).flatMap((s): BlockChange[] =>
            [count, count - 1].map((divisor) => ({
              detail: { sample: s + 1, divisor },
              parts: anyParts(network),
              parted: (block, k) => ({
                data: (block.data(k) * count - block.share(s, k)) / divisor,
                penalty: block.penalty(k),
              }),
            })),
          ),
  },
];
