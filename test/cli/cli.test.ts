import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenNames } from '../core/goldens';
import { onLinux } from '../linux';
import { type Cli, buildCli, goldens } from './cli';

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
});
afterAll(() => cli.dispose());

const golden = (name: string): string => join(goldens, `${name}.nn.json`);
const toy = golden('lecture-2-2-2');

interface LayerDocument {
  readonly layer: number;
  readonly weights: number[][];
  readonly biases: number[] | null;
  readonly delta: number[][];
}

interface GradientsDocument {
  readonly file: string;
  readonly samples: number;
  readonly sample?: number;
  readonly loss: number;
  readonly outputs: number[][];
  readonly layers: LayerDocument[];
}

interface Expected {
  readonly loss: number;
  readonly outputs: number[][];
  readonly gradients: Pick<LayerDocument, 'weights' | 'biases'>[];
  readonly gradientsOfSample1WithoutPenalty: Pick<LayerDocument, 'weights' | 'biases'>[];
}

describe.each(goldenNames)('%s', (name) => {
  const expected = JSON.parse(readFileSync(join(goldens, `${name}.expected.json`), 'utf8')) as Expected;

  test('gradients --json is PyTorch’s', async () => {
    const { status, stdout, stderr } = await cli.run(['gradients', golden(name), '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const document = JSON.parse(stdout) as GradientsDocument;
    expect(document.file).toBe(golden(name));
    expect(document.samples).toBe(expected.outputs.length);
    expect(Math.abs(document.loss - expected.loss)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected.loss)));
    expect(document.layers.map(({ layer }) => layer)).toEqual(expected.gradients.map((_, l) => l + 1));
    expectGradients(document, expected.gradients);
    expectClose(document.outputs, expected.outputs);
  });

  test('gradients --sample 1 --json is PyTorch’s', async () => {
    const { status, stdout } = await cli.run(['gradients', golden(name), '--sample=1', '--json']);
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as GradientsDocument;
    expectGradients(document, expected.gradientsOfSample1WithoutPenalty);
    expect(document.outputs.length).toBe(1);
    // ∂E/∂θ_i0 = δ_i
    for (const { biases, delta } of document.layers) if (biases) expectClose(delta, [biases]);
  });
});

test('δ of every row, not divided by m, gives the gradient of the mean', async () => {
  const { stdout } = await cli.run(['gradients', golden('xor'), '--json']);
  const { samples, layers } = JSON.parse(stdout) as GradientsDocument;
  for (const { biases, delta } of layers) {
    expect(delta.length).toBe(4);
    biases?.forEach((bias, i) => {
      expect(delta.reduce((sum, row) => sum + (row[i] ?? NaN), 0) / samples).toBeCloseTo(bias, 14);
    });
  }
});

test('gradients for people', async () => {
  const { status, stdout } = await cli.run(['gradients', toy]);
  expect(status).toBe(0);
  expect(stdout).toBe(`Multiple units 2-2-2
J = 0.182537   over 1 sample

∂J/∂θ⁽¹⁾
                  x₁          x₂
  z₁⁽²⁾  0.000166577  0.00299839
  z₂⁽²⁾  −0.00161873  −0.0291372

∂J/∂θ⁽²⁾
              a₁⁽²⁾       a₂⁽²⁾
  z₁⁽³⁾   0.0722996    0.052589
  z₂⁽³⁾  −0.0406174  −0.0295441
`);
  const named = await cli.run(['gradients', golden('lecture-univariate'), '--sample', '1', '--digits', '3']);
  expect(named.stdout).toBe(`Univariate logistic least squares
E = 0.0312   of sample 1 of 1, without the penalty

∂E/∂θ⁽¹⁾
  ∂E/∂θ₁  =  −0.0936
  ∂E/∂θ₂  =  −0.0468
`);
});

