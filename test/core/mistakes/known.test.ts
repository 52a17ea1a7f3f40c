import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { judgeClaims } from '../../../src/core/mistakes/claims';
import { firstWrong, othersInWords, placeInWords } from '../../../src/core/mistakes/phrases';
import { parseNetworkFile } from '../../../src/format';
import { readGradients } from '../../../src/format/gradients';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

function network(path: string) {
  const file = parseNetworkFile(readFileSync(fixtures + path, 'utf8'), { fileName: path });
  if (!file.network || !file.data) throw new Error(`${path} is refused`);
  return { network: file.network, samples: file.data.training, claims: file.claims };
}

interface Expected {
  readonly code: string | readonly string[];
  readonly layers: readonly number[] | readonly (readonly number[])[];
  readonly blocks: readonly { readonly wrong: number }[];
  readonly place: object | null;
}

const programs = readdirSync(`${fixtures}mistakes`).filter((name) => name.endsWith('.nn.json'));

describe.each(programs.map((name) => name.replace('.nn.json', '')))('program %s', (name) => {
  const expected = JSON.parse(readFileSync(`${fixtures}mistakes/${name}.expected.json`, 'utf8')) as Expected;

  test('its mistake, its blocks and its place', () => {
    const { network: net, samples } = network(`mistakes/${name}.nn.json`);
    const bytes = readFileSync(`${fixtures}mistakes/${name}.gradients.json`);
    const { claims, problems } = readGradients(bytes, net, 'units-by-inputs');
    expect(problems).toEqual([]);
    const { diagnosis } = judgeClaims(net, net.theta, samples, claims, { computed: true });
    const codes = [expected.code].flat().filter((code) => code !== 'none' && code !== 'unlisted');
    const layers = codes.length === 1 ? [expected.layers] : expected.layers;
    expect(diagnosis?.mistakes.map((one) => ({ code: one.code, layers: one.layers })) ?? []).toEqual(
      codes.map((code, n) => ({ code, layers: layers[n] })),
    );
    expect(diagnosis?.place ?? null).toEqual(expected.place);
    if (diagnosis) expect(diagnosis.blocks).toEqual(expected.blocks);
    else expect(expected.blocks.every(({ wrong }) => wrong === 0)).toBe(true);
  });
});

/** What people asked about; the right values are PyTorch's. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  '02-zeros-dumped-by-python': ['activation-of-signal'],
  '03-penalty-divided-by-m': ['penalty-scale'],
  '04-softmax-diagonal-only-ce': ['softmax-diagonal'],
  '06-coursera-gradient-checking': ['scale', 'scale'],
  '07-whole-factor': ['scale', 'scale'],
  '08-pytorch-mseloss': ['scale'],
  '09-thresholds-on-minus-one': ['scale', 'descent-step'],
  '11-relu-of-the-back-signal': ['activation-of-signal'],
  '12-softmax-over-the-batch': ['softmax-over-samples'],
  '14-bias-gradient-believed-zero': ['zeros'],
  '15-updated-weights-other-eta': ['updated-weights'],
  '20-sum-with-penalty-identity': ['scale'],
  '25-one-bias-shared-by-a-layer': ['bias-summed-over-units'],
};

test.each(Object.entries(CASES))('case %s', (name, codes) => {
  const { network: net, samples, claims } = network(`cases/${name}.nn.json`);
  const { diagnosis } = judgeClaims(net, net.theta, samples, claims);
  expect(diagnosis?.mistakes.map(({ code }) => code)).toEqual(codes);
  expect(diagnosis?.explained).toBe(diagnosis?.wrong);
});

test('case 01: a single digit is too coarse', () => {
  const { network: net, samples, claims } = network('cases/01-one-digit-claim.nn.json');
  const { claims: judged, diagnosis } = judgeClaims(net, net.theta, samples, claims);
  expect(judged.map(({ verdict }) => verdict)).toEqual(['too-coarse', 'correct', 'too-coarse']);
  expect(diagnosis).toBeNull();
});

test('what the same numbers also come from is told by name, and the place follows the mistake', () => {
  const { network: net, samples, claims } = network('cases/14-bias-gradient-believed-zero.nn.json');
  const { diagnosis } = judgeClaims(net, net.theta, samples, claims);
  const [found] = diagnosis?.mistakes ?? [];
  if (!diagnosis || !found) throw new Error('nothing is found');
  expect(othersInWords(found)).toBe(
    'the derivative of another loss in layer 2; another activation in the forward pass in layer 2',
  );
  expect(firstWrong(diagnosis)).toEqual({ quantity: 'bias-gradient', layer: 1 });
  expect(placeInWords({ quantity: 'bias-gradient', layer: 1 })).toBe('∂J/∂θ⁽¹⁾ of its biases');
});

test('gradients of 0 in every layer say nothing against δ', () => {
  const { network: net, samples } = network('mistakes/042-zeros.nn.json');
  const { claims } = readGradients(
    readFileSync(`${fixtures}mistakes/042-zeros.gradients.json`),
    net,
    'units-by-inputs',
  );
  const { diagnosis } = judgeClaims(net, net.theta, samples, claims, { computed: true });
  if (!diagnosis) throw new Error('nothing is found');
  expect(diagnosis.place).toEqual({ quantity: 'delta', layer: 5 });
  expect(firstWrong(diagnosis)).toEqual({ quantity: 'weight-gradient', layer: 4 });
});
