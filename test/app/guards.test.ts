import { describe, expect, it } from 'vitest';
import { hostGuards } from '../../src/app/guards';

const parameter = { layer: 1, to: 2, from: 0 };
const about = { revision: 3, parameter, sample: null };
const node = { kind: 'z', layer: 2, unit: 1 } as const;
const window = {
  layer: 1,
  samples: { first: 1, count: 6 },
  rows: { first: 1, count: 2 },
  columns: { first: 0, count: 3 },
};

/** What the panel sends, and what nobody should. */
const requests = {
  chain: [
    { ...about, paths: 200 },
    { ...about, paths: 0 },
  ],
  contributions: [
    { revision: 3, parameter, routes: [[node]] },
    { revision: 3, parameter, routes: Array(101).fill([node]) },
  ],
  recursions: [
    { revision: 3, sample: 1, nodes: [node], limit: 8 },
    { revision: 3, sample: null, nodes: [node], limit: 8 },
  ],
  layerWindow: [
    { revision: 3, window },
    { revision: 3, window: { ...window, samples: { first: 1, count: 1e6 } } },
  ],
  nudge: [
    { ...about, step: -0.1 },
    { ...about, step: NaN },
  ],
  slice: [
    { ...about, range: { from: -1, to: 1, points: 121 } },
    { ...about, range: { from: 1, to: -1, points: 121 } },
  ],
  descend: [
    { ...about, sample: 4, learningRate: 0.1 },
    { ...about, sample: 0, learningRate: 0.1 },
  ],
  predictions: [
    { revision: 3, rows: 0 },
    { revision: 3, rows: 1e9 },
  ],
  thetaAt: [12, 1.5],
  weightsInto: [
    { revision: 3, units: [1, 128] },
    { revision: 3, units: [0] },
  ],
  savePicture: [
    { of: 'learning-rates', kind: 'svg', bytes: Uint8Array.of(1) },
    { of: '../learning', kind: 'svg', bytes: Uint8Array.of(1) },
  ],
  copyDerivation: [
    { ...about, format: 'latex' },
    { ...about, format: 'html' },
  ],
  saveDerivation: [about, { ...about, parameter: { ...parameter, to: 0 } }],
} as const;

describe('what the panel asks about a parameter', () => {
  it.each(Object.entries(requests))('%s: a sound request passes, another is refused', (method, [sound, other]) => {
    const guard: (argument: unknown) => unknown = hostGuards[method as keyof typeof requests];
    expect(guard(sound)).toEqual(sound);
    expect(() => guard(other)).toThrow();
    expect(() => guard(undefined)).toThrow();
  });
});