describe('chain', () => {
  test('the document of the 2-2-2 network', async () => {
    const { status, stdout } = await cli.run(['chain', toy, '--parameter', '1,1,1', '--json']);
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { paths: { contribution: number; product: number; factors: object[] }[] };
    expect(document).toMatchObject({
      parameter: { layer: 1, to: 1, from: 1, name: 'θ₁₁⁽¹⁾', value: 0.1 },
      penalty: 0,
      pathCount: '2',
    });
    const [first] = document.paths;
    expect(first).toMatchObject({
      sample: 1,
      nodes: [
        { kind: 'z', layer: 2, unit: 1 },
        { kind: 'a', layer: 2, unit: 1 },
        { kind: 'z', layer: 3, unit: 1 },
        { kind: 'a', layer: 3, unit: 1 },
      ],
    });
    expect(
      first?.factors.map((factor) => ('kind' in factor && 'symbol' in factor ? [factor.kind, factor.symbol] : [])),
    ).toEqual([
      ['loss', '∂E/∂a₁⁽³⁾'],
      ['activation', '∂a₁⁽³⁾/∂z₁⁽³⁾'],
      ['weight', '∂z₁⁽³⁾/∂a₁⁽²⁾'],
      ['activation', '∂a₁⁽²⁾/∂z₁⁽²⁾'],
      ['input', '∂z₁⁽²⁾/∂θ₁₁⁽¹⁾'],
    ]);
    expect(Object.keys(first?.factors[0] ?? {})).toEqual(['kind', 'symbol', 'value']);
    const sum = document.paths.reduce((total, { contribution }) => total + contribution, 0);
    expect(sum).toBeCloseTo(0.00016657731643350725, 17);
  });

  test('one sample of a merged pair, K paths', async () => {
    const args = ['chain', golden('random-11'), '--parameter=1,1,0', '--sample=2', '--paths=3', '--format=json'];
    const { stdout } = await cli.run(args);
    const document = JSON.parse(stdout) as {
      gradient: number;
      remainder: number;
      penalty: number;
      paths: { sample: number; product: number; contribution: number; factors: { kind: string; symbol: string }[] }[];
    };
    expect(document.paths.length).toBeLessThanOrEqual(3);
    expect(document.penalty).toBe(0);
    for (const { sample, product, contribution, factors } of document.paths) {
      expect(sample).toBe(2);
      expect(contribution).toBe(product);
      expect(factors[0]).toMatchObject({
        kind: 'lossOfLogit',
        symbol: expect.stringMatching(/^∂E\/∂z.⁽⁵⁾$/) as string,
      });
    }
    const listed = document.paths.reduce((total, { contribution }) => total + contribution, 0);
    expect(document.remainder).toBe(document.gradient - document.penalty - listed);
  });

  test('text, LaTeX and Markdown', async () => {
    const text = await cli.run(['chain', golden('lecture-toy-1-1-1'), '--parameter', '2,1,1']);
    expect(text.stdout).toBe(`θ₂ = −0.4
∂J/∂θ₂ = 0.0399562
1 sample; 1 path

path 1: θ₂ → z₁⁽³⁾ → a₁⁽³⁾ → E
    ∂E/∂a₁⁽³⁾    · ∂a₁⁽³⁾/∂z₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₂
  = (a₁⁽³⁾ − y₁) · σ′(z₁⁽³⁾)     · a₁⁽²⁾
  = 0.22938      · 0.245013      · 0.71095
  = 0.0399562
`);
    const latex = await cli.run(['chain', toy, '--parameter', '1,1,1', '--format', 'latex']);
    expect(latex.stdout).toContain(
      '\\begin{align*}\n  \\frac{\\partial J}{\\partial \\theta_{11}^{(1)}} &= p_{1} + p_{2}',
    );
    const markdown = await cli.run(['chain', toy, '--parameter', '1,1,1', '--format', 'markdown']);
    expect(markdown.stdout).toContain('## ∂J/∂θ₁₁⁽¹⁾ = 0.000166577');
    expect(markdown.stdout).toContain('| ∂E/∂a₁⁽³⁾ | (a₁⁽³⁾ − y₁) | 0.509032 |');
  });

  test('a file without data has symbols and no numbers, and says why', async () => {
    const { data, ...rest } = JSON.parse(readFileSync(toy, 'utf8')) as Record<string, unknown>;
    expect(data).toBeDefined();
    const text = await cli.run(['chain', '-', '--parameter', '1,1,1'], JSON.stringify(rest));
    expect(text.status).toBe(0);
    expect(text.stdout).toContain('the file has no data, so there are no numbers');
    expect(text.stdout).toContain('∂E/∂a₂⁽³⁾');
    const json = await cli.run(['chain', '-', '--parameter', '1,1,1', '--json'], JSON.stringify(rest));
    expect(json).toMatchObject({ status: 2, stdout: '' });
    expect(json.stderr).toContain('no “data”');
  });
});

