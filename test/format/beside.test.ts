/** Tensors and arrays in files beside the text. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadNetworkFile, movedTensors, tensorFiles, type NetworkFile } from '../../src/format';
import { readArrays, writeSafetensors } from '../../src/format/import';

const models = new URL('../fixtures/models/', import.meta.url);

const matrix = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
const file = writeSafetensors([
  { name: 'w', shape: [2, 3], values: matrix },
  { name: 'turned', shape: [3, 2], values: Float64Array.of(0.1, 0.4, 0.2, 0.5, 0.3, 0.6) },
  { name: 'b', shape: [2], values: Float64Array.of(1, 2) },
]);

function text(weights: string, biases = '{"file":"m.safetensors","tensor":"b"}'): string {
  return `{"layers":[{"units":3},{"units":2,"weights":${weights},"biases":${biases}}]}`;
}

const reference = (tensor: string, more = ''): string => `{"file":"m.safetensors","tensor":"${tensor}"${more}}`;

function load(content: string, bytes: Uint8Array = file): Promise<NetworkFile> {
  return loadNetworkFile(content, {
    fileName: 'n.nn.json',
    readCsv: () => Promise.reject(new Error('there is no CSV')),
    readBytes: (path) =>
      path.endsWith('m.safetensors') ? Promise.resolve(bytes) : Promise.reject(new Error(`there is no file “${path}”`)),
  });
}

describe('tensors beside the text', () => {
  it.each([reference('w'), reference('turned', ',"transposed":true')])('are read: %s', async (weights) => {
    const { network, problems } = await load(text(weights));
    expect(problems).toEqual([]);
    expect([...(network?.theta ?? [])]).toEqual([...matrix, 1, 2]);
  });

  it.each([
    [reference('v'), 'tensor-missing', /no tensor "v", expected one of "w"/],
    [reference('turned'), 'tensor-shape', /is 3×2, expected 2×3; add "transposed": true/],
    [reference('b'), 'tensor-shape', /is 2, expected 2×3/],
    ['{"file":"x.safetensors","tensor":"w"}', 'file-unreadable', /there is no file/],
  ])('%s is wrong at its own place', async (weights, code, message) => {
    const content = text(weights);
    const { network, problems } = await load(content);
    expect(network).toBeUndefined();
    expect(problems).toMatchObject([{ code, offset: content.indexOf(weights), length: weights.length }]);
    expect(problems[0]?.message).toMatch(message);
  });

  it('damaged files are refused where they are named', async () => {
    const { problems } = await load(text(reference('w')), file.subarray(0, 40));
    expect(problems.map(({ code }) => code)).toEqual(['file-unreadable', 'file-unreadable']);
  });

  it('are written in place of the old ones, the others as they were', async () => {
    const { source } = await load(text(reference('turned', ',"transposed":true')));
    const theta = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 2);
    const [written] = await tensorFiles(source, theta, () => Promise.resolve(file));
    const again = await load(text(reference('turned', ',"transposed":true')), written?.bytes);
    expect(again.network?.theta).toEqual(theta);
    const others = await load(text(reference('w')), written?.bytes);
    expect(others.network?.theta).toEqual(Float64Array.of(...matrix, 1, 2));
  });

  it('are left alone where nothing changed', async () => {
    const { source, network } = await load(text(reference('w')));
    expect(await tensorFiles(source, network?.theta ?? new Float64Array(), () => Promise.resolve(file))).toEqual([]);
  });

  it('are found at the place that names them', async () => {
    const content = text(reference('w'));
    const { source } = await load(content);
    expect(source.tensorAt(content.indexOf('"tensor":"w"'))).toMatchObject({ layer: 2, first: 0, shape: [2, 3] });
    expect(source.tensorAt(content.indexOf('"tensor":"b"'))).toMatchObject({ layer: 2, first: 6, shape: [2] });
    expect(source.tensorAt(content.indexOf('"units"'))).toBeUndefined();
  });

  it('move to a new file', async () => {
    const { source } = await load(text(reference('turned', ',"transposed":true')));
    const theta = Float64Array.of(9, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 3);
    const moved = await movedTensors(source, theta, 'new.safetensors');
    const tensors = readArrays('new.safetensors', moved?.file.bytes ?? new Uint8Array());
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['1.weight', [2, 3]],
      ['1.bias', [2]],
    ]);
    expect(tensors.flatMap((tensor) => [...tensor.values()])).toEqual([...theta]);
  });
});

describe('data from arrays', () => {
  it.each(['data-npz-onehot', 'data-npy-pair'])('%s has 8 samples', async (name) => {
    const { data, problems } = await loadModel(`${name}.nn.json`);
    expect(problems).toEqual([]);
    expect(data?.training.count).toBe(8);
  });

  it('rows that differ are told with both numbers', async () => {
    const { problems } = await loadModel('data-npy-rows-differ.nn.json');
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^tensor-shape .* has 5 rows, expected 8/),
    ]);
  });

  function loadModel(name: string): Promise<NetworkFile> {
    return loadNetworkFile(readFileSync(new URL(name, models), 'utf8'), {
      fileName: name,
      readCsv: () => Promise.reject(new Error('there is no CSV')),
      readBytes: (path) => Promise.resolve(new Uint8Array(readFileSync(new URL(path, models)))),
    });
  }
});
