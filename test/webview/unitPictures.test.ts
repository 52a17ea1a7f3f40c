import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNetworkFile } from '../../src/format';
import type { ModelSlice } from '../../src/protocol';
import { type Folding, layoutGraph, shownUnits, unitAt, unitInBlock } from '../../webview/graph/layout';
import { pictureKinds } from '../../webview/unitPictures/kinds';
import { colourAt, imagePixels, packed, paletteOf, signedPixels } from '../../webview/unitPictures/pixels';

/** A model of these layers, with so many samples. */
function modelOf(layers: readonly object[], samples = 3): ModelSlice {
  const { network } = parseNetworkFile(JSON.stringify({ layers }), { fileName: 'n.nn.json' });
  return {
    revision: 1,
    network: network ?? expect.fail('the layers have errors'),
    samples,
    validationSamples: 0,
    inputNames: null,
    classNames: null,
    standardization: null,
  };
}

describe('what units are drawn as', () => {
  const image = [{ units: 6, shape: [2, 3] }, { units: 8 }, { units: 2 }];

  test('undecided, wide layers are pictures, and with two inputs all that belongs to them', () => {
    expect(pictureKinds(modelOf([{ units: 2 }, { units: 8 }, { units: 1 }]), 'undecided')).toEqual(
      Array(3).fill('plane'),
    );
    expect(pictureKinds(modelOf([{ units: 2 }, { units: 4 }, { units: 1 }]), 'undecided')).toEqual([null, null, null]);
    expect(pictureKinds(modelOf(image), 'undecided')).toEqual(['image', 'weights', null]);
    expect(pictureKinds(modelOf([{ units: 3 }, { units: 8 }, { units: 1 }]), 'undecided')).toEqual([
      null,
      'histogram',
      null,
    ]);
  });

  test('by the reader’s choice, all or none', () => {
    expect(pictureKinds(modelOf(image), 'pictures')).toEqual(['image', 'weights', 'histogram']);
    expect(pictureKinds(modelOf(image), 'numbers')).toEqual([null, null, null]);
  });

  test('one sample has no histogram', () => {
    expect(pictureKinds(modelOf([{ units: 3 }, { units: 8 }, { units: 1 }], 1), 'pictures')).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('the layout of pictures', () => {
  const folding = (more: Partial<Folding>): Folding => ({
    unfolded: new Set(),
    pinned: new Map(),
    pictures: new Set(),
    image: undefined,
    ...more,
  });
  const viewport = { width: 700, height: 500 };

  test('a picture is a square, and none lies over another', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 5 }), (units) => {
        const layers = units.map((count, l) => ({ units: count, hasBiases: l > 0 }));
        const { columns } = layoutGraph(layers, folding({ pictures: new Set(units.map((_, l) => l + 1)) }), viewport);
        for (const { rows, width, unitHeight } of columns) {
          expect(width).toBe(unitHeight);
          rows.slice(1).forEach(({ y }, k) => {
            expect(y - (rows[k]?.y ?? NaN)).toBeGreaterThan(unitHeight);
          });
        }
      }),
    );
  });

  test.each([1, 3])('an image of depth %i is a block of its pixels: each unit lies in its own', (depth) => {
    const image = { rows: 4, columns: 5, depth };
    const layers = [
      { units: 20 * depth, hasBiases: false },
      { units: 2, hasBiases: true },
    ];
    const [column] = layoutGraph(layers, folding({ image }), viewport).columns;
    if (!column) expect.fail('no column');
    expect(column.block).toMatchObject({ across: 5, down: 4, depth });
    for (const unit of shownUnits(column).filter((shown) => shown > 0)) {
      const at = unitAt(column, unit);
      // Of a pixel's colors, the first stands for all.
      expect(at && unitInBlock(column, at)).toBe(unit - ((unit - 1) % depth));
    }
  });
});

describe('colors', () => {
  const palette = paletteOf([
    [255, 0, 0],
    [0, 0, 0],
    [0, 0, 255],
  ]);

  test('of signed numbers go from one end of the palette over its middle to the other', () => {
    const colour = signedPixels({ rows: 1, columns: 4, depth: 1 }, Float64Array.of(-2, 2, NaN, 9), 2, palette);
    expect([0, 1, 3].map(colour)).toEqual([packed([255, 0, 0]), packed([0, 0, 255]), packed([0, 0, 255])]);
    expect(colour(2)).toBe(colourAt(palette, 0.5));
  });

  test('of an image are its own: black at 0 and white at 1, wider where its numbers are', () => {
    const gray = (level: number): number => packed([level, level, level]);
    const shape = { rows: 1, columns: 3, depth: 1 };
    expect([0, 1, 2].map(imagePixels(shape, Float64Array.of(0, 0.4, 1)))).toEqual([gray(0), gray(102), gray(255)]);
    expect([0, 1, 2].map(imagePixels(shape, Float64Array.of(0, 102, 255)))).toEqual([gray(0), gray(102), gray(255)]);
    expect([0, 1, 2].map(imagePixels(shape, Float64Array.of(-1, 0, 1)))).toEqual([gray(0), gray(128), gray(255)]);
    const color = imagePixels({ rows: 1, columns: 1, depth: 3 }, Float64Array.of(1, 0.2, 0));
    expect(color(0)).toBe(packed([255, 51, 0]));
  });
});