test('numbers that are not finite are strings, and −0 stays itself', async () => {
  const network = {
    layers: [{ units: 1 }, { weights: [[1e200]], biases: false }, { weights: [[1e200]], biases: [-0] }],
    data: { inputs: [[1]], targets: [[0]] },
  };
  const { stdout } = await cli.run(['gradients', '-', '--json'], JSON.stringify(network));
  const document = JSON.parse(stdout) as { loss: unknown; outputs: unknown };
  expect(document.loss).toBe('Infinity');
  expect(document.outputs).toEqual([['Infinity']]);
  // relu is off: δ = −1 · 0
  const off = {
    layers: [{ units: 1 }, { activation: 'relu', weights: [[-1]], biases: false }, { weights: [[1]], biases: false }],
    data: { inputs: [[1]], targets: [[1]] },
  };
  expect((await cli.run(['gradients', '-', '--json'], JSON.stringify(off))).stdout).toContain('"delta":[[-0]]');
});

describe('validate', () => {
  test('valid files, for people and for programs', async () => {
    const files = [toy, golden('xor')];
    const { status, stdout, stderr } = await cli.run(['validate', ...files]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      `${toy}: valid; 2-2-2, 8 parameters, 1 sample\n${golden('xor')}: valid; 2-3-1, 13 parameters, 4 samples\n`,
    );
    const json = JSON.parse((await cli.run(['validate', '--json', ...files])).stdout) as { files: object[] };
    expect(json.files).toMatchObject([
      { file: toy, parameters: 8 },
      { file: golden('xor'), samples: 4 },
    ]);
  });

  test('every problem of every file, with its place, and nothing on standard output', async () => {
    const bad =
      '{\r\n  "layers": [\n    { "units": 2 },\n    { "weights": [[1], [2, 3]], "activation": "sigmoyd" }\n  ]\n}\n';
    writeFileSync(join(cli.folder, 'bad.nn.json'), bad);
    const { status, stdout, stderr } = await cli.run(['validate', 'bad.nn.json', toy, 'missing.nn.json']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines.length).toBe(3);
    expect(lines[0]).toMatch(/^bad\.nn\.json:4:19: error wrong-length: .*1.*2/);
    expect(lines[1]).toMatch(/^bad\.nn\.json:4:47: error unknown-name: .*sigmoyd/);
    expect(lines[2]).toBe('missing.nn.json:1:1: error unreadable: no such file');
  });

  test('a warning is told and is no error', async () => {
    const odd = JSON.stringify({ layers: [{ units: 1 }, { units: 1 }], colour: 'red' });
    const { status, stdout, stderr } = await cli.run(['validate', '-'], odd);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^-:1:\d+: warning unknown-key: .*colour.*\n$/);
    expect(stdout).toBe('-: valid; 1-1, 2 parameters, no data\n');
  });
});

