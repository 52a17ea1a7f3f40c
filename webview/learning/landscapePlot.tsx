import { type RefObject } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { BottomTicks, LeftTicks, linearScale } from '../axis';
import { SHORT, show, showCount } from '../names';
import { areaAbove, levelsOf, refined, interpolated, type Grid } from './bands';
import { between, type Landscape } from './useLandscape';

interface LandscapePlotProps {
  readonly landscape: Landscape;
  readonly grid: Grid;
  /** Where θ is shown now. */
  readonly here: readonly [number, number];
  /** Pixels of the column. */
  readonly width: number;
  readonly names: readonly [string, string];
  readonly drawing: RefObject<SVGSVGElement | null>;
  /** Null where θ cannot be moved. */
  readonly onMove: ((alpha: number, beta: number) => void) | null;
}

const MOST = 460;
const margin = { left: 54, right: 12, top: 8, bottom: 38, scale: 34 };
/** Bands between the least and the largest J. */
const BANDS = 14;
/** Places along a side of what is drawn, about. */
const DRAWN = 128;
/** The colour of the lowest band and of the highest, as parts of blue in the background. */
const [DEEP, HIGH] = [70, 3];

/** J as bands of color, the darker the lower, with the run's path and θ on them. A click moves θ. */
export function LandscapePlot({ landscape, grid, here, width, names, drawing, onMove }: LandscapePlotProps) {
  const [pointed, setPointed] = useState<readonly [number, number] | null>(null);
  const { window, plane } = landscape;
  const size = Math.max(120, Math.min(MOST, width - margin.left - margin.right));
  const picture = useMemo(() => {
    const { levels, logarithmic } = levelsOf(grid, BANDS);
    const change = logarithmic ? Math.log : (value: number) => value;
    const fine = refined(
      { ...grid, values: grid.values.map(change) },
      Math.max(1, Math.round(DRAWN / (grid.side - 1))),
    );
    return { levels, logarithmic, areas: levels.slice(1).map((level) => areaAbove(fine, change(level), size)) };
  }, [grid, size]);
  const bottom = linearScale(window.across, [margin.left, margin.left + size]);
  const side = linearScale(window.up, [margin.top + size, margin.top]);
  const [x, y] = [bottom.at, side.at];
  const placeOf = (event: MouseEvent & { currentTarget: SVGRectElement }): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [
      between(window.across, (event.clientX - box.left) / box.width),
      between(window.up, 1 - (event.clientY - box.top) / box.height),
    ];
  };
  const lossAt = ([alpha, beta]: readonly [number, number]): number =>
    interpolated(
      grid,
      (alpha - window.across[0]) / (window.across[1] - window.across[0]),
      (beta - window.up[0]) / (window.up[1] - window.up[0]),
    );
  const { across, up, epochs } = plane.path;
  const route = Array.from(
    across,
    (alpha, n) => `${n === 0 ? 'M' : 'L'}${x(alpha).toFixed(1)} ${y(up[n] ?? NaN).toFixed(1)}`,
  );
  const height = margin.top + size + margin.bottom + margin.scale;
  const outer = margin.left + size + margin.right;
  const least = lowest(grid, landscape);
  const isMoved = here.some((coordinate) => coordinate !== 0);
  const words =
    `J over ${names[0]} and ${names[1]}: ${show(plane.loss, SHORT)} at θ, from ${show(least.loss, SHORT)} at ` +
    `(${show(least.place[0], SHORT)}, ${show(least.place[1], SHORT)}) up` +
    (epochs.length > 0 ? `; the run’s path of ${showCount(epochs.at(-1) ?? 0)} epochs` : '');
  return (
    <div class="landscape-plot">
      <p class="pointed numeric" aria-hidden="true">
        {pointed
          ? `J ≈ ${show(lossAt(pointed), SHORT)} at α = ${show(pointed[0], SHORT)}, β = ${show(pointed[1], SHORT)}`
          : `J ${isMoved ? '≈' : '='} ${show(isMoved ? lossAt(here) : plane.loss, SHORT)} at θ; ${show(least.loss, SHORT)} at the lowest place here`}
      </p>
      <svg ref={drawing} width={outer} height={height} role="img" aria-label={words}>
        <defs>
          <clipPath id="landscape-clip">
            <rect x={margin.left} y={margin.top} width={size} height={size} />
          </clipPath>
        </defs>
        <rect class="band" x={margin.left} y={margin.top} width={size} height={size} fill={bandColour(0)} />
        <g transform={`translate(${String(margin.left)} ${String(margin.top)})`}>
          {picture.areas.map((path, n) => (
            <path key={n} class="band" d={path} fill={bandColour((n + 1) / (BANDS - 1))} />
          ))}
        </g>
        <g clip-path="url(#landscape-clip)">
          {route.length > 1 && (
            <>
              <path class="route-halo" d={route.join('')} />
              <path class="route-line" d={route.join('')} />
              {Array.from(across, (alpha, n) => (
                <circle
                  key={n}
                  class={n === 0 ? 'route-start' : 'route-dot'}
                  cx={x(alpha)}
                  cy={y(up[n] ?? NaN)}
                  r={n === 0 ? 5 : 2}
                >
                  <title>{`epoch ${showCount(epochs[n] ?? 0)}`}</title>
                </circle>
              ))}
            </>
          )}
          <path class="cross" d={`M${String(x(0) - 6)} ${String(y(0))}h12M${String(x(0))} ${String(y(0) - 6)}v12`} />
          <circle class="place" cx={x(here[0])} cy={y(here[1])} r={6} />
        </g>
        <rect class="plot-edge" x={margin.left} y={margin.top} width={size} height={size} />
        <BottomTicks scale={bottom} about={5} digits={SHORT} place={margin.top + size} />
        <LeftTicks scale={side} about={5} digits={SHORT} place={margin.left} />
        <text class="axis-name" x={margin.left + size / 2} y={margin.top + size + 33} text-anchor="middle">
          {`α: ${names[0]}`}
        </text>
        <text
          class="axis-name"
          transform={`translate(11 ${String(margin.top + size / 2)}) rotate(-90)`}
          text-anchor="middle"
        >
          {`β: ${names[1]}`}
        </text>
        <LevelScale {...picture} top={margin.top + size + margin.bottom + 8} size={size} />
        <rect
          class={onMove ? 'catcher movable' : 'catcher'}
          x={margin.left}
          y={margin.top}
          width={size}
          height={size}
          fill="transparent"
          onMouseMove={(event) => {
            setPointed(placeOf(event));
          }}
          onMouseLeave={() => {
            setPointed(null);
          }}
          onClick={(event) => {
            onMove?.(...placeOf(event));
          }}
        />
      </svg>
    </div>
  );
}

