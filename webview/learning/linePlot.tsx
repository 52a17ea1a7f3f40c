import { useRef } from 'preact/hooks';
import type { Axis } from '../../src/core/landscape';
import { BottomTicks, LeftTicks, linearScale } from '../axis';
import { useSize } from '../graph/useSize';
import { SHORT, show } from '../names';
import type { LossLine } from './useLandscape';

interface LinePlotProps {
  readonly line: LossLine;
  readonly axis: Axis;
  /** J(θ) */
  readonly loss: number;
  /** Of the direction, and of how far along it. */
  readonly name: string;
  readonly letter: 'α' | 'β';
}

const HEIGHT = 150;
const margin = { left: 54, right: 12, top: 10, bottom: 34 };

/** J along one direction, beside the parabola that its first two derivatives at θ give. */
export function LinePlot({ line: { steps, losses }, axis, loss, name, letter }: LinePlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const [from, to] = [steps[0] ?? -1, steps.at(-1) ?? 1];
  const finite = losses.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), loss);
  const high = finite.reduce((most, value) => Math.max(most, value), loss);
  const room = 0.06 * (high - low || 1);
  const [bottom, top] = [low - room, high + room];
  const across = linearScale([from, to], [margin.left, width - margin.right]);
  const up = linearScale([bottom, top], [HEIGHT - margin.bottom, margin.top]);
  const [x, y] = [across.at, up.at];
  const curve = (of: (at: number, n: number) => number): string =>
    Array.from(steps, (at, n) => [x(at), y(of(at, n))] as const)
      .map(([left, top], n) => (Number.isFinite(top) ? `${n === 0 ? 'M' : 'L'}${left.toFixed(1)} ${clamped(top)}` : ''))
      .join('')
      .replace(/^L/, 'M');
  const { slope, bend } = axis;
  return (
    <div class="line-plot" ref={frame}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`J along ${name}: ${show(loss, SHORT)} at θ, from ${show(low, SHORT)} to ${show(high, SHORT)}; slope ${show(slope, SHORT)}, curvature ${show(bend, SHORT)}`}
        >
          <clipPath id={`line-clip-${letter}`}>
            <rect
              x={margin.left}
              y={margin.top}
              width={Math.max(0, width - margin.left - margin.right)}
              height={HEIGHT - margin.top - margin.bottom}
            />
          </clipPath>
          {up.ticks(4).map((tick) => (
            <line key={tick} class="axis" x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
          ))}
          <LeftTicks scale={up} about={4} digits={SHORT} place={margin.left} />
          <BottomTicks scale={across} about={5} digits={SHORT} place={HEIGHT - margin.bottom} />
          <text class="axis-name" x={(margin.left + width - margin.right) / 2} y={HEIGHT - 4} text-anchor="middle">
            {`${letter}: ${name}`}
          </text>
          <g clip-path={`url(#line-clip-${letter})`}>
            <path class="parabola" d={curve((at) => loss + slope * at + 0.5 * bend * at * at)} />
            <path class="curve" d={curve((_, n) => losses[n] ?? NaN)} />
            <circle class="place" cx={x(0)} cy={y(loss)} r={4} />
          </g>
        </svg>
      )}
    </div>
  );
}

/** A parabola may lead far out of the picture: its ends stay numbers that can be drawn. */
function clamped(y: number): string {
  return Math.max(-1e4, Math.min(1e4, y)).toFixed(1);
}
