import { useState } from 'preact/hooks';
import type { AlignedHistograms } from '../../src/core/epochHistograms';
import { SHORT, show, showCount } from '../names';

/** Shades of a strip: the darkest is the largest share there is. */
const SHADES = 6;

interface StripProps {
  readonly name: string;
  readonly of: AlignedHistograms;
  readonly epochs: Float64Array;
  /** The epoch that is shown. */
  readonly shown: number;
  /** Shows an epoch. */
  readonly onOpen: (epoch: number) => void;
}

/** How numbers were spread, epochs across and values up; a slider over the epochs for the keyboard and a screen reader. */
export function SpreadStrip({ name, of, epochs, shown, onOpen }: StripProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const { from, to, bars, means, deviations } = of;
  const columns = epochs.length;
  const current = nearest(epochs, shown);
  const read = pointed ?? current;
  const zero = from < 0 && to > 0 ? (to / (to - from)) * bars : null;
  const words = (at: number): string =>
    `epoch ${showCount(epochs[at] ?? 0)}: mean ${show(means[at], SHORT)}, standard deviation ${show(deviations[at], SHORT)}`;
  const open = (at: number): void => {
    const epoch = epochs[Math.max(0, Math.min(columns - 1, at))];
    if (epoch !== undefined) onOpen(epoch);
  };
  const columnOf = (event: MouseEvent): number => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    return Math.max(0, Math.min(columns - 1, Math.floor(((event.clientX - left) / width) * columns)));
  };
  return (
    <figure class="histogram strip">
      <figcaption>{name}</figcaption>
      <div
        role="slider"
        tabIndex={0}
        aria-label={`${name} over the epochs, from ${show(from, SHORT)} to ${show(to, SHORT)}`}
        aria-valuemin={epochs[0]}
        aria-valuemax={epochs.at(-1)}
        aria-valuenow={epochs[current]}
        aria-valuetext={words(current)}
        onClick={(event) => {
          open(columnOf(event));
        }}
        onMouseMove={(event) => {
          setPointed(columnOf(event));
        }}
        onMouseLeave={() => {
          setPointed(null);
        }}
        onKeyDown={(event) => {
          const to = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: columns - 1 }[event.key];
          if (to === undefined) return;
          event.preventDefault();
          open(to);
        }}
      >
        <svg viewBox={`0 0 ${String(columns)} ${String(bars)}`} preserveAspectRatio="none" aria-hidden="true">
          {shadesOf(of, columns).map(({ path, side, shade }) => (
            <path key={`${side} ${String(shade)}`} class={side} d={path} fill-opacity={shade / SHADES} />
          ))}
          {zero !== null && <line class="zero" x1={0} x2={columns} y1={zero} y2={zero} />}
          <rect class="shown" x={current} y={0} width={1} height={bars} />
        </svg>
      </div>
      <p class="ends" aria-hidden="true">
        <span>{showCount(epochs[0] ?? 0)}</span>
        {read > 0 && read < columns - 1 && <span>epoch {showCount(epochs[read] ?? 0)}</span>}
        <span>{showCount(epochs.at(-1) ?? 0)}</span>
      </p>
      <p class="ends one muted numeric" aria-hidden="true">
        {show(from, SHORT)} … {show(to, SHORT)}
      </p>
      <p class="ends one numeric" aria-hidden="true">
        {show(means[read], SHORT)} ± {show(deviations[read], SHORT)}
      </p>
    </figure>
  );
}

/** The place of the last epoch that is not after this one. */
function nearest(epochs: Float64Array, epoch: number): number {
  const after = epochs.findIndex((one) => one > epoch);
  return Math.max(0, (after < 0 ? epochs.length : after) - 1);
}

/** The cells of each shade and sign as one path: a picture of a few elements. */
function shadesOf({ from, to, bars, shares }: AlignedHistograms, columns: number) {
  const most = shares.reduce((largest, share) => Math.max(largest, share), 0) || 1;
  const paths = new Map<string, { path: string; readonly side: 'positive' | 'negative'; readonly shade: number }>();
  for (let at = 0; at < columns * bars; at++) {
    // The root lets what is rare be seen.
    const shade = Math.ceil(SHADES * Math.sqrt((shares[at] ?? 0) / most));
    if (shade === 0) continue;
    const [column, bar] = [Math.floor(at / bars), at % bars];
    const side = from + ((bar + 0.5) / bars) * (to - from) < 0 ? 'negative' : 'positive';
    const key = `${side} ${String(shade)}`;
    const found = paths.get(key) ?? { path: '', side, shade };
    found.path += `M${String(column)} ${String(bars - 1 - bar)}h1v1h-1z`;
    paths.set(key, found);
  }
  return [...paths.values()];
}
