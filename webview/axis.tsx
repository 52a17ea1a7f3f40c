/** The axes of every plot: where a number lies, which numbers are written beside it, and how they are drawn. */

import { show } from './names';

/** From numbers to pixels. */
export interface AxisScale {
  readonly at: (value: number) => number;
  /** The number at a pixel. */
  readonly value: (pixel: number) => number;
  /** About so many numbers to write beside it. */
  readonly ticks: (about: number) => readonly number[];
}

type Ends = readonly [from: number, to: number];

/** From `pixels[0]` at the first number to `pixels[1]` at the second. */
export function linearScale([from, to]: Ends, [start, end]: Ends): AxisScale {
  return {
    at: (value) => start + ((value - from) / (to - from)) * (end - start),
    value: (pixel) => from + ((pixel - start) / (end - start)) * (to - from),
    ticks: (about) => ticksOf(from, to, about),
  };
}

/** The same of positive numbers, a power of ten as long as any other. */
export function logScale([from, to]: Ends, pixels: Ends): AxisScale {
  const inner = linearScale([Math.log10(from), Math.log10(to)], pixels);
  return {
    at: (value) => inner.at(Math.log10(value)),
    value: (pixel) => 10 ** inner.value(pixel),
    ticks: (about) => logTicksOf(from, to, about),
  };
}

/** The ends of what is finite of the numbers, or where an axis is logarithmic, positive; apart also where all are the same. */
export function endsOf(values: Iterable<number>, logarithmic = false): Ends {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (logarithmic && value <= 0)) continue;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  if (high > low) return [low, high];
  if (!Number.isFinite(low)) return logarithmic ? [1, 10] : [-0.5, 0.5];
  return logarithmic ? [low / Math.sqrt(10), low * Math.sqrt(10)] : [low - 0.5, low + 0.5];
}

interface AxisProps {
  readonly scale: AxisScale;
  /** How many ticks, about. */
  readonly about: number;
  /** Significant digits of their numbers. */
  readonly digits: number;
  /** Where the axis lies: its y, or at the left its x. */
  readonly place: number;
}

const TICK = 4;
/** Of a character of a tick's number, about. */
const LETTER = 6.6;
/** Numbers of more digits stand in a plot's margin as powers of ten. */
const MOST_DIGITS = 4;

/** 0.25, 3e6 */
function tickText(tick: number, digits: number): string {
  const text = show(tick, digits);
  if (text.replaceAll(/[−.]/g, '').length <= MOST_DIGITS) return text;
  return String(Number(tick.toPrecision(digits)).toExponential())
    .replaceAll('-', '−')
    .replace('+', '');
}

/** Ticks with their numbers beneath a plot: of numbers that would meet the one before, the tick alone. */
export function BottomTicks({ scale, about, digits, place }: AxisProps) {
  let end = -Infinity;
  return (
    <>
      {scale.ticks(about).map((tick) => {
        const x = scale.at(tick);
        const text = tickText(tick, digits);
        const half = (text.length * LETTER) / 2;
        const hasRoom = x - half > end;
        if (hasRoom) end = x + half + LETTER;
        return (
          <g key={tick}>
            <line class="tick-line" x1={x} x2={x} y1={place} y2={place + TICK} />
            {hasRoom && (
              <text class="tick" x={x} y={place + 16} text-anchor="middle">
                {text}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

/** Ticks with their numbers at the left of a plot. */
export function LeftTicks({ scale, about, digits, place }: AxisProps) {
  return (
    <>
      {scale.ticks(about).map((tick) => (
        <g key={tick}>
          <line class="tick-line" x1={place - TICK} x2={place} y1={scale.at(tick)} y2={scale.at(tick)} />
          <text class="tick" x={place - 7} y={scale.at(tick) + 4} text-anchor="end">
            {tickText(tick, digits)}
          </text>
        </g>
      ))}
    </>
  );
}

/** Round numbers of a stretch, about so many. */
export function ticksOf(from: number, to: number, about: number): number[] {
  const rough = (to - from) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough < 1.5 * power ? 1 : rough < 3.5 * power ? 2 : rough < 7.5 * power ? 5 : 10);
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  // Multiples of the step, not sums: 0.3 and not 0.30000000000000004.
  return Array.from({ length: Math.max(0, Math.min(50, count)) }, (_, k) =>
    Number(((first + k) * step).toPrecision(12)),
  );
}

/** Powers of ten of a stretch of a logarithmic axis, every 2nd, 3rd, … where there are many; where there are few, 2 and 5 of each too. */
export function logTicksOf(from: number, to: number, about: number): number[] {
  const [low, high] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [];
  const step = Math.max(1, Math.ceil((high - low) / Math.max(1, about)));
  const factors = high - low <= 2 ? [1, 2, 5] : [1];
  const all = Array.from({ length: high - low + 1 }, (_, k) => low + k)
    .filter((power) => power % step === 0)
    .flatMap((power) => factors.map((factor) => Number(`${String(factor)}e${String(power)}`)));
  const inside = all.filter((value) => value >= from && value <= to);
  return inside.length >= 2 ? inside : ticksOf(from, to, about);
}
