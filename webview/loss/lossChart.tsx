import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatNumber } from '../../src/core/notation';
import type { RunFinding } from '../../src/protocol';
import { showCount } from '../names';
import { useTheme } from '../theme';
import { colourOf } from '../color';
import { type Curve, dataOf, earlierSources, smoothingInWords, PALE, runSource, sharpnessSource } from './curves';
import type { ChartContent } from './picture';
import type { Zoom } from './sampling';

interface LossChartProps extends ChartContent {
  /** An epoch to mark: the one that is looked back at. */
  readonly mark: number | null;
  /** Epochs at which something was seen to go wrong. */
  readonly findings: readonly RunFinding[];
  readonly onZoom: (zoom: Zoom) => void;
  /** The epoch under the crosshair. */
  readonly onRead: (epoch: number | null) => void;
}

/** The curves of a run. Dragging zooms along the epochs, a double click shows all; new epochs leave a zoom alone. */
export function LossChart({
  history,
  earlier,
  logScale,
  withNorm,
  sharpness,
  rate,
  averages,
  zoom,
  mark,
  findings,
  onZoom,
  onRead,
}: LossChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const theme = useTheme();
  const { series } = history;
  const others = useMemo(() => earlierSources(earlier), [earlier]);
  const ofCurvature = sharpness ? [sharpnessSource(series, sharpness, rate)] : [];
  const sources = [runSource(series, withNorm, averages), ...ofCurvature, ...others];
  const curves = sources.flatMap((source) => source.curves);
  const kinds = curves.map(({ id }) => id).join();
  const latest = useRef({ mark, findings });
  latest.current = { mark, findings };

  const draw = (plot: uPlot): void => {
    const newest = Math.max(...sources.map((source) => source.series.newest));
    const first = Math.min(...sources.map((source) => source.series.epochAt(0)));
    plot.setData(dataOf(sources, logScale, zoom, plot.width), false);
    plot.setScale('x', zoom ? { min: zoom.from, max: zoom.to } : { min: first, max: Math.max(newest, first + 1) });
  };
  const redraw = useRef(draw);
  redraw.current = draw;

  useLayoutEffect(() => {
    const target = frame.current;
    if (!target) return;
    const options = optionsFor(target, curves, logScale, {
      read: onRead,
      zoom: onZoom,
      marks: () => latest.current,
    });
    const plot = new uPlot(options, [[], ...curves.map(() => [])], target);
    redraw.current(plot);
    chart.current = plot;
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: target.clientWidth, height: target.clientHeight });
    });
    observer.observe(target);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
      onRead(null);
    };
  }, [logScale, kinds, theme, onRead, onZoom]);

  useLayoutEffect(() => {
    if (chart.current) redraw.current(chart.current);
  }, [history, earlier, averages, sharpness, rate, zoom, mark, findings]);

  const label =
    `Chart of the loss: epoch ${showCount(series.epochAt(0))} to ${showCount(series.newest)}, ` +
    `J from ${formatNumber(series.value('loss', 0) ?? NaN, 4)} to ${formatNumber(series.last('loss'), 4)}${averages ? `, with its moving average, ${smoothingInWords(averages)}` : ''}. ` +
    '“Show as table” has every epoch.';
  return <div class="loss-chart" ref={frame} role="img" aria-label={label} />;
}

interface Listeners {
  readonly read: (epoch: number | null) => void;
  readonly zoom: (zoom: Zoom) => void;
  readonly marks: () => { readonly mark: number | null; readonly findings: readonly RunFinding[] };
}

function optionsFor(
  target: HTMLElement,
  curves: readonly Curve[],
  logScale: boolean,
  { read, zoom, marks }: Listeners,
): uPlot.Options {
  const { fontSize, fontFamily } = getComputedStyle(target);
  const colour = (variable: string): string => colourOf(target, variable);
  const grid = { stroke: colour('--grid'), width: 1 };
  const axis = { stroke: colour('--muted'), ticks: { show: false }, font: `${fontSize} ${fontFamily}` };
  const numbers = (_: uPlot, ticks: (number | null)[]): string[] =>
    ticks.map((tick) => (tick === null ? '' : formatNumber(tick, 4)));
  const withNorm = curves.some((curve) => curve.axis === 'norm');
  const markColours = { mark: colour('--selected'), finding: colour('--unsure') };
  return {
    width: target.clientWidth,
    height: target.clientHeight,
    padding: [10, 14, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 7, width: 2 },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          zoom(null);
          return null;
        },
      },
    },
    scales: { x: { time: false, auto: false }, y: logScale ? { distr: 3 } : {}, norm: { distr: 3 } },
    axes: [
      {
        ...axis,
        grid,
        size: 24,
        gap: 4,
        space: 64,
        values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? showCount(tick) : '')),
      },
      { ...axis, grid, size: 64, gap: 6, space: 30, values: numbers },
      { ...axis, scale: 'norm', side: 1, grid: { show: false }, size: 64, space: 30, values: numbers, show: withNorm },
    ],
    series: [
      {},
      ...curves.map(({ label, colour: variable, dash, width, axis: scale, pale }): uPlot.Series => ({
        label,
        width,
        stroke: colourOf(target, variable, pale ? PALE : 1),
        points: { show: false },
        scale: scale === 'norm' ? 'norm' : 'y',
        ...(dash && { dash: [...dash] }),
      })),
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx }, data }) => {
          read(idx === null || idx === undefined ? null : (data[0][idx] ?? null));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width <= 0) return;
          const from = Math.floor(plot.posToVal(left, 'x'));
          const to = Math.ceil(plot.posToVal(left + width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (to > from) zoom({ from, to });
        },
      ],
      draw: [
        (plot) => {
          const { mark, findings } = marks();
          for (const { epoch } of findings) markEpoch(plot, epoch, markColours.finding);
          if (mark !== null) markEpoch(plot, mark, markColours.mark);
        },
      ],
    },
  };
}

/** A line across the chart at an epoch. */
function markEpoch(plot: uPlot, epoch: number, colour: string): void {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(epoch, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(x - devicePixelRatio, bbox.top, 2 * devicePixelRatio, bbox.height);
  ctx.restore();
}
