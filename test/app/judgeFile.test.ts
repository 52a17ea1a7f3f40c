/** A file of gradients, judged for an open network: one sentence, one remark, no number in an exercise. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Editor } from '../../src/app/editor';
import { judgeGradientFile } from '../../src/app/judgeFile';
import { remarkOnFile, type Remark } from '../../src/app/judgedGradients';
import { gradients } from '../../src/core/backprop';
import { parameterLayout, objectiveOf } from '../../src/core/network';
import { readGradients } from '../../src/format/gradients';
import { OpenFile } from './openFile';

/** Runs what is shown with progress; nobody cancels it. */
const progress: Editor['progress'] = (_, task) =>
  task({ report: () => undefined, onDidCancel: () => ({ dispose: () => undefined }) });

let file: OpenFile;
beforeEach(async () => {
  file = new OpenFile(readFileSync('media/examples/xor.nn.json', 'utf8'));
  await file.session.text.current();
});
afterEach(() => {
  file.session.dispose();
});

/** The right gradients, those of layer 1 times `factor`, as `gradients --json` prints them. */
function printed(factor: number): string {
  const model = file.session.text.model;
  if (!model?.data) throw new Error('no data');
  const { network, data } = model;
  const { gradient } = gradients(objectiveOf(network, data.training));
  const layers = parameterLayout(network.layers).layers.map(({ rows, columns, weights, biases }, index) => {
    const at = (k: number): number => (gradient[k] ?? NaN) * (index === 0 ? factor : 1);
    const row = (i: number): number[] => Array.from({ length: columns }, (_, j) => at(weights + i * columns + j));
    return {
      weights: Array.from({ length: rows }, (_, i) => row(i)),
      biases: Array.from({ length: rows }, (_, i) => at(biases + i)),
    };
  });
  return JSON.stringify({ layers });
}

async function judge(json: string): Promise<boolean> {
  return judgeGradientFile(
    file.session,
    { ...file.editor, progress },
    {
      uri: { path: '/networks/grads.json' },
      bytes: new TextEncoder().encode(json),
      read: readGradients,
      askOrientation: () => Promise.resolve('units-by-inputs'),
    },
  );
}

function remarkOn(hinted: boolean): Remark | undefined {
  const { file: judged } = file.session.grading;
  return judged && remarkOnFile(judged, hinted);
}

describe('a file of gradients', () => {
  test('that is right is told so', async () => {
    expect(await judge(printed(1))).toBe(true);
    expect(file.state.gradients).toMatchObject({ file: 'grads.json', diagnosis: null });
    expect(file.state.gradients?.sentence).toMatch(/^All \d+ gradients are correct\.$/);
  });

  test('with the wrong sign in one layer gets one sentence and one remark', async () => {
    await judge(printed(-1));
    const { gradients: shown } = file.state;
    expect(shown?.diagnosis?.mistakes.map(({ code, layers }) => ({ code, layers }))).toEqual([
      { code: 'sign', layers: [1] },
    ]);
    expect(shown?.sentence).toMatch(/This explains all \d+ wrong gradients\.$/);
    // Negated gradients were right until then: the δ that they were made of is.
    expect(shown?.diagnosis?.place).toEqual({ quantity: 'weight-gradient', layer: 1 });
    const remark = remarkOn(false);
    expect(remark).toMatchObject({ claim: { parameter: { layer: 1, to: 1, from: 1 } }, code: 'sign', wrong: true });
    expect(remark?.message).toBe(shown?.sentence);
  });

  test('gives the kind of mistake and no number in an exercise', async () => {
    await judge(printed(-1));
    file.session.grading.hide(true);
    const { gradients: shown } = file.state;
    expect(shown).toMatchObject({ diagnosis: null, entries: null });
    expect(shown?.sentence).toMatch(/^One mistake explains all wrong claims: .*\(layer 1\)\.$/);
    expect(shown?.sentence).not.toMatch(/\d\.\d/);
    expect(remarkOn(true)?.message).toBe(shown?.sentence);
  });

  test('that nothing explains is one remark as well', async () => {
    await judge(
      printed(1).replace(/-?\d\.\d+/g, (number, at: number) => (at % 3 === 0 ? number : String(Number(number) + at))),
    );
    expect(remarkOn(false)?.message).toMatch(/^No known mistake explains the \d+ gradients together\./);
    expect(remarkOn(false)?.code).toBeUndefined();
  });

  test('that is not JSON, or has another shape, bears its problems at their places', async () => {
    await judge(printed(-1));
    const text = '{"layers": [{"weights": [[1, 2,]]}]}';
    await expect(judge(text)).rejects.toThrow();
    const { file: judged, refused } = file.session.grading;
    expect(judged).toBeUndefined();
    expect(refused?.problems[0]).toMatchObject({ code: 'trailing-comma', offset: text.indexOf(',]') });
    await judge(printed(1));
    expect(file.session.grading.refused).toBeUndefined();
  });

  test('that holds no gradients of this network is refused, with the reason', async () => {
    await expect(judge('{"layers":\n  [{"weights": [[1]]}]}')).rejects.toThrow(/^line 2, column 3: .*expected/);
    await expect(judge('{"layers": [\n{]}')).rejects.toThrow(/^line 2, column 2: /);
  });

  test('is forgotten once the network is another', async () => {
    await judge(printed(-1));
    await file.type(readFileSync('media/examples/multiple-units-2-2-2.nn.json', 'utf8'));
    expect(file.session.grading.file).toBeUndefined();
  });
});
