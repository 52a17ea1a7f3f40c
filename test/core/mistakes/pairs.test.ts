/** Two mistakes at once, and a mistake beside a claim that has nothing to do with it. */

import { describe, expect, test } from 'vitest';
import { generator } from '../exercises';
import { judge } from './judged';
import { randomBug } from './drawnBugs';
import { randomNet } from './drawnNets';
import { type Gradient, run } from './programs';

const flat = ({ dW, db }: Gradient): number[] => [...dW.flat(2), ...db.flat()];
const isFar = (p: readonly number[], q: readonly number[]): boolean =>
  p.some((value, k) => Math.abs(value - (q[k] ?? NaN)) > 1e-4);

describe.each([
  ['one-sample', 'forward-other-activation'],
  ['one-sample', 'forward-without-bias'],
  ['one-sample', 'activation-of-signal'],
  ['one-sample', 'derivative-of-signal'],
  ['one-sample', 'softmax-over-samples'],
  ['sign', 'penalty-scale'],
  ['zeros', 'input-before-activation'],
  ['forward-other-activation', 'other-loss'],
  ['activation-derivative-missing', 'scale'],
])('%s and %s', (...codes) => {
  test('are found together', () => {
    const random = generator(21);
    let programs = 0;
    while (programs < 4) {
      const net = randomNet(random);
      const [first, second] = codes.map((code) => randomBug(code, net, random));
      if (!first || !second) continue;
      const wrong = run(net, [first, second]);
      const numbers = flat(wrong);
      // Each must show beside the other.
      const apart = [[first], [second], []].every((bugs) => isFar(numbers, flat(run(net, bugs))));
      if (!numbers.every(Number.isFinite) || !apart || !isFar(flat(run(net, [first])), flat(run(net, [])))) continue;
      programs++;
      const { diagnosis } = judge(net, wrong, String);
      expect(diagnosis?.explained).toBe(diagnosis?.wrong);
      const names = diagnosis?.mistakes.flatMap((one) => [one, ...one.or]).map(({ code }) => code);
      expect(names).toEqual(expect.arrayContaining(codes));
    }
  });
});

test('a factor of all and another of the penalty are told apart by the biases', () => {
  const random = generator(4);
  let programs = 0;
  while (programs < 4) {
    const net = randomNet(random);
    const at = net.g.map((_, l) => l + 1);
    if (net.l2 === 0) continue;
    programs++;
    const wrong = run(net, [
      { code: 'scale', at, part: 'all', detail: { factor: 2 } },
      { code: 'penalty-scale', at, part: 'penalty', detail: { factor: 0.25 } },
    ]);
    const found = judge(net, wrong, String).diagnosis?.mistakes.map(({ code, detail }) => [code, detail.factor]);
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([['scale', 2]]));
  }
});

test.each([3, 4, 5])('one mistake behind all of %i wrong claims but one', (wrong) => {
  const random = generator(7);
  let programs = 0;
  while (programs < 4) {
    const net = randomNet(random);
    const right = run(net, []);
    const l = right.db.findIndex(({ length }) => length === wrong - 1);
    if (l < 0 || flat(right).some((value) => Math.abs(value) < 1e-6)) continue;
    programs++;
    const dW = right.dW.map((rows) => rows.map((row) => [...row]));
    const [[row]] = dW as [[number[]]];
    row[0] = (row[0] ?? NaN) + 0.0123;
    const db = right.db.map((biases, at) => biases.map((value) => (at === l ? -value : value)));
    const { diagnosis, claims } = judge(net, { dW, db }, String);
    expect(diagnosis).toMatchObject({ wrong, explained: wrong - 1, but: expect.stringContaining('∂J/∂θ') as string });
    expect(diagnosis?.mistakes).toEqual([expect.objectContaining({ code: 'sign', layers: [l + 1], part: 'biases' })]);
    expect(claims[0]?.diagnosis?.code).toBe('unexplained');
  }
});