test('a byte order mark is no problem, and bytes that are no UTF-8 are one', async () => {
  const text = '{"layers":[{"units":1},{"units":1}]}';
  writeFileSync(join(cli.folder, 'bom.nn.json'), `\ufeff${text}`);
  expect((await cli.run(['validate', 'bom.nn.json'])).status).toBe(0);
  expect((await cli.run(['validate', '-'], `\ufeff${text}`)).status).toBe(0);
  // It is no column either: editors do not show it.
  expect((await cli.run(['validate', '-'], '\ufeff{"layers":3,\n"seed":-1}')).stderr).toMatch(
    /^-:1:11: .*\n-:2:8: .*\n$/,
  );
  expect((await cli.run(['validate', '-'], '\ufeff')).stderr).toMatch(/^-:1:1: error empty-file: /);
  writeFileSync(join(cli.folder, 'latin1.nn.json'), Buffer.from(text.replace('}]', ',"name":"é"}]'), 'latin1'));
  const { status, stderr } = await cli.run(['validate', 'latin1.nn.json']);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'latin1.nn.json:1:1: error unreadable: it is not UTF-8 text\n',
  });
});

describe('a request that is wrong', () => {
  test.each([
    [[], 'the command is missing: validate'],
    [['frobnicate'], 'unknown command “frobnicate”'],
    [['gradients'], 'the file is missing'],
    [['gradients', toy, toy], 'gradients takes one file, not 2'],
    [['gradients', toy, '--colour'], '--colour'],
    [['validate', '-', toy, '-'], 'standard input can be read only once'],
    [['gradients', toy, '--sample', '2'], 'there is no sample 2: the training samples are 1…1'],
    [['gradients', toy, '--sample', 'one'], '--sample takes a whole number from 1 on, not “one”'],
    [['chain', toy], '--parameter l,i,j is missing'],
    [['chain', toy, '--parameter', '1;1;1'], '--parameter takes l,i,j'],
    [['chain', toy, '--parameter', '1,3,1'], 'of layer 1, i is 1…2 and j is 1…2 (it has no biases)'],
    [
      ['chain', toy, '--parameter', '1,1,1', '--format', 'html'],
      '--format takes text, latex, markdown, json, not “html”',
    ],
    [['chain', toy, '--parameter', '1,1,1', '--paths', '0'], '--paths takes a whole number from 1 on, not “0”'],
    [['chain', toy, '--parameter', '1,1,1', '--digits', '99'], '--digits takes a whole number 3…17, not “99”'],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await cli.run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('a file without data has no gradients', async () => {
    const { status, stdout, stderr } = await cli.run(['gradients', '-'], '{"layers":[{"units":1},{"units":1}]}');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^-:1:1: error no-data: /);
  });
});

describe('a process of its own', () => {
  const commands: Readonly<Record<string, readonly [args: readonly string[], status: number, stdin?: string]>> = {
    gradients: [['gradients', toy, '--json'], 0],
    chain: [['chain', toy, '--parameter', '1,1,1'], 0],
    check: [['check', toy], 0],
    curvature: [['curvature', toy], 0],
    export: [['export', toy], 0],
    'a difference': [['diff', toy, golden('xor')], 1],
    'standard input': [['validate', '-'], 0, readFileSync(toy, 'utf8')],
    'a broken text': [['validate', '-'], 2, '{'],
    'no command': [[], 2],
  };
  // The other tests run in a process that stays.
  test.each(Object.keys(commands))('ends with the same: %s', async (name) => {
    const [args = [], status, stdin] = commands[name] ?? [];
    const alone = await cli.runAlone(args, stdin);
    expect(alone.status).toBe(status);
    expect(await cli.run(args, stdin)).toEqual(alone);
  });
});

test('--help and --version', async () => {
  const help = await cli.run(['--help']);
  expect(help).toMatchObject({ status: 0, stderr: '' });
  for (const command of ['validate FILE…', 'gradients FILE', 'chain FILE --parameter l,i,j']) {
    expect(help.stdout).toContain(command);
  }
  const chain = await cli.run(['chain', '--help']);
  expect(chain).toMatchObject({ status: 0, stderr: '' });
  expect(chain.stdout).toContain('--paths K');
  for (const args of [['--version'], ['gradients', '--version'], ['train', toy, '--version']]) {
    expect(await cli.run(args)).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' });
  }
});

describe('CSV data', () => {
  const network = (file: string): string =>
    JSON.stringify({
      layers: [{ units: 1 }, { units: 1, weights: [[2]] }],
      data: { file, inputs: ['x'], targets: ['y'] },
    });

  beforeAll(() => {
    for (const folder of ['project/networks', 'project/data', 'secret'])
      mkdirSync(join(cli.folder, folder), { recursive: true });
    writeFileSync(join(cli.folder, 'project/networks/near.csv'), 'x,y\n1,0\n');
    writeFileSync(join(cli.folder, 'project/data/far.csv'), 'x,y\n1,0\n2,0\n');
    writeFileSync(join(cli.folder, 'secret/s.csv'), 'x,y\n1,0\n');
    symlinkSync(join(cli.folder, 'secret/s.csv'), join(cli.folder, 'project/networks/link.csv'));
    for (const [name, csv] of [
      ['near', 'near.csv'],
      ['far', '../data/far.csv'],
      ['link', 'link.csv'],
      ['none', 'none.csv'],
    ] as const) {
      writeFileSync(join(cli.folder, `project/networks/${name}.nn.json`), network(csv));
    }
  });

  test('lies in the network file’s folder, or in the one that --root names', async () => {
    const near = await cli.run(['gradients', 'project/networks/near.nn.json', '--json']);
    expect(JSON.parse(near.stdout)).toMatchObject({ samples: 1, loss: 2 });
    const far = await cli.run(['gradients', 'project/networks/far.nn.json', '--json', '--root', 'project']);
    expect(JSON.parse(far.stdout)).toMatchObject({ samples: 2, loss: 5 });
    const stdin = await cli.run(['gradients', '-', '--json'], network('project/data/far.csv'));
    expect(JSON.parse(stdin.stdout)).toMatchObject({ samples: 2 });
  });

  test.each([
    ['far', [], 'outside the folder of the network file'],
    ['link', [], 'outside the folder of the network file'],
    ['link', ['--root', 'project'], 'outside project'],
    ['none', [], 'no such file'],
  ])('%s with %j is refused', async (name, options, message) => {
    const { status, stdout, stderr } = await cli.run(['gradients', `project/networks/${name}.nn.json`, ...options]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^project\/networks\/.*\.nn\.json:1:\d+: error csv-unreadable: /);
    expect(stderr).toContain(message);
  });
});

test('a reader that closes the pipe ends the program quietly', async () => {
  const wide = JSON.stringify({
    layers: [{ units: 300 }, { units: 300, init: 'xavierNormal' }],
    data: { inputs: [Array<number>(300).fill(1)], targets: [Array<number>(300).fill(0)] },
  });
  const file = join(cli.folder, 'wide.nn.json');
  writeFileSync(file, wide);
  const child = cli.start(['gradients', file, '--json']);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout?.once('data', () => child.stdout?.destroy());
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.runIf(onLinux)('a disk that is full is told in one line', async () => {
  const full = openSync('/dev/full', 'w');
  const child = cli.start(['gradients', toy, '--json'], { stdio: ['ignore', full, 'pipe'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const status = await new Promise((resolve) => child.once('close', resolve));
  closeSync(full);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^gradient-inspector: the output cannot be written: ENOSPC.*\n$/);
});

function expectGradients({ layers }: GradientsDocument, expected: Expected['gradients']): void {
  expect(layers.map(({ biases }) => biases === null)).toEqual(expected.map(({ biases }) => biases === null));
  const flat = (of: readonly Pick<LayerDocument, 'weights' | 'biases'>[]): number[][] =>
    of.map(({ weights, biases }) => [...weights.flat(), ...(biases ?? [])]);
  expectClose(flat(layers), flat(expected));
}

/** The largest |actual − expected| over the largest |expected| is at most 1e-12. */
function expectClose(actual: readonly number[][], expected: readonly number[][]): void {
  expect(actual.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  const numbers = expected.flat();
  const scale = Math.max(...numbers.map(Math.abs));
  const error = Math.max(...actual.flat().map((value, n) => Math.abs(value - (numbers[n] ?? NaN))));
  expect(error).toBeLessThanOrEqual(1e-12 * scale);
}
