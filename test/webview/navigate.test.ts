import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GraphItem, keyOf } from '../../webview/graph/items';
import { layoutGraph, shownUnits } from '../../webview/graph/layout';
import { navigate } from '../../webview/graph/navigate';

const viewport = { width: 600, height: 400 };
const shape = (...units: number[]) => units.map((count, l) => ({ units: count, hasBiases: l > 0 }));
const layoutOf = (layers: ReturnType<typeof shape>, ...unfolded: number[]) =>
  layoutGraph(
    layers,
    { unfolded: new Set(unfolded), pinned: new Map(), pictures: new Set(), image: undefined },
    viewport,
  );
const unit = (layer: number, number: number): GraphItem => ({ kind: 'unit', layer, unit: number });

/** Everything that the arrow keys reach from the first unit. */
function reach(layout: ReturnType<typeof layoutOf>): Map<string, GraphItem> {
  const found = new Map<string, GraphItem>();
  const open: GraphItem[] = [unit(1, 1)];
  for (let item = open.pop(); item; item = open.pop()) {
    const key = keyOf(item) + (item.kind === 'edge' ? item.anchor : '');
    if (found.has(key)) continue;
    found.set(key, item);
    for (const arrow of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End']) {
      const next = navigate(layout, item, arrow);
      if (next) open.push(next);
    }
  }
  return found;
}

describe('arrow keys in the graph', () => {
  test('2-2-2: right over an edge to the next layer and on to the loss, and back', () => {
    const layout = layoutOf(shape(2, 2, 2));
    const walk = ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft'];
    const keys: string[] = [];
    walk.reduce(
      (item: GraphItem, arrow) => {
        const next = navigate(layout, item, arrow) ?? expect.fail(`${arrow} leads nowhere`);
        keys.push(keyOf(next));
        return next;
      },
      unit(1, 1),
    );
    expect(keys).toEqual(['edge-1-1-1', 'edge-1-2-1', 'unit-2-2', 'edge-2-2-2', 'unit-3-2', 'loss', 'unit-3-1']);
  });

  test('from the left an edge turns around its target, from the right around its source', () => {
    const layout = layoutOf(shape(2, 2));
    const intoTarget = navigate(layout, unit(2, 1), 'ArrowLeft') ?? expect.fail();
    expect(keyOf(navigate(layout, intoTarget, 'ArrowDown') ?? expect.fail())).toBe('edge-1-1-2');
    const outOfSource = navigate(layout, unit(1, 1), 'ArrowRight') ?? expect.fail();
    expect(keyOf(navigate(layout, outOfSource, 'ArrowDown') ?? expect.fail())).toBe('edge-1-2-1');
  });

  test('every unit, edge, fold and bias neuron that is drawn can be reached', () => {
    const widths = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(12, 30)), {
      minLength: 2,
      maxLength: 4,
    });
    fc.assert(
      fc.property(widths, fc.boolean(), (units, unfold) => {
        const layers = shape(...units);
        const layout = layoutOf(layers, ...(unfold ? [1, 2, 3, 4] : []));
        const reached = new Set([...reach(layout).values()].map(keyOf));
        const wanted = ['loss'];
        for (const column of layout.columns) {
          for (const number of shownUnits(column)) wanted.push(keyOf(unit(column.layer, number)));
          for (const row of column.rows) {
            if (row.kind === 'gap') wanted.push(keyOf({ kind: 'gap', layer: column.layer, first: row.first }));
          }
          const next = layout.columns[column.layer];
          if (!next || column.block || next.block) continue;
          for (const from of shownUnits(column)) {
            for (const to of shownUnits(next)) {
              const parameter = { layer: column.layer, to, from };
              if (to > 0) wanted.push(keyOf({ kind: 'edge', parameter, anchor: 'from' }));
            }
          }
        }
        expect(wanted.filter((key) => !reached.has(key))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
