import type { Sharpness } from '../../src/core/curvature';
import { formatNumber } from '../../src/core/notation';
import type { EarlierRun } from '../../src/protocol';
import { showCount } from '../names';
import { endsOf, linearScale, logScale as logarithmicScale } from '../axis';
import type { History } from '../state';
import { colourOf } from '../color';
import { type Drawing, framed } from '../savePicture/drawing';
import type { Averages } from './averages';
import { type Curve, dataOf, earlierSources, METRIC_STYLES, PALE, runSource, sharpnessSource } from './curves';
import type { Zoom } from './sampling';

/** What is in sight of the chart. */
export interface ChartContent {
  readonly history: History;
  readonly earlier: readonly EarlierRun[];
  readonly logScale: boolean;
  readonly withNorm: boolean;
  /** λ_max of the run, where it is wanted, and the η that it is compared with. */
  readonly sharpness: Sharpness | undefined;
  readonly rate: number;
  /** To be drawn over the run's own numbers. */
  readonly averages: Averages | null;
  readonly zoom: Zoom;
}

const WIDTH = 900;
const HEIGHT = 450;
const LEFT = 80;
/** Where there is an axis of ‖∇J‖₂ at the right, and where there is none. */
const RIGHT = { norm: 820, none: 880 } as const;
const TOP = 30;
const BOTTOM = 340;
const TICKS = 6;

/** The chart as SVG in the colours of the theme, with axes and a legend: sharp at any size, and text stays text. */
export function drawChart(picture: ChartContent): Drawing {
  const { history, earlier, logScale, withNorm, sharpness, rate, averages, zoom } = picture;
  const ofCurvature = sharpness ? [sharpnessSource(history.series, sharpness, rate)] : [];
  const sources = [runSource(history.series, withNorm, averages), ...ofCurvature, ...earlierSources(earlier)];
  const curves = sources.flatMap((source) => source.curves);
  const hasNorm = curves.some((curve) => curve.axis === 'norm');
  const right = hasNorm ? RIGHT.norm : RIGHT.none;
  const [epochs = [], ...columns] = dataOf(sources, logScale, zoom, right - LEFT);
  const x = scaleOf(zoom ? [zoom.from, zoom.to] : [...epochs], LEFT, right, false);
  const colour = (variable: string): string => colourOf(document.body, variable);
  const valuesOf = (axis: Curve['axis']): number[] =>
    columns.flatMap((column, at) => (curves[at]?.axis === axis ? [...column].filter(isNumber) : []));
  const scales = {
    loss: scaleOf(valuesOf('loss'), BOTTOM, TOP, logScale),
    norm: scaleOf(valuesOf('norm'), BOTTOM, TOP, true),
  };
  const text = colour('--fg');
  const lines = curves.map((curve, at) => {
    const points = Array.from(columns[at] ?? [], (value, k) => {
      if (value === undefined) return '';
      return value === null ? '|' : `${x.at(epochs[k] ?? NaN)},${scales[curve.axis].at(value)} `;
    }).join('');
    const faint = curve.pale ? ` stroke-opacity="${String(PALE)}"` : '';
    const dash = curve.dash ? ` stroke-dasharray="${curve.dash.join(' ')}"` : '';
    return points
      .split('|')
      .filter((stretch) => stretch !== '')
      .map(
        (stretch) =>
          `<polyline points="${stretch.trim()}" fill="none" stroke="${colour(curve.colour)}" stroke-width="${String(curve.width)}"${dash}${faint}/>`,
      )
      .join('\n');
  });
  const legend = curves.map(({ label, colour: variable, pale }, at) => {
    const [left, top] = [LEFT + 260 * (at % 3), BOTTOM + 56 + 18 * Math.floor(at / 3)];
    const faint = pale ? ` fill-opacity="${String(PALE)}"` : '';
    return `<rect x="${String(left)}" y="${String(top - 6)}" width="14" height="4" fill="${colour(variable)}"${faint}/><text x="${String(left + 20)}" y="${String(top)}">${escaped(label)}</text>`;
  });
  const grid = scales.loss.ticks.map(
    (value) =>
      `<path d="M${String(LEFT)} ${scales.loss.at(value)}H${String(right)}" stroke="${colour('--grid')}"/><text x="${String(LEFT - 8)}" y="${scales.loss.at(value)}" dy="4" text-anchor="end">${formatNumber(value, 4)}</text>`,
  );
  const feet = x.ticks
    .filter(Number.isInteger)
    .map(
      (value) => `<text x="${x.at(value)}" y="${String(BOTTOM + 18)}" text-anchor="middle">${showCount(value)}</text>`,
    );
  const norm = colour('--norm');
  const normTicks = scales.norm.ticks.map(
    (value) =>
      `<path d="M${String(right)} ${scales.norm.at(value)}h4" stroke="${norm}"/><text x="${String(right + 8)}" y="${scales.norm.at(value)}" dy="4" fill="${norm}">${formatNumber(value, 4)}</text>`,
  );
  const names = [
    `<text x="${String(LEFT - 8)}" y="${String(TOP - 14)}" text-anchor="end">loss</text>`,
    `<text x="${String((LEFT + right) / 2)}" y="${String(BOTTOM + 34)}" text-anchor="middle">epoch</text>`,
    hasNorm
      ? `<text x="${String(right + 8)}" y="${String(TOP - 14)}" fill="${norm}">${[withNorm ? METRIC_STYLES.gradientNorm.label : '', sharpness ? 'λmax' : ''].filter(Boolean).join(', ')}</text>`
      : '',
  ];
  const normAxis = hasNorm
    ? [`<path d="M${String(right)} ${String(TOP)}V${String(BOTTOM)}" stroke="${norm}"/>`, ...normTicks]
    : [];
  const content = [...grid, ...feet, ...normAxis, ...names, ...lines, ...legend].join('\n');
  return framed(
    WIDTH,
    HEIGHT,
    `<rect width="100%" height="100%" fill="${colour('--bg')}"/>\n<g font-family="sans-serif" font-size="12" fill="${text}">${content}</g>`,
  );
}

/** The scale over all of the values, in pixels with two decimals, and some values to write at the axis. */
function scaleOf(
  values: readonly number[],
  start: number,
  end: number,
  logarithmic: boolean,
): { readonly at: (value: number) => string; readonly ticks: readonly number[] } {
  const scale = (logarithmic ? logarithmicScale : linearScale)(endsOf(values, logarithmic), [start, end]);
  return { at: (value) => scale.at(value).toFixed(2), ticks: scale.ticks(TICKS) };
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number';
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${String(char.charCodeAt(0))};`);
}
