import { describe, expect, test } from 'vitest';
import { halfOfComputed, precisionOf } from '../../../src/core/mistakes/precision';
import { generator } from '../exercises';
import { judge, program } from './judged';
import { CODES } from './drawnBugs';
import { randomNet } from './drawnNets';
import { run } from './programs';

const FORMATS: readonly ((value: number) => string)[] = [
  String,
  (value) => String(Math.fround(value)),
  (value) => String(Number(value.toPrecision(8))),
  (value) => String(Number(value.toPrecision(6))),
];

describe.each(CODES)('%s', (code) => {
  test('is named with its layers, or stands beside what makes the same numbers', () => {
    const random = generator(11);
    for (let n = 0; n < 6; n++) {
      const { net, bug, wrong } = program(code, random);
      const { diagnosis } = judge(net, wrong, random.one(FORMATS));
      const [found] = diagnosis?.mistakes ?? [];
      expect(diagnosis?.mistakes).toHaveLength(1);
      const layers = [...bug.at].sort((p, q) => p - q);
      expect([found, ...(found?.or ?? [])]).toContainEqual(expect.objectContaining({ code, layers }));
      expect(diagnosis?.explained).toBe(diagnosis?.wrong);
    }
  });
});

test.each([0, 1, 2, 3])('a right program is not accused, written as %i', (format) => {
  const random = generator(5);
  for (let n = 0; n < 40; n++) {
    const net = randomNet(random);
    const { diagnosis, claims } = judge(net, run(net, []), FORMATS[format] ?? String);
    expect(diagnosis).toBeNull();
    expect(claims.every(({ verdict }) => verdict === 'correct')).toBe(true);
  }
});

test.each([
  ['2', 6, 5e-6],
  ['2.0', 6, 5e-6],
  ['-100000', 6, 0.5],
  ['1', 2, 5e-6],
  ['1', 17, 5e-17],
  ['0.0', 6, 0],
  ['0.25', 6, 0.005],
])('%s among numbers of %i digits is within %f', (text, digits, half) => {
  // What six digits leave of 2.0000003 is 2: the program is right.
  expect(halfOfComputed(text, precisionOf(text), digits)).toBeCloseTo(half, 18);
});

test('derivatives that are 0 but for rounding are no mistake, however the rounding falls', () => {
  // The mean absolute error of two outputs that sum to 1 has slopes ±1 of one size: softmax makes 0 of (1, 1).
  const random = generator(6);
  let nets = 0;
  while (nets < 5) {
    const net = { ...randomNet(random), loss: 'mae', l2: 0 };
    if (net.g.at(-1) !== 'softmax') continue;
    nets++;
    const beyond = net.Y.map((row) => row.map(() => 1));
    const right = run({ ...net, Y: beyond }, []);
    const tiny = (): number => random.between(-1, 1) * 1e-18;
    const other = {
      dW: right.dW.map((rows) => rows.map((row) => row.map(tiny))),
      db: right.db.map((row) => row.map(tiny)),
    };
    expect(judge({ ...net, Y: beyond }, other, String).diagnosis).toBeNull();
  }
});

test('noise on the right gradients is no mistake', () => {
  const random = generator(99);
  for (let n = 0; n < 60; n++) {
    const net = randomNet(random);
    const { dW, db } = run(net, []);
    const size = random.one([1e-3, 0.03, 0.5]);
    const off = (value: number): number => value * (1 + size * random.between(-1, 1));
    const noisy = { dW: dW.map((rows) => rows.map((row) => row.map(off))), db: db.map((row) => row.map(off)) };
    const { diagnosis } = judge(net, noisy, random.one(FORMATS));
    expect(diagnosis?.mistakes).toEqual([]);
    expect(diagnosis?.explained).toBe(0);
  }
});

test('one entry that is off by 1e-5 is found in float64', () => {
  const net = randomNet(generator(3));
  const right = run(net, []);
  const [[row]] = right.dW as [[number[]]];
  row[0] = (row[0] ?? NaN) + 1e-5;
  const { diagnosis, arithmetic } = judge(net, right, String);
  expect(arithmetic).toBe('float64');
  expect(diagnosis).toMatchObject({ wrong: 1, mistakes: [], place: { quantity: 'weight-gradient', layer: 1 } });
});
