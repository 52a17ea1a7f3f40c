import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parameterIndex, parameterLayout } from '../../src/core/network';
import { fit, toGraph, toViewport, zoomAt } from '../../webview/graph/camera';
import { EDGE_LIMIT, edgesOf, edgesOfUnit, nearestEdge } from '../../webview/graph/edges';
import { FOLD_ABOVE, type Folding, layoutGraph, shownUnits, unitAt, unitInBlock } from '../../webview/graph/layout';

const viewport = { width: 600, height: 400 };
const folded: Folding = { unfolded: new Set(), pinned: new Map(), pictures: new Set(), image: undefined };
const shape = (...units: number[]) => units.map((count, l) => ({ units: count, hasBiases: l > 0 }));

const shapes = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1200 })), { minLength: 2, maxLength: 6 })
  .map((units) => shape(...units));

describe('layout', () => {
  test('no two things of a column lie over each other, and everything is inside the bounds', () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.integer({ min: 1, max: 6 })), (layers, unfolded) => {
        const layout = layoutGraph(layers, { ...folded, unfolded: new Set(unfolded) }, viewport);
        const { bounds } = layout;
        for (const column of layout.columns) {
          const rows = column.rows.map(({ y }) => y);
          const ys = column.biasY === undefined ? rows : [column.biasY, ...rows];
          ys.slice(1).forEach((y, k) => {
            expect(y - (ys[k] ?? NaN)).toBeGreaterThanOrEqual(layout.unitHeight);
          });
          for (const y of ys) {
            expect(y).toBeGreaterThan(bounds.top);
            expect(y).toBeLessThan(bounds.top + bounds.height);
          }
          expect(column.x + column.width).toBeLessThan(layout.loss.x);
        }
        layout.columns.slice(1).forEach((column, k) => {
          const before = layout.columns[k];
          expect(column.x).toBeGreaterThan((before?.x ?? NaN) + (before?.width ?? NaN));
        });
      }),
    );
  });

  test('a folded layer and its gaps are the whole layer, unfolded every unit has a place of its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.array(fc.integer({ min: 1, max: 2000 })), (units, pins) => {
        const pinned = new Map([[1, new Set(pins)]]);
        const [column] = layoutGraph(shape(units, 2), { ...folded, pinned }, viewport).columns;
        const counted = (column?.rows ?? []).reduce(
          (sum, row) => sum + (row.kind === 'gap' ? row.last - row.first + 1 : 1),
          0,
        );
        expect(counted).toBe(units);
        for (const unit of pins) if (unit <= units) expect(column && unitAt(column, unit)).toBeDefined();

        const [whole] = layoutGraph(shape(units, 2), { ...folded, unfolded: new Set([1]) }, viewport).columns;
        const places = whole ? shownUnits(whole).map((unit) => JSON.stringify(unitAt(whole, unit))) : [];
        expect(new Set(places).size).toBe(units + 1);
      }),
    );
  });

  test('784-128-10 shows its first and last units with the number between', () => {
    const { columns } = layoutGraph(shape(784, 128, 10), folded, viewport);
    expect(columns[0]?.rows.find(({ kind }) => kind === 'gap')).toMatchObject({ first: 5, last: 781 });
    expect(shownUnits(columns[2] ?? expect.fail()).length).toBe(FOLD_ABOVE);
  });

  test('a point of a block is the unit that is drawn there', () => {
    const [column] = layoutGraph(shape(784, 2), { ...folded, unfolded: new Set([1]) }, viewport).columns;
    if (!column) expect.fail();
    for (const unit of [1, 28, 29, 400, 784]) {
      expect(unitInBlock(column, unitAt(column, unit) ?? expect.fail())).toBe(unit);
    }
    expect(unitInBlock(column, { x: column.x - 1, y: 0 })).toBeUndefined();
  });
});

describe('edges', () => {
  const layers = shape(3, 2, 1);
  const blocks = parameterLayout(layers).layers;
  const layout = layoutGraph(layers, folded, viewport);

  test('every parameter of a small network is an edge with its own index', () => {
    const { edges, left } = edgesOf(layout, blocks, () => 1);
    expect(left).toBe(0);
    expect(edges.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, k) => k));
    for (const { parameter, index } of edges) expect(parameterIndex(parameterLayout(layers), parameter)).toBe(index);
  });

  test('of too many edges the strongest are drawn', () => {
    const wide = shape(20, 20, 1);
    const all = layoutGraph(wide, { ...folded, unfolded: new Set([1, 2]) }, viewport);
    const { edges, left } = edgesOf(all, parameterLayout(wide).layers, (index) => index);
    const first = edges.filter(({ parameter }) => parameter.layer === 1);
    expect(first.length).toBe(EDGE_LIMIT);
    expect(left).toBe(20);
    expect(Math.min(...first.map(({ index }) => index))).toBe(20);
  });

  test('a unit has its own edges on both sides', () => {
    const ids = edgesOfUnit(layout, blocks, 2, 1, () => 1).map(({ parameter }) => parameter);
    expect(ids).toHaveLength(5);
    expect(ids.every(({ layer, to, from }) => (layer === 1 ? to === 1 : from === 1))).toBe(true);
  });

  test('the edge at a point is the nearest one, and none far from all', () => {
    const { edges } = edgesOf(layout, blocks, () => 1);
    for (const edge of edges) {
      const near = { x: edge.from.x + 2, y: edge.from.y };
      const found = nearestEdge(
        edges,
        { x: (edge.from.x * 9 + edge.to.x) / 10, y: (edge.from.y * 9 + edge.to.y) / 10 },
        7,
      );
      expect(found?.parameter).toEqual(edge.parameter);
      expect(nearestEdge([edge], near, 7)).toBe(edge);
    }
    expect(nearestEdge(edges, { x: -100, y: -500 }, 7)).toBeUndefined();
  });
});

describe('camera', () => {
  const box = fc.record({
    left: fc.integer({ min: -500, max: 500 }),
    top: fc.integer({ min: -500, max: 500 }),
    width: fc.integer({ min: 100, max: 2000 }),
    height: fc.integer({ min: 100, max: 2000 }),
  });

  test('fit shows the whole box', () => {
    fc.assert(
      fc.property(box, (content) => {
        const camera = fit(content, viewport);
        const topLeft = toViewport(camera, { x: content.left, y: content.top });
        const bottomRight = toViewport(camera, { x: content.left + content.width, y: content.top + content.height });
        expect(Math.min(topLeft.x, topLeft.y)).toBeGreaterThanOrEqual(0);
        expect(bottomRight.x).toBeLessThanOrEqual(viewport.width);
        expect(bottomRight.y).toBeLessThanOrEqual(viewport.height);
      }),
    );
  });

  test('zooming keeps what is under the pointer', () => {
    fc.assert(
      fc.property(box, fc.double({ min: 0.2, max: 5, noNaN: true }), (content, factor) => {
        const camera = fit(content, viewport);
        const pointer = { x: 123, y: 45 };
        const before = toGraph(camera, pointer);
        const after = toGraph(zoomAt(camera, pointer, factor), pointer);
        expect(after.x).toBeCloseTo(before.x, 6);
        expect(after.y).toBeCloseTo(before.y, 6);
      }),
    );
  });
});
