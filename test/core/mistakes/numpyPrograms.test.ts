import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeClaims } from '../../../src/core/mistakes/claims';
import { objectiveOf, parameterAt, parameterLayout } from '../../../src/core/network';
import { parseNetworkFile } from '../../../src/format';
import { readGradients } from '../../../src/format/gradients';
import { mutant } from '../mutants';
import { bugs, network, samples } from '../plantedBugs';

interface Bug {
  readonly code: string;
  readonly layers: readonly number[];
}

/** A line of what programs/make.py writes. */
interface Program {
  readonly name: string;
  readonly net: string;
  readonly grads: string;
  readonly bugs: readonly Bug[];
  /** Layer, row and column of an entry that is off for no reason. */
  readonly typo?: readonly [number, number, number];
}

const programs = readFileSync(new URL('../../fixtures/programs/programs.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Program);

function judge({ name, net, grads }: Program) {
  const { network: parsed, data } = parseNetworkFile(net, { fileName: name });
  if (!parsed || !data) throw new Error(`${name} is refused`);
  const { claims } = readGradients(new TextEncoder().encode(grads), parsed, 'units-by-inputs');
  return judgeClaims(parsed, parsed.theta, data.training, claims, { computed: true });
}

/** Those whose name says this kind, or of the singles, none of the kinds. */
function ofKind(kind: 'single' | 'pair' | 'slip' | 'unlisted' | 'right' | 'noise'): readonly Program[] {
  const others = ['pair', 'slip', 'unlisted', 'right', 'noise'];
  const kindOf = ({ name }: Program): string =>
    others.find((one) => name === `${one}${/-\d+$/.exec(name)?.[0] ?? ''}`) ?? 'single';
  return programs.filter((program) => kindOf(program) === kind);
}

describe('programs in NumPy', () => {
  test.each([...ofKind('single'), ...ofKind('pair')])('$name: every mistake is named with its layers', (program) => {
    const { diagnosis } = judge(program);
    const found = diagnosis?.mistakes ?? [];
    expect(found).toHaveLength(program.bugs.length);
    for (const { code, layers } of program.bugs) {
      const named = found.some((one) =>
        [one, ...one.or].some((any) => any.code === code && any.layers.join() === layers.join()),
      );
      expect(named, `${code} ${layers.join()} in ${JSON.stringify(found)}`).toBe(true);
    }
    expect(diagnosis?.explained).toBe(diagnosis?.wrong);
    for (const { code, layers, or } of found) {
      const names = [{ code, layers }, ...or].map((one) => `${one.code} ${one.layers.join()}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test.each(ofKind('slip'))('$name: the mistake is named, and the entry that it does not explain', (program) => {
    const { diagnosis, claims } = judge(program);
    expect(diagnosis?.mistakes.flatMap((one) => [one, ...one.or])).toContainEqual(
      expect.objectContaining({ code: program.bugs[0]?.code, layers: program.bugs[0]?.layers }),
    );
    expect(diagnosis?.explained).toBe((diagnosis?.wrong ?? 0) - 1);
    const [layer, to, from] = program.typo ?? [];
    const unexplained = claims.filter((claim) => claim.diagnosis?.code === 'unexplained');
    expect(unexplained.map(({ parameter }) => parameter)).toEqual([{ layer, to, from }]);
  });

  test.each([...ofKind('unlisted'), ...ofKind('noise')])('$name: nothing is said to explain it', (program) => {
    const { diagnosis } = judge(program);
    expect(diagnosis?.wrong).toBeGreaterThan(0);
    expect(diagnosis).toMatchObject({ mistakes: [], explained: 0 });
  });

  test.each(ofKind('right'))('$name: nobody is accused', (program) => {
    expect(judge(program).diagnosis).toBeNull();
  });
});

type Backprop = typeof import('../../../src/core/backprop');

test.each(bugs)(
  'planted in the core: $name',
  async ({ file = 'backprop.ts', right, wrong, mistake, wrongParameters }) => {
    const { gradients } = await mutant<Backprop>('backprop.ts', file, right, wrong);
    const layout = parameterLayout(network.layers);
    const claims = Array.from(gradients(objectiveOf(network, samples)).gradient, (value, index) => ({
      parameter: parameterAt(layout, index),
      value,
      text: String(value),
    }));
    const judged = judgeClaims(network, network.theta, samples, claims, { computed: true });
    expect(judged.diagnosis?.mistakes.map(({ code, layers, part }) => ({ code, layers, part }))).toEqual(
      mistake ? [mistake] : [],
    );
    const named = judged.claims
      .filter(({ verdict }) => verdict === 'wrong')
      .map(({ parameter: { layer, to, from } }) => [layer, to, from].join());
    expect(named.sort()).toEqual(wrongParameters);
  },
);

test('a value that nothing explains is held against the nearest where that is within 1 %', () => {
  const parameter = { layer: 1, to: 1, from: 1 };
  const exact =
    judgeClaims(network, network.theta, samples, [{ parameter, value: 9, text: '9' }]).claims[0]?.gradient ?? NaN;
  const say = (off: number) => {
    const value = Number((-exact * off).toPrecision(6));
    return judgeClaims(network, network.theta, samples, [{ parameter, value, text: String(value) }]).claims[0]
      ?.diagnosis;
  };
  expect(say(1.0041)?.code).toBe('unexplained');
  expect(say(1.0041)?.message).toMatch(/; the nearest is −\d\.\d+: the sign is wrong$/);
});
