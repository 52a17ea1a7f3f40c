import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli, type Cli } from './cli';

const models = fileURLToPath(new URL('../fixtures/models/', import.meta.url));

let cli: Cli;
beforeAll(() => {
  cli = buildCli();
  cpSync(models, join(cli.folder, 'models'), { recursive: true });
});
afterAll(() => cli.dispose());

const tanh = ['--activations', 'tanh,softmax'];

describe('import', () => {
  it('writes a network file that opens, and says what it took', async () => {
    const { status, stdout } = await cli.run(['import', 'models/pt-checkpoint.pt', ...tanh, '--output', 'a.nn.json']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/4-5-3, 43 parameters/);
    expect(stdout).toMatch(/note: “epoch” of the checkpoint was not read/);
    const validated = await cli.run(['validate', 'a.nn.json']);
    expect(validated).toMatchObject({ status: 0, stdout: 'a.nn.json: valid; 4-5-3, 43 parameters, no data\n' });
  });

  it('prints one JSON document', async () => {
    const { stdout } = await cli.run(['import', 'models/onnx-leaky-eighth.onnx', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      output: null,
      layers: [
        { units: 3 },
        { units: 5, activation: { type: 'leakyRelu', slope: 0.125 } },
        { units: 2, activation: 'identity' },
      ],
      notes: [],
    });
  });

  it('prints the network file itself', async () => {
    const { stdout } = await cli.run(['import', 'models/onnx-double.onnx', '--output', '-']);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'onnx-double',
      layers: [{ units: 4 }, { units: 5 }, { units: 3 }],
    });
  });

  it('puts many numbers beside the text, where training writes them again', async () => {
    const args = ['import', 'models/safetensors-large.safetensors', ...tanh];
    expect((await cli.run([...args, '--output', 'large.nn.json'])).status).toBe(0);
    expect(readFileSync(join(cli.folder, 'large.nn.json'), 'utf8')).toContain('"file": "large.weights.safetensors"');
    expect((await cli.run(['validate', 'large.nn.json'])).status).toBe(0);
    expect((await cli.run([...args, '--output', 'inline.nn.json', '--inline'])).status).toBe(0);
    expect(readFileSync(join(cli.folder, 'inline.nn.json'), 'utf8')).not.toContain('"file"');
    expect((await cli.run([...args, '--inline', '--sidecar'])).status).toBe(2);
  });

  it('never writes over the model', async () => {
    mkdirSync(join(cli.folder, 'own'));
    cpSync(join(models, 'safetensors-large.safetensors'), join(cli.folder, 'own/m.weights.safetensors'));
    const before = readFileSync(join(cli.folder, 'own/m.weights.safetensors'));
    const args = ['import', 'own/m.weights.safetensors', ...tanh, '--output'];
    expect((await cli.run([...args, 'own/m.nn.json'])).status).toBe(0);
    expect((await cli.run([...args, 'own/m.weights.safetensors'])).status).toBe(2);
    expect(readFileSync(join(cli.folder, 'own/m.weights.safetensors'))).toEqual(before);
    expect((await cli.run(['validate', 'own/m.nn.json'])).status).toBe(0);
  });

  it.each([
    ['models/onnx-html.onnx', [], /error wrong-format: the content looks like a web page/],
    ['models/tfjs-traversal/model.json', [], /error unreadable: .*outside the folder of the model/],
    ['models/safetensors-f32.safetensors', [], /error unanswered: .*layer 2 \(“0”, 5 units\)/],
    ['models/none.onnx', [], /error unreadable: no such file/],
    ['models', [], /error unreadable: it is a folder/],
    ['a.nn.py', [], /error unreadable: no such file/],
    ['models/pt-malicious.pt', tanh, /error unsupported: .*posix\.system/],
  ])('refuses %s in one line', async (file, args, message) => {
    const { status, stdout, stderr } = await cli.run(['import', file, ...args, '--output', 'refused.nn.json']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.startsWith(`${file}: error `)).toBe(true);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(cli.folder, 'refused.nn.json'))).toBe(false);
  });

  it('refers to data beside the output', async () => {
    cpSync(join(models, 'data-a.npz'), join(cli.folder, 'data-a.npz'));
    const args = ['import', 'models/pt-sequential.pt', ...tanh, '--loss', 'crossEntropy', '--data', 'data-a.npz'];
    expect((await cli.run([...args, '--output', 'd.nn.json'])).status).toBe(0);
    const { stdout } = await cli.run(['validate', 'd.nn.json']);
    expect(stdout).toBe('d.nn.json: valid; 4-5-3, 43 parameters, 8 samples\n');
    mkdirSync(join(cli.folder, 'elsewhere'));
    expect((await cli.run([...args, '--output', 'elsewhere/d.nn.json'])).status).toBe(2);
    expect(readdirSync(join(cli.folder, 'elsewhere'))).toEqual([]);
  });

  it('refuses an activation that the format does not hold', async () => {
    const { status, stderr } = await cli.run(['import', 'models/pt-sequential.pt', '--activations', 'prelu,tanh']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/“prelu” is not an activation/);
  });
});
