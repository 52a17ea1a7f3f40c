import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenNames } from '../core/goldens';
import { type Cli, buildCli, goldens } from './cli';

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
});
afterAll(() => cli.dispose());

const golden = (name: string): string => join(goldens, `${name}.nn.json`);

interface Place {
  readonly layer: number;
  readonly to: number;
  readonly from: number;
}

interface CheckDocument {
  readonly file: string;
  readonly verdict: string;
  readonly method: string;
  readonly parametersChecked: number;
  readonly worst: Place & { readonly relativeError: number };
  readonly parameters: (Place & Record<string, number | string>)[];
  readonly claims: (Place & {
    readonly claimed: number;
    readonly gradient: number;
    readonly verdict: string;
    readonly diagnosis: { readonly code: string; readonly message: string; readonly detail: object } | null;
  })[];
}

interface FileLayer {
  claimedGradients?: object;
}

/** A golden with claims on its layers, counted from 1, written as they are given. */
function homework(name: string, file: string, claims: Readonly<Record<number, string>>): string {
  const network = JSON.parse(readFileSync(golden(name), 'utf8')) as { layers: FileLayer[] };
  for (const layer of Object.keys(claims)) {
    const target = network.layers[Number(layer)];
    if (target) target.claimedGradients = { placeholder: layer };
  }
  const text = JSON.stringify(network).replaceAll(
    /\{"placeholder":"(\d+)"\}/g,
    (_, l: string) => claims[Number(l)] ?? '',
  );
  const path = join(cli.folder, file);
  writeFileSync(path, text);
  return path;
}

