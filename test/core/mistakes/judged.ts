/** The judge over the gradients of wrong programs (programs.ts). */

import { judgeClaims } from '../../../src/core/mistakes/claims';
import { parseNetworkFile } from '../../../src/format';
import type { Random } from '../exercises';
import { randomBug } from './drawnBugs';
import { randomNet, textOf } from './drawnNets';
import { type Bug, type Gradient, type Net, run } from './programs';

/** What the judge says of a program's gradients, each written by `format`. */
export function judge(net: Net, { dW, db }: Gradient, format: (value: number) => string) {
  const { network, data } = parseNetworkFile(textOf(net), { fileName: 'program' });
  if (!network || !data) throw new Error('the network is refused');
  const claim = (layer: number, to: number, from: number, gradient: number) => {
    const text = format(gradient);
    return { parameter: { layer, to, from }, text, value: Number(text) };
  };
  const claims = [
    ...dW.flatMap((rows, l) => rows.flatMap((row, i) => row.map((value, j) => claim(l + 1, i + 1, j + 1, value)))),
    ...db.flatMap((biases, l) => biases.map((value, i) => claim(l + 1, i + 1, 0, value))),
  ];
  return judgeClaims(network, network.theta, data.training, claims, { computed: true });
}

const flat = ({ dW, db }: Gradient): number[] => [...dW.flat(2), ...db.flat()];

/** A program whose mistake shows in every layer that it acts in; `change` says under which conventions. */
export function program(
  code: string,
  random: Random,
  change: (net: Net) => Net = (net) => net,
): { readonly net: Net; readonly bug: Bug; readonly wrong: Gradient } {
  for (let tries = 0; tries < 500; tries++) {
    const net = change(randomNet(random));
    const bug = randomBug(code, net, random);
    if (!bug) continue;
    const wrong = run(net, [bug]);
    const numbers = flat(wrong);
    const shows = (others: readonly number[]): boolean =>
      flat(run(net, [{ ...bug, at: others }])).some((value, k) => Math.abs(value - (numbers[k] ?? NaN)) > 1e-4);
    if (numbers.every(Number.isFinite) && bug.at.every((l) => shows(bug.at.filter((other) => other !== l)))) {
      return { net, bug, wrong };
    }
  }
  throw new Error(`no program has ${code}`);
}
