import { describe, expect, test } from 'vitest';
import { judgeClaims } from '../../../src/core/mistakes/claims';
import { parseNetworkFile } from '../../../src/format';
import { type Random, generator } from '../exercises';
import { type Bug, CODES, type Gradient, type Net, randomBug, randomNet, run, textOf } from './programs';

const FORMATS: readonly ((value: number) => string)[] = [
  String,
  (value) => String(Math.fround(value)),
  (value) => String(Number(value.toPrecision(8))),
  (value) => String(Number(value.toPrecision(6))),
];

function judge(net: Net, { dW, db }: Gradient, format: (value: number) => string) {
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

/** A program whose mistake shows in every layer that it acts in. */
function program(code: string, random: Random): { readonly net: Net; readonly bug: Bug; readonly wrong: Gradient } {
  for (let tries = 0; tries < 500; tries++) {
    const net = randomNet(random);
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
