/** Wherever an epoch is named, it is the same one. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reset, step, train } from '../../src/app/trainingCommands';
import { writeWeightsToFile } from '../../src/app/weights';
import { gradients } from '../../src/core/backprop';
import { layerMeasures } from '../../src/core/layerMeasures';
import { OpenFile } from './openFile';

const xor = readFileSync('media/examples/xor.nn.json', 'utf8').replace(/"epochs": \d+/, '"epochs": 30');

let file: OpenFile;
beforeEach(async () => {
  file = new OpenFile(xor);
  await file.session.text.current();
});
afterEach(() => {
  file.session.dispose();
});

/** The epoch in the header and that of the slider, once the values are those of the weights that are shown. */
async function named(): Promise<{ header: number | undefined; slider: number | null; aside: boolean }> {
  const { values, view } = file.session;
  await vi.waitFor(() => {
    expect(values.slice?.theta).toBe(view.shown?.theta);
    expect(values.slice?.epoch).toBe(view.shown?.epoch);
  });
  const { training, values: slice, history } = file.state;
  return {
    header: slice?.epoch,
    slider: training.aside ? null : (training.lookedAt ?? history?.epochs.at(-1) ?? 0),
    aside: training.aside,
  };
}

describe('header and slider name one epoch', () => {
  it('after training, writing, Undo and Redo', async () => {
    const { session, editor } = file;
    await train(session, editor);
    expect(await named()).toEqual({ header: 30, slider: 30, aside: false });
    await writeWeightsToFile(session, editor);
    const written = file.document.getText();
    expect(await named()).toEqual({ header: 30, slider: 30, aside: false });
    await file.type(xor);
    expect(await named()).toEqual({ header: 0, slider: 0, aside: false });
    await file.type(written);
    expect(await named()).toEqual({ header: 30, slider: 30, aside: false });
  });

  it('after another run from written weights, and Undo', async () => {
    const { session, editor } = file;
    await train(session, editor);
    await train(session, editor);
    expect(await named()).toEqual({ header: 60, slider: 60, aside: false });
    await writeWeightsToFile(session, editor);
    await file.type(xor);
    expect(await named()).toEqual({ header: 0, slider: 0, aside: false });
  });

  it('when the text is edited while a run is on, and after it', async () => {
    const { session, editor } = file;
    await step(session, editor, 'epoch');
    await file.type(xor.replace('"XOR"', '"Exclusive or"'));
    await step(session, editor, 'epoch');
    expect(await named()).toEqual({ header: 2, slider: 2, aside: false });
    await session.view.lookAt(1);
    expect(await named()).toEqual({ header: 1, slider: 1, aside: false });
    await session.training.stop();
    await session.view.lookAt(null);
    expect(await named()).toEqual({ header: 2, slider: 2, aside: false });
    reset(session, editor, 'file');
    expect(await named()).toEqual({ header: 0, slider: 0, aside: false });
  });

  it('when the run is stopped before an edit has been read', async () => {
    const { session, editor } = file;
    await step(session, editor, 'epoch');
    file.document.change(xor.replace('"XOR"', '"Exclusive or"'));
    await session.training.stop();
    await session.text.current();
    expect(await named()).toEqual({ header: 1, slider: 1, aside: false });
    expect(file.state.model?.network.name).toBe('XOR');
    await file.type(xor.replace('"XOR"', '"Either or"'));
    expect(file.state.model?.network.name).toBe('Either or');
  });

  it('or the slider says that none of its epochs is shown', async () => {
    const { session, editor } = file;
    await train(session, editor);
    await file.type(xor.replace('[0.9, -0.7]', '[0.91, -0.7]'));
    expect(await named()).toEqual({ header: 0, slider: null, aside: true });
    expect(file.state.notice?.actions).toEqual(['trained']);
    await session.view.lookAt(null);
    expect(await named()).toEqual({ header: 30, slider: 30, aside: false });
  });
});

describe('looking back', () => {
  it.each([0, 1, 17])('shows gradient and step of each layer at epoch %i itself', async (epoch) => {
    const { session, editor } = file;
    await train(session, editor);
    await session.view.lookAt(epoch);
    await vi.waitFor(() => expect(file.state.training.layers?.epoch).toBe(epoch));
    const { network, data } = session.text.model ?? {};
    if (!network || !data) throw new Error('no network');
    const theta = await session.view.thetaAt(epoch, 'test');
    const before = epoch === 0 ? theta : await session.view.thetaAt(epoch - 1, 'test');
    const { gradient } = gradients({ network, theta, samples: data.training });
    const expected = layerMeasures(network, epoch, gradient, theta, before);
    const { gradientNorms, updateRatios } = file.state.training.layers ?? expected;
    gradientNorms.forEach((norm, l) => expect(norm).toBeCloseTo(expected.gradientNorms[l] ?? NaN, 12));
    expect(updateRatios).toEqual(expected.updateRatios);
    await session.view.lookAt(null);
    expect(file.state.training.layers).toBeNull();
  });
});
