/** Every model of the fixtures: written by the libraries, with the outputs that NumPy computed from the stored weights. */

import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { activate } from '../../../src/core/functions';
import type { WeightOrientation } from '../../../src/format/import';
import { ImportError, answered, parseActivation, readModel } from '../../../src/format/import';
import type { ImportedModel } from '../../../src/format/import';

const models = fileURLToPath(new URL('../../fixtures/models/', import.meta.url));

interface Expected {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly refused: string | null;
  readonly kind?: 'data';
  readonly layers?: readonly unknown[];
  readonly inputs?: readonly (readonly number[])[];
  readonly outputs?: readonly (readonly number[])[];
  readonly tolerance?: number;
  readonly loss?: string;
  readonly optimizer?: Readonly<Record<string, number | string>>;
}

const cases = readdirSync(models)
  .filter((name) => name.endsWith('.expected.json'))
  .map((name) => JSON.parse(readFileSync(join(models, name), 'utf8')) as Expected)
  .filter(({ kind }) => kind !== 'data');

describe('models of other tools', () => {
  it.each(cases.filter(({ refused }) => refused === null))('reads $file', (expected) => {
    const model = read(expected);
    const [first] = model.layers;
    const layers = model.layers.map(({ units, activation }) => ({
      units,
      activation: Object.keys(activation ?? {}).length > 1 ? activation : activation?.type,
    }));
    expect([{ units: first?.inputs }, ...layers]).toEqual(expected.layers);
    for (const [index, inputs] of (expected.inputs ?? []).entries()) {
      const outputs = forward(model, Float64Array.from(inputs));
      for (const [unit, wanted] of (expected.outputs?.[index] ?? []).entries()) {
        expect(Math.abs((outputs[unit] ?? NaN) - wanted)).toBeLessThanOrEqual(
          (expected.tolerance ?? 1e-12) * Math.abs(wanted),
        );
      }
    }
    if (expected.loss !== undefined) expect(model.loss).toBe(expected.loss);
    if (expected.optimizer) expect(model.optimizer).toMatchObject(expected.optimizer);
  });

  it.each(cases.filter(({ refused }) => refused !== null))('refuses $file', (expected) => {
    expect(() => read(expected)).toThrow(ImportError);
    expect(() => read(expected)).toThrow(new RegExp(expected.refused ?? ''));
  });
});

function read({ file, arguments: args }: Expected): ImportedModel {
  const option = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const activations = option('--activations')
    ?.split(',')
    .map((text) => parseActivation(text) ?? { type: 'identity' as const });
  const orientation = option('--orientation') as WeightOrientation | undefined;
  const folder = join(models, dirname(file));
  const model = readModel(basename(file), new Uint8Array(readFileSync(join(models, file))), {
    ...(orientation && { orientation }),
    readBeside: (path) => {
      const wanted = resolve(folder, path);
      if (!wanted.startsWith(folder)) throw new ImportError('unreadable', 'it is outside the folder');
      return new Uint8Array(readFileSync(wanted));
    },
  });
  return answered(model, activations);
}

function forward({ layers }: ImportedModel, inputs: Float64Array): Float64Array {
  let a = inputs;
  for (const { units, inputs: count, weights, biases, activation } of layers) {
    const z = new Float64Array(units);
    for (let i = 0; i < units; i++) {
      let sum = biases?.[i] ?? 0;
      for (let j = 0; j < count; j++) sum += (weights[i * count + j] ?? NaN) * (a[j] ?? NaN);
      z[i] = sum;
    }
    a = activate(activation ?? { type: 'identity' }, z);
  }
  return a;
}