interface ScaleProps {
  readonly levels: readonly number[];
  readonly logarithmic: boolean;
  readonly top: number;
  readonly size: number;
}

/** What the bands stand for. */
function LevelScale({ levels, logarithmic, top, size }: ScaleProps) {
  const step = (size - 40) / BANDS;
  const at = (n: number): number => margin.left + 40 + n * step;
  const every = size < 300 ? 5 : 3;
  return (
    <g>
      <text x={margin.left} y={top + 9}>
        {logarithmic ? 'J, log' : 'J'}
      </text>
      {levels.map((level, n) => (
        <g key={n}>
          <rect class="band" x={at(n)} y={top} width={step + 0.5} height={10} fill={bandColour(n / (BANDS - 1))} />
          {n % every === 0 && n > 0 && (
            <text x={at(n)} y={top + 22} text-anchor="middle">
              {show(level, SHORT)}
            </text>
          )}
        </g>
      ))}
      <rect class="plot-edge" x={at(0)} y={top} width={step * BANDS} height={10} />
    </g>
  );
}

function bandColour(share: number): string {
  return `color-mix(in srgb, var(--blue) ${String(Math.round(DEEP + (HIGH - DEEP) * share))}%, var(--bg))`;
}

/** The lowest of the places that were computed, θ among them, which may lie between those of a coarse grid. */
function lowest({ side, values }: Grid, { window, plane }: Landscape): { loss: number; place: [number, number] } {
  const at = values.reduce((best, value, n) => (value < (values[best] ?? Infinity) ? n : best), 0);
  const place: [number, number] = [
    between(window.across, (at % side) / (side - 1)),
    between(window.up, Math.floor(at / side) / (side - 1)),
  ];
  const loss = values[at] ?? NaN;
  return loss < plane.loss ? { loss, place } : { loss: plane.loss, place: [0, 0] };
}
