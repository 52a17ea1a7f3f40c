import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chain } from '../../src/core/chain';
import { parameterAt, parameterLayout, type Network, objectiveOf } from '../../src/core/network';
import { parameterName } from '../../src/core/notation';
import { parseNetworkFile } from '../../src/format';
import { routesOf } from '../../webview/chain/routes';
import { marksOf } from '../../webview/graph/marks';
import { scaleOf } from '../../webview/graph/scale';
import { placeBeside } from '../../webview/graph/tooltip';
import { convention, parameterFromText, showShort } from '../../webview/names';
import { restoreView } from '../../webview/state';
import { searchable, sortedBy } from '../../webview/table/search';

const examples = join(import.meta.dirname, '..', '..', 'media', 'examples');

function load(example: string) {
  const fileName = `${example}.nn.json`;
  const { network, data } = parseNetworkFile(readFileSync(join(examples, fileName), 'utf8'), { fileName });
  return { network: network ?? expect.fail(`${example} has problems`), data };
}

describe('routes', () => {
  test('θ₁₁⁽¹⁾ of 2-2-2 has two routes: both over its edge, one colour to each output', () => {
    const { network, data } = load('multiple-units-2-2-2');
    const parameter = { layer: 1, to: 1, from: 1 };
    const routes = routesOf(chain(objectiveOf(network, data?.training ?? expect.fail()), parameter, { paths: 10 }));
    const marks = marksOf(parameter, routes);
    expect(marks.edges.get('edge-1-1-1')?.colours).toEqual([1, 2]);
    expect(marks.edges.get('edge-2-1-1')?.colours).toEqual([1]);
    expect(marks.edges.get('edge-2-2-1')?.colours).toEqual([2]);
    expect(marks.units.get('2-1')).toEqual([1, 2]);
    expect([...marks.toLoss]).toEqual([
      [1, [1]],
      [2, [2]],
    ]);
  });

  test('the samples of one route are together, and the routes add up to what is listed', () => {
    const { network, data } = load('xor');
    const samples = data?.training ?? expect.fail();
    const whole = chain(objectiveOf(network, samples), { layer: 1, to: 2, from: 1 }, { paths: 100 });
    const routes = routesOf(whole);
    expect(routes).toHaveLength(1);
    expect(routes[0]?.paths).toHaveLength(samples.count);
    expect(routes[0]?.contribution).toBeCloseTo(whole.gradient - whole.penalty, 12);
  });
});

describe('names', () => {
  test('every parameter of every example is found by its name and by its indices', () => {
    const names = readdirSync(examples).filter((name) => name.endsWith('.nn.json') && !/iris|digits/.test(name));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const { network } = load(name.replace('.nn.json', ''));
      const layout = parameterLayout(network.layers);
      for (let index = 0; index < layout.count; index++) {
        const id = parameterAt(layout, index);
        expect(parameterFromText(network, `${String(id.layer)}, ${String(id.to)}, ${String(id.from)}`)).toEqual(id);
        const repeated = namesakes(network, parameterName(network, id));
        if (repeated === 1) expect(parameterFromText(network, parameterName(network, id))).toEqual(id);
      }
    }
  });

  test('a parameter that does not exist is named with the range that does', () => {
    const { network } = load('multiple-units-2-2-2');
    expect(parameterFromText(network, '1, 3, 1')).toBe('No θ₃₁⁽¹⁾: “to” is 1 to 2, “from” is 1 to 2.');
    expect(parameterFromText(network, '7 1 1')).toBe('No θ₁₁⁽⁷⁾: layers are numbered 1 to 2.');
    expect(parameterFromText(network, 'weight')).toContain('layer, to, from');
  });

  test('the convention is the loss’s own formula, over m', () => {
    const { network } = load('multiple-units-2-2-2');
    expect(convention(network, null)).toMatchObject({ left: 'J', right: '1/(2m) Σ (aᵢ − yᵢ)²' });
    expect(convention(network, 3)).toMatchObject({ left: 'E₃', right: '½ Σᵢ (aᵢ − yᵢ)²' });
    const penalised: Network = { ...network, loss: { type: 'mae' }, regularization: { l1: 0, l2: 0.1 } };
    expect(convention(penalised, null).right).toBe('1/m Σ |aᵢ − yᵢ| + R');
    expect(convention({ ...network, loss: { type: 'huber' } }, null).note).toContain('rᵢ = aᵢ − yᵢ');
  });

  test('short numbers have seven characters at most, or eight with an exponent of two digits', () => {
    expect([0.0324, -0.00996, -0.000317, 1234567, -4.5e-17, 0].map(showShort)).toEqual([
      '0.0324',
      '−0.01',
      '−3.2e−4',
      '1230000',
      '−4.5e−17',
      '0',
    ]);
  });
});

describe('search and order', () => {
  test('digits on the line find digits above and below it', () => {
    expect(searchable('θ₁₁⁽¹⁾')).toBe('θ11(1)');
    expect(searchable('theta_12')).toBe('θ12');
  });

  test('orders by key with NaN last, whichever way', () => {
    const keys = Float64Array.of(3, NaN, -1, 2);
    expect(sortedBy([0, 1, 2, 3], keys, false)).toEqual([2, 3, 0, 1]);
    expect(sortedBy([0, 1, 2, 3], keys, true)).toEqual([0, 3, 2, 1]);
  });
});

test('the colour scale is odd, monotone and reaches its ends', () => {
  const { at, max } = scaleOf(Float64Array.of(-2, 0.5, Infinity, NaN));
  expect(max).toBe(2);
  expect([at(2), at(-2), at(0), at(NaN), at(5)]).toEqual([1, -1, 0, 0, 1]);
  expect(at(0.5)).toBe(-at(-0.5));
  expect(scaleOf(Float64Array.of(0, 0)).at(0)).toBe(0);
});

test('a tooltip is beside what it is about, inside the viewport', () => {
  const viewport = { width: 600, height: 300 };
  const tip = { width: 220, height: 120 };
  for (const left of [0, 200, 520]) {
    for (const top of [0, 100, 150, 260]) {
      const { x, y } = placeBeside({ left, top, width: 80, height: 40 }, tip, viewport);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x + tip.width).toBeLessThanOrEqual(viewport.width);
      expect(y + tip.height).toBeLessThanOrEqual(viewport.height);
      const apart = x + tip.width <= left || x >= left + 80 || y + tip.height <= top || y >= top + 40;
      expect(apart).toBe(true);
    }
  }
});

test('what was saved by another version is taken as far as it fits', () => {
  const fresh = restoreView(undefined);
  expect(restoreView({ tab: 'data', beside: 'wide', unknown: 1 })).toEqual({ ...fresh, tab: 'data' });
});

function namesakes(network: Network, name: string): number {
  const layout = parameterLayout(network.layers);
  return Array.from({ length: layout.count }, (_, index) => parameterName(network, parameterAt(layout, index))).filter(
    (other) => other === name,
  ).length;
}
