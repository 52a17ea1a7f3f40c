import { afterEach, describe, expect, it, vi } from 'vitest';
import { compareWithText } from '../../src/app/comparison';
import { gradients } from '../../src/core/backprop';
import { objectiveOf } from '../../src/core/network';
import { parseNetworkFile } from '../../src/format';
import { csvInMemory } from './inMemory';
import { OpenFile } from './openFile';

const network = (weight: number, more: object = {}) =>
  JSON.stringify({
    layers: [{ units: 1 }, { units: 1, weights: [[weight]], biases: [0.5], ...more }],
    data: { inputs: [[1], [2]], targets: [[0], [1]] },
  });

const open: OpenFile[] = [];
afterEach(() => {
  for (const file of open.splice(0)) file.session.dispose();
});

async function opened(text: string): Promise<OpenFile> {
  const file = new OpenFile(text);
  open.push(file);
  await file.session.text.current();
  return file;
}

const compare = ({ session }: OpenFile, text: string) =>
  compareWithText(session, { name: 'other.nn.json', text, files: csvInMemory(''), history: null });

describe('a comparison', () => {
  it('has θ′, J(θ′) and ∂J/∂θ′ over the data of the network that is shown', async () => {
    const file = await opened(network(2));
    await compare(file, network(3));
    const other = parseNetworkFile(network(3), { fileName: 'other.nn.json' });
    if (!other.network || !other.data) expect.fail('the other network has errors');
    const { loss, gradient } = gradients(objectiveOf(other.network, other.data.training));
    await vi.waitFor(() => {
      expect(file.state.comparison?.loss).toBeCloseTo(loss, 14);
    });
    expect(file.state.comparison).toMatchObject({
      name: 'other.nn.json',
      theta: Float64Array.of(3, 0.5),
      structure: [],
    });
    expect([...(file.state.comparison?.gradient ?? [])]).toEqual([...gradient]);
    file.session.comparison.with(undefined);
    expect(file.state.comparison).toBeNull();
  });

  it('with a network that is built differently has the parameters that both have, and no gradient', async () => {
    const file = await opened(network(2));
    await compare(file, network(3, { biases: false, activation: 'relu' }));
    expect(file.state.comparison?.theta).toEqual(Float64Array.of(3, NaN));
    expect(file.state.comparison?.structure).toEqual([
      { path: 'layers[1].activation.type', a: 'identity', b: 'relu' },
      { path: 'layers[1].biases', a: true, b: false },
    ]);
    await file.session.values.analyse(file.session.view.shown ?? expect.fail(), null);
    expect(file.state.comparison?.gradient).toBeNull();
  });

  it('says θ′ to readings only where the other network is built alike', async () => {
    const file = await opened(network(2));
    expect(file.session.comparison.other).toBeUndefined();
    await compare(file, network(3));
    expect(file.session.comparison.other).toEqual(Float64Array.of(3, 0.5));
    await compare(file, network(3, { activation: 'relu' }));
    expect(file.session.comparison.other).toBeUndefined();
    file.session.grading.hide(true);
    expect(file.session.comparison.other).toBeUndefined();
  });

  it('follows an edit of the network that is shown', async () => {
    const file = await opened(network(2));
    await compare(file, network(3));
    await file.type(network(2, { activation: 'relu' }));
    expect(file.state.comparison?.structure).toEqual([{ path: 'layers[1].activation.type', a: 'relu', b: 'identity' }]);
  });

  it('is out of sight during an exercise: the difference of two epochs is a gradient', async () => {
    const file = await opened(network(2));
    await compare(file, network(3));
    file.session.grading.hide(true);
    expect(file.state.comparison).toBeNull();
    file.session.grading.hide(false);
    expect(file.state.comparison).not.toBeNull();
  });

  it('with a text that says no network is refused with the reason', async () => {
    const file = await opened(network(2));
    await expect(compare(file, '{\n  "layers": [] }')).rejects.toThrow(/^line 2: "layers" has 0 layers/);
    expect(file.state.comparison).toBeNull();
  });
});
