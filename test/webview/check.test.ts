import { describe, expect, test } from 'vitest';
import { check } from '../../src/core/check';
import { parameterLayout, objectiveOf } from '../../src/core/network';
import { logScale } from '../../webview/axis';
import { errorPoints, orderInWords } from '../../webview/check/curve';
import { heatMaps, strength } from '../../webview/check/heat';
import { filtered, sorted } from '../../webview/check/rows';
import { gradients } from '../../src/core/backprop';
import { drawnCase } from '../engine/drawn';
import { stepCurve } from '../core/atOnce';

const { network, samples } = drawnCase([3, 40, 100], 4);
const layout = parameterLayout(network.layers);
const { gradient } = gradients(objectiveOf(network, samples));
/** Wrong in one place: θ of unit 90 from unit 7. */
const wrong = { layer: 2, to: 90, from: 7 };
const at = (layout.layers[1]?.weights ?? NaN) + 89 * 40 + 6;
gradient[at] = (gradient[at] ?? NaN) + 0.01;
const report = check(objectiveOf(network, samples), { gradient });

describe('the check’s table', () => {
  test('finds rows by verdict, name and layer, and orders them by any number', () => {
    expect(filtered(network, report.parameters, 'fail').map(({ parameter }) => parameter)).toEqual([wrong]);
    expect(filtered(network, report.parameters, 'layer1')).toHaveLength(3 * 40 + 40);
    const rows = sorted(report.parameters, { column: 'analytic', descending: false });
    expect(rows.map(({ analytic }) => analytic)).toEqual([...gradient].sort((a, b) => a - b));
    expect(sorted(report.parameters, { column: 'worst', descending: true })[0]?.parameter).toEqual(wrong);
  });
});

describe('heat maps', () => {
  test('have few cells, every parameter in one, and each shows its worst', () => {
    const maps = heatMaps(layout, report.parameters);
    expect(maps.map(({ layer }) => layer)).toEqual([1, 2]);
    expect(maps.reduce((sum, { cells }) => sum + cells.length, 0)).toBeLessThanOrEqual(3000);
    for (const { cells, rows, columns } of maps) expect(cells).toHaveLength(rows * columns);
    const failing = maps.flatMap(({ cells }) => cells).filter((cell) => cell.check.verdict === 'fail');
    expect(failing.map((cell) => cell.check.parameter)).toEqual([wrong]);
    expect(failing.map((cell) => strength(cell.check))).toEqual([1]);
  });
});

describe('the step curve', () => {
  test('has its least error between truncation and rounding, and says which gradient is wrong', () => {
    const parameter = { layer: 1, to: 1, from: 1 };
    const right = gradient[0] ?? NaN;
    const curve = stepCurve(objectiveOf(network, samples), parameter, right);
    const errors = errorPoints(curve, right).map(({ error }) => error);
    const least = errors.indexOf(Math.min(...errors));
    expect(least).toBeGreaterThan(0);
    expect(orderInWords(curve.order)).toMatch(/: consistent/);
    const off = stepCurve(objectiveOf(network, samples), parameter, right + 1e-3);
    expect(orderInWords(off.order)).toMatch(/: inconsistent/);
  });

  test('stands on axes where every power of ten is as long', () => {
    const { at, value } = logScale([1e-8, 1], [100, 500]);
    expect([1e-8, 1e-4, 1].map(at)).toEqual([100, 300, 500]);
    expect(value(300)).toBeCloseTo(1e-4, 14);
  });
});
