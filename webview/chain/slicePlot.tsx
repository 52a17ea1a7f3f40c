import { useMemo, useRef } from 'preact/hooks';
import type { LossSlice } from '../../src/core/chain/nudge';
import { linearScale } from '../axis';
import { useSize } from '../graph/useSize';
import { show, showCount } from '../names';
import { useDigits } from '../panel';
import { Picture } from '../savePicture/picture';
import { kinkName } from './kinkName';

interface SlicePlotProps {
  readonly slice: LossSlice;
  /** What the loss is called: J, or E of one sample. */
  readonly j: string;
  readonly name: string;
  /** J(θ), θ and ∂J/∂θ where the slice was taken. */
  readonly loss: number;
  readonly value: number;
  readonly gradient: number;
  /** Δ, and what J gains by it where that is known. */
  readonly step: number;
  readonly gain: number | undefined;
  readonly onStep: (step: number) => void;
}

const HEIGHT = 190;
const margin = { right: 8, top: 6, bottom: 20 };
/** Of a digit of the labels at the left, about. */
const DIGIT = 7;

/** J along one parameter, its tangent, its kinks, and the point that Δ leads to. A click moves Δ there. */
export function SlicePlot({ slice, j, name, loss, value, gradient, step, gain, onStep }: SlicePlotProps) {
  const digits = useDigits();
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const left = (digits + 3) * DIGIT;
  const scale = useMemo(() => scaleOf(slice, left, width), [slice, left, width]);
  const curve = useMemo(() => curveOf(slice, scale), [slice, scale]);
  const { x, y } = scale;
  const least = lowest(slice);
  const words =
    `${j} along ${name}, from ${show(value + slice.from, digits)} to ${show(value + slice.to, digits)}: ` +
    `${show(loss, digits)} here, ${show(loss + least.gain, digits)} at the minimum, where ${name} is ${show(value + least.step, digits)}; ` +
    `slope ${show(gradient, digits)}; ${showCount(slice.kinkCount)} kinks`;
  return (
    <Picture of="slice" class="slice-plot" frame={frame}>
      <p class="legend-line" aria-hidden="true">
        <span class="key curve">{j}</span>
        <span class="key tangent">tangent</span>
        {slice.kinkCount > 0 && <span class="key kink">kink</span>}
      </p>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={words}
          onClick={(event) => {
            const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
            onStep(Math.max(slice.from, Math.min(slice.to, scale.step(at))));
          }}
        >
          <clipPath id="slice-clip">
            <rect x={left} y={0} width={Math.max(0, width - left - margin.right)} height={HEIGHT - margin.bottom} />
          </clipPath>
          <line
            class="axis"
            x1={left}
            x2={width - margin.right}
            y1={HEIGHT - margin.bottom}
            y2={HEIGHT - margin.bottom}
          />
          {[slice.from, 0, slice.to].map((at, n) => (
            <text key={String(at)} x={x(at)} y={HEIGHT - 5} text-anchor={['start', 'middle', 'end'][n]}>
              {n === 1 ? `${name} = ` : ''}
              {show(value + at, digits)}
            </text>
          ))}
          <g clip-path="url(#slice-clip)">
            {slice.kinks.map((kink) => (
              <line
                key={`${kink.kind} ${String(kink.layer)} ${String(kink.unit)} ${String(kink.sample)} ${String(kink.step)}`}
                class={kink.bend ? 'kink bend' : 'kink'}
                x1={x(kink.step)}
                x2={x(kink.step)}
                y1={margin.top}
                y2={HEIGHT - margin.bottom}
              >
                <title>
                  {kink.bend ? 'bend' : 'kink'} at {name} = {show(value + kink.step, digits)}: {kinkName(kink)}
                </title>
              </line>
            ))}
            <line
              class="tangent"
              x1={x(slice.from)}
              y1={y(gradient * slice.from)}
              x2={x(slice.to)}
              y2={y(gradient * slice.to)}
            />
            <path class="curve" d={curve} />
            {gain !== undefined && <line class="miss" x1={x(step)} x2={x(step)} y1={y(gradient * step)} y2={y(gain)} />}
            <circle class="here" cx={x(0)} cy={y(0)} r={4} />
            <circle class="predicted" cx={x(step)} cy={y(gradient * step)} r={3.5} />
            {gain !== undefined && <circle class="there" cx={x(step)} cy={y(gain)} r={4} />}
          </g>
          <text x={left - 6} y={y(scale.top) + 4} text-anchor="end">
            {show(loss + scale.top, digits)}
          </text>
          <text x={left - 6} y={y(scale.bottom) + 4} text-anchor="end">
            {show(loss + scale.bottom, digits)}
          </text>
        </svg>
      )}
    </Picture>
  );
}

interface SliceScale {
  readonly x: (step: number) => number;
  readonly y: (gain: number) => number;
  readonly step: (x: number) => number;
  readonly top: number;
  readonly bottom: number;
}

/** From Δ and ΔJ to pixels; what is not finite has no place. */
function scaleOf({ from, to, gains }: LossSlice, left: number, width: number): SliceScale {
  const finite = gains.filter(Number.isFinite);
  const bottom = finite.reduce((least, gain) => Math.min(least, gain), 0);
  const highest = finite.reduce((most, gain) => Math.max(most, gain), 0);
  const top = highest > bottom ? highest : bottom + 1;
  const across = linearScale([from, to], [left, width - margin.right]);
  const up = linearScale([bottom, top], [HEIGHT - margin.bottom - 8, margin.top + 8]);
  return {
    top,
    bottom,
    x: across.at,
    // A tangent may lead far out of the picture: its ends stay numbers that can be drawn.
    y: (gain) => Math.max(-1e5, Math.min(1e5, up.at(gain))),
    step: across.value,
  };
}

function curveOf({ steps, gains }: LossSlice, { x, y }: SliceScale): string {
  let path = '';
  let drawing = false;
  for (const [k, gain] of gains.entries()) {
    if (Number.isFinite(gain)) path += `${drawing ? 'L' : 'M'}${x(steps[k] ?? NaN).toFixed(2)} ${y(gain).toFixed(2)}`;
    drawing = Number.isFinite(gain);
  }
  return path;
}

function lowest({ steps, gains }: LossSlice): { step: number; gain: number } {
  const at = gains.reduce((best, gain, k) => (gain < (gains[best] ?? Infinity) ? k : best), 0);
  return { step: steps[at] ?? NaN, gain: gains[at] ?? NaN };
}
