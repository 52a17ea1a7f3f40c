import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parameterLayout, type Network } from '../../src/core/network';
import { parseNetworkFile } from '../../src/format';
import { edgeLabels, type EdgeLabel } from '../../webview/graph/edgeLabels';
import { edgesOf } from '../../webview/graph/edges';
import { edgeKey } from '../../webview/graph/items';
import { layoutGraph } from '../../webview/graph/layout';

const folder = join(import.meta.dirname, '..', '..', 'media', 'examples');
const networks = readdirSync(folder)
  .filter((name) => name.endsWith('.nn.json'))
  .map((name) => ({ name, network: networkIn(readFileSync(join(folder, name), 'utf8')) }));

function networkIn(text: string): Network {
  return parseNetworkFile(text, { fileName: 'test.nn.json' }).network ?? expect.fail();
}

/** Labels, and the edges that matter, of a network in a viewport of this size. */
function labelled(network: Network, width: number, height: number, chosen: number) {
  const layout = layoutGraph(
    network.layers,
    { unfolded: new Set(), pinned: new Map(), pictures: new Set(), image: undefined },
    { width, height },
  );
  const blocks = parameterLayout(network.layers).layers;
  const { edges } = edgesOf(layout, blocks, (index) => Math.abs(network.theta[index] ?? 0));
  const lines = edges.filter((_, at) => (at + chosen) % 3 === 0).slice(0, 4);
  const keys = new Set(lines.map(({ parameter }) => edgeKey(parameter)));
  return { layout, edges, lines, labels: edgeLabels(layout, network, edges, network.theta, keys) };
}

/** Twenty points along the middle of an edge. */
function pointsOf({ from, to }: { from: { x: number; y: number }; to: { x: number; y: number } }) {
  return Array.from({ length: 41 }, (_, k) => ({
    x: from.x + (k / 40) * (to.x - from.x),
    y: from.y + (k / 40) * (to.y - from.y),
  }));
}

const inside = ({ box }: EdgeLabel, { x, y }: { x: number; y: number }): boolean =>
  x > box.left && x < box.left + box.width && y > box.top && y < box.top + box.height;

describe('labels of edges', () => {
  test.each(networks)(
    'of $name lie over no other label, no edge that matters, no column and no border',
    ({ network }) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 320, max: 1900 }),
          fc.integer({ min: 150, max: 1000 }),
          fc.nat(50),
          (width, height, chosen) => {
            const { layout, lines, labels } = labelled(network, width, height, chosen);
            const { bounds } = layout;
            for (const [at, label] of labels.entries()) {
              const { left, top, width: across, height: down } = label.box;
              expect(left).toBeGreaterThanOrEqual(bounds.left);
              expect(left + across).toBeLessThanOrEqual(bounds.left + bounds.width);
              expect(top).toBeGreaterThanOrEqual(bounds.top);
              expect(top + down).toBeLessThanOrEqual(bounds.top + bounds.height);
              for (const { x, width: own } of layout.columns) expect(left + across <= x || left >= x + own).toBe(true);
              for (const { box } of labels.slice(at + 1)) {
                const apart =
                  left + across <= box.left ||
                  box.left + box.width <= left ||
                  top + down <= box.top ||
                  box.top + box.height <= top;
                expect(apart).toBe(true);
              }
              for (const line of lines) {
                if (edgeKey(line.parameter) !== label.key)
                  expect(pointsOf(line).some((point) => inside(label, point))).toBe(false);
              }
            }
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test('the lecture’s networks have every weight named, with its value where the panel is wide', () => {
    for (const name of ['toy-1-1-1', 'multiple-units-2-2-2']) {
      const { network } = networks.find((one) => one.name === `${name}.nn.json`) ?? expect.fail();
      const narrow = labelled(network, 640, 300, 0);
      expect(narrow.labels.map(({ key }) => key).sort()).toEqual(
        narrow.edges.map(({ parameter }) => edgeKey(parameter)).sort(),
      );
      const wide = labelled(network, 1000, 500, 0);
      expect(wide.labels.length).toBe(wide.edges.length);
      expect(wide.labels.every(({ value }) => value.startsWith('= '))).toBe(true);
    }
  });
});
