import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpy, readNpz } from '../../../src/format/import/numpy';
import { readSafetensors } from '../../../src/format/import/safetensors';

const file = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/models/${name}`, import.meta.url));

describe('arrays of other programs', () => {
  it('reads the arrays of an archive with their shapes', () => {
    const tensors = readNpz(file('npz-compressed.npz'));
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['W1', [4, 6]],
      ['b1', [6]],
      ['W2', [6, 3]],
      ['b2', [3]],
    ]);
    expect(tensors[0]?.values()).toHaveLength(24);
  });

  it('reads Fortran’s order row by row', () => {
    // The first row of θ⁽¹⁾ (units × inputs) as NumPy read it; the file holds inputs × units by columns.
    const { weights } = JSON.parse(new TextDecoder().decode(file('npz-fortran.expected.json'))) as {
      weights: { 1: number[] };
    };
    const values = readNpz(file('npz-fortran.npz'))[0]?.values() ?? new Float64Array();
    expect([0, 1, 2, 3].map((input) => values[input * 6])).toEqual(weights[1]);
  });

  it('reads one array', () => {
    expect(readNpy(file('data-X.npy')).shape).toEqual([8, 4]);
  });

  it('reads float16', () => {
    const { weights } = JSON.parse(new TextDecoder().decode(file('safetensors-f16.expected.json'))) as {
      weights: { 1: number[] };
    };
    const [first] = readSafetensors(file('safetensors-f16.safetensors'));
    expect([...(first?.values().subarray(0, 3) ?? [])]).toEqual(weights[1]);
  });

  it.each([
    ['npz-truncated.npz', readNpz, /cut off/],
    ['npz-header-huge.npz', readNpz, /“/],
    ['npz-object.npz', readNpz, /Python objects/],
    ['safetensors-header-1tb.safetensors', readSafetensors, /header would have/],
    ['safetensors-truncated.safetensors', readSafetensors, /header would have/],
  ])('refuses %s', (name, read, message) => {
    expect(() => read(file(name))).toThrow(message);
  });
});
