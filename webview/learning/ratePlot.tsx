import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { BottomTicks, logScale } from '../axis';
import { useSize } from '../graph/useSize';
import { SHORT, show } from '../names';
import { Picture } from '../savePicture/picture';

interface RatePlotProps {
  readonly rate: number;
  /** 2/λ_max */
  readonly most: number;
  /** The step that is best along −∇J; null where J does not curve up along it. */
  readonly best: number | null;
}

const HEIGHT = 74;
const MARGIN = 14;
const AXIS = 44;
/** Of a character of the labels, about. */
const LETTER = 6.6;

/** Learning rates on a logarithmic axis: the one in use, the best along the gradient, and from where on steps overshoot. */
export function RatePlot({ rate, most, best }: RatePlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const all = [rate, most, ...(best === null ? [] : [best])].filter((value) => value > 0 && Number.isFinite(value));
  const low = Math.min(...all) / 5;
  const high = Math.max(...all) * 5;
  const scale = logScale([low, high], [MARGIN, width - MARGIN]);
  const x = scale.at;
  const words =
    `Learning rates: η = ${show(rate, SHORT)}, largest stable ${show(most, SHORT)}` +
    (best === null ? '' : `, best along the gradient ${show(best, SHORT)}`);
  return (
    <Picture of="learning-rates" class="rate-plot" frame={frame}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={words}>
          <rect class="unstable" x={x(most)} y={AXIS - 14} width={Math.max(0, width - MARGIN - x(most))} height={14} />
          <line class="axis" x1={MARGIN} x2={width - MARGIN} y1={AXIS} y2={AXIS} />
          {best !== null && (
            <Location at={x(best)} row={2} width={width} name="best" text={`best along −∇J: ${show(best, SHORT)}`} />
          )}
          <BottomTicks scale={scale} about={6} digits={1} place={AXIS} />
          <Location at={x(most)} row={0} width={width} name="limit" text={`2/λmax = ${show(most, SHORT)}`}>
            2/λ
            <tspan dy={3} font-size="80%">
              max
            </tspan>
            <tspan dy={-3}> = {show(most, SHORT)}</tspan>
          </Location>
          {rate > 0 && (
            <Location
              at={x(rate)}
              row={1}
              width={width}
              name={rate > most ? 'rate above' : 'rate'}
              text={`η = ${show(rate, SHORT)}`}
            />
          )}
        </svg>
      )}
    </Picture>
  );
}

interface MarkProps {
  readonly at: number;
  /** Labels of different rows do not meet: 0 and 1 above the axis, 2 below it. */
  readonly row: 0 | 1 | 2;
  readonly width: number;
  readonly name: string;
  /** As it reads. */
  readonly text: string;
  /** As it is drawn, where that differs. */
  readonly children?: ComponentChildren;
}

function Location({ at, row, width, name, text, children = text }: MarkProps) {
  const half = (text.length * LETTER) / 2;
  const middle = Math.max(half + 2, Math.min(width - half - 2, at));
  const y = [10, 24, HEIGHT - 2][row] ?? 0;
  return (
    <g class={`rate-mark ${name}`}>
      <line x1={at} x2={at} y1={row === 2 ? AXIS - 8 : y + 3} y2={row === 2 ? HEIGHT - 12 : AXIS} />
      <text x={middle} y={y} text-anchor="middle">
        {children}
      </text>
    </g>
  );
}
