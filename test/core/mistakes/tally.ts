/** How often the judge names the mistakes of wrong programs: one line a code. */

import { generator } from '../exercises';
import { judge, program } from './judged';
import { CODES } from './drawnBugs';

export interface Tally {
  readonly code: string;
  readonly cases: number;
  /** With its layers, as the mistake. */
  readonly named: number;
  /** With its layers, beside another that makes the same numbers. */
  readonly or: number;
  /** By another mistake alone, or at other layers. */
  readonly otherwise: number;
  readonly unexplained: number;
}

/** `cases` programs of each code, written with eight digits or all. */
export function* tallies(seed: number, cases: number): Generator<Tally> {
  for (const [n, code] of CODES.entries()) {
    const random = generator(seed * 1000 + n);
    const count = { named: 0, or: 0, otherwise: 0, unexplained: 0 };
    for (let k = 0; k < cases; k++) {
      const { net, bug, wrong } = program(code, random);
      const write = random.one([String, (value: number): string => String(Number(value.toPrecision(8)))]);
      const mistakes = judge(net, wrong, write).diagnosis?.mistakes ?? [];
      const layers = [...bug.at].sort((p, q) => p - q).join();
      const isIt = (one: { readonly code: string; readonly layers: readonly number[] } | undefined): boolean =>
        one?.code === code && one.layers.join() === layers;
      const [found] = mistakes;
      if (!found) count.unexplained++;
      else if (mistakes.length === 1 && isIt(found)) count.named++;
      else if (mistakes.length === 1 && found.or.some(isIt)) count.or++;
      else count.otherwise++;
    }
    yield { code, cases, ...count };
  }
}