describe.each(goldenNames)('%s', (name) => {
  test('passes, every parameter with both derivatives and its bound', async () => {
    const { status, stdout, stderr } = await cli.run(['check', golden(name), '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const document = JSON.parse(stdout) as CheckDocument;
    expect(document).toMatchObject({ file: golden(name), verdict: 'pass', claims: [] });
    expect(document.parameters).toHaveLength(document.parametersChecked);
    const { layer, to, from, relativeError } = document.worst;
    expect(document.parameters[0]).toMatchObject({ layer, to, from, relativeError });
    for (const one of document.parameters) {
      expect(Object.keys(one)).toEqual([
        ...['layer', 'to', 'from', 'analytic', 'numeric'],
        ...['absoluteError', 'relativeError', 'errorBound', 'verdict', 'reason'],
      ]);
      expect(Number(one.absoluteError)).toBeLessThanOrEqual(Number(one.errorBound));
    }
  });
});

test('for people: the verdict, the method, the worst', async () => {
  const { status, stdout } = await cli.run(['check', golden('lecture-toy-1-1-1')]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Toy exercise 1-1-1\npass: 2 of 2 derivatives agree; worst θ[₁₂], relative error \S+e−\d+\n/);
  expect(stdout).toMatch(/\nagainst three-level Richardson extrapolation/);
  expect(stdout).toMatch(/\n {2}θ₂ +0\.0399562 +0\.0399562 +\S+ +\S+ +pass\n/);
});

test('--parameter, again and again, --sample and --dual', async () => {
  const args = ['check', golden('random-09'), '--json', '--parameter', '2,3,0', '--parameter=1,1,2', '--sample', '3'];
  const { status, stdout } = await cli.run(args);
  expect(status).toBe(0);
  const document = JSON.parse(stdout) as CheckDocument;
  expect(document.parametersChecked).toBe(2);
  const sample = await cli.run(['gradients', golden('random-09'), '--sample', '3', '--json']);
  const { layers } = JSON.parse(sample.stdout) as { layers: { weights: number[][]; biases: number[] }[] };
  const analytic = (layer: number): number | string | undefined =>
    document.parameters.find((one) => one.layer === layer)?.analytic;
  expect([analytic(1), analytic(2)]).toEqual([layers[0]?.weights[0]?.[1], layers[1]?.biases[2]]);

  const dual = await cli.run([...args, '--dual']);
  expect(dual.status).toBe(0);
  expect((JSON.parse(dual.stdout) as CheckDocument).method).toContain('dual numbers');
});

test('a kink is inconclusive, which is no “no”', async () => {
  const path = join(cli.folder, 'kink.nn.json');
  const layers = [{ units: 1 }, { activation: 'relu', weights: [[1]], biases: [0] }];
  writeFileSync(path, JSON.stringify({ layers, data: { inputs: [[0]], targets: [[1]] } }));
  const { status, stdout } = await cli.run(['check', path]);
  expect(status).toBe(0);
  expect(stdout).toContain('inconclusive: 1 of 2 derivatives agree');
  expect(stdout).toContain('θ₁₀⁽¹⁾: z₁⁽²⁾ (unit 1 of layer 2) of sample 1 is at a kink');
});

describe('claims', () => {
  test('that are right at the precision they are written with', async () => {
    const file = homework('lecture-2-2-2', 'right.nn.json', { 2: '{"weights": [[0.0723, 5.26e-2], [null, -0.0295]]}' });
    const { status, stdout } = await cli.run(['check', file, '--json']);
    expect(status).toBe(0);
    const { claims } = JSON.parse(stdout) as CheckDocument;
    expect(claims.map(({ to, from, claimed, verdict }) => [to, from, claimed, verdict])).toEqual([
      [1, 1, 0.0723, 'correct'],
      [1, 2, 0.0526, 'correct'],
      [2, 2, -0.0295, 'correct'],
    ]);
    expect(claims.every(({ diagnosis }) => diagnosis === null)).toBe(true);
  });

  test('one that is wrong is explained, and alone makes the status 1', async () => {
    const file = homework('lecture-toy-1-1-1', 'wrong.nn.json', {
      1: '{"weights": [[-0.00693]]}',
      2: '{"weights": [[0.163]]}',
    });
    const { status, stdout } = await cli.run(['check', file, '--json']);
    expect(status).toBe(1);
    const document = JSON.parse(stdout) as CheckDocument;
    expect(document.verdict).toBe('pass');
    expect(document.claims[1]).toMatchObject({
      ...{ layer: 2, to: 1, from: 1, claimed: 0.163, verdict: 'wrong' },
      diagnosis: { code: 'activation-derivative-missing', detail: { layer: 3, unit: 1 } },
    });
    const people = await cli.run(['check', file]);
    expect(people.status).toBe(1);
    expect(people.stdout).toContain('\nclaims: 1 of 2 right\n');
    expect(people.stdout).toContain('0.163 is ∂E/∂a₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₂: the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.245 is missing\n');
  });
});

describe('a folder of homework', () => {
  test('takes one line a file', async () => {
    const wrong = homework('lecture-toy-1-1-1', 'a.nn.json', { 2: '{"weights": [[-0.03996]]}' });
    const right = homework('lecture-toy-1-1-1', 'b.nn.json', { 2: '{"weights": [[0.03996]]}' });
    const { status, stdout } = await cli.run(['check', wrong, right, golden('xor')]);
    expect(status).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /a\.nn\.json: pass, 2 of 2 derivatives agree.*; claims: 0 of 1 right; -0\.03996 is not ∂J\/∂θ₂: the sign is wrong/,
    );
    expect(lines[1]).toMatch(/b\.nn\.json: pass, .*; claims: 1 of 1 right$/);
    expect(lines[2]).toMatch(/xor\.nn\.json: pass, 13 of 13 derivatives agree; worst [^;]+$/);
    const json = await cli.run(['check', wrong, right, '--json']);
    expect((JSON.parse(json.stdout) as { files: CheckDocument[] }).files.map(({ file }) => file)).toEqual([
      wrong,
      right,
    ]);
  });

  test('and a broken file does not keep the others from being graded', async () => {
    const broken = join(cli.folder, 'broken.nn.json');
    writeFileSync(broken, '{');
    const { status, stdout, stderr } = await cli.run(['check', broken, golden('xor')]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${broken}:1:2: error `);
    expect(stdout).toMatch(/^\S+xor\.nn\.json: pass/);
  });
});

describe('gradients of another program', () => {
  const folder = fileURLToPath(new URL('../fixtures/gradients/', import.meta.url));
  const net = join(folder, 'net.nn.json');
  const judge = (file: string, ...more: string[]) =>
    cli.run(['check', net, '--gradients', join(folder, file), ...more]);

  test.each([
    ['derivative-missing.npz', 'float64', undefined],
    ['from-zero-transposed.npz', 'float64', [1, 2]],
    ['float32.npz', 'float32', undefined],
    ['sequential.safetensors', 'float64', undefined],
  ])('%s: tanh′ is missing in layer 2', async (file, arithmetic, transposed) => {
    const { status, stdout } = await judge(file, '--json');
    expect(status).toBe(1);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document.diagnosis).toMatchObject({
      wrong: 9,
      explained: 9,
      mistakes: [{ code: 'activation-derivative-missing', layers: [2], part: 'all', explains: 9 }],
      place: { quantity: 'delta', layer: 2 },
    });
    expect(document).toMatchObject({ arithmetic });
    expect(document.transposed).toEqual(transposed);
  });

  test('the text begins with the sentence, and says nothing nine times', async () => {
    const { stdout } = await judge('derivative-missing.npz');
    expect(stdout).toMatch(
      /^The factor tanh′\(z\) is missing on the way back \(in layer 2\)\n {2}right: δ⁽²⁾ = .+\n {2}yours: δ/,
    );
    expect(stdout.match(/is missing/g)).toHaveLength(1);
  });

  test('a file of the wrong shape is refused at its place', async () => {
    const path = join(cli.folder, 'grads.json');
    writeFileSync(path, '{"layers": [{"weights": [[1, 2]], "biases": null}, null]}');
    const { status, stderr } = await cli.run(['check', net, '--gradients', path]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${path}:1:25: error wrong-length: `);
  });
});

test('what is not there is refused', async () => {
  const parameter = await cli.run(['check', golden('xor'), '--parameter', '3,1,1']);
  expect(parameter).toMatchObject({ status: 2, stdout: '' });
  expect(parameter.stderr).toContain('there is no parameter 3,1,1 (l,i,j): l is 1…2');
  const sample = await cli.run(['check', golden('xor'), '--sample', '5']);
  expect(sample).toMatchObject({ status: 2, stdout: '' });
  expect(sample.stderr).toContain('there is no sample 5');
});
