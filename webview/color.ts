import { useMemo } from 'preact/hooks';
import { useTheme } from './theme';

/** Red, green and blue, 0…255. */
export type Rgb = readonly [number, number, number];

/** What a variable comes to, or so much of it over the background: a canvas takes no expressions over variables. */
export function colourOf(target: HTMLElement, variable: string, strength = 1): string {
  const probe = document.createElement('i');
  probe.style.color = `color-mix(in srgb, var(${variable}) ${String(100 * strength)}%, var(--bg))`;
  target.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** What the variables of colours come to in the theme that is on, each looked up once. */
export function useColours(): (variable: string) => Rgb {
  const theme = useTheme();
  return useMemo(() => {
    const known = new Map<string, Rgb>();
    const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    return (variable) => {
      const before = known.get(variable);
      if (before || !context) return before ?? [0, 0, 0];
      context.fillStyle = colourOf(document.body, variable);
      context.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
      const found: Rgb = [red, green, blue];
      known.set(variable, found);
      return found;
    };
  }, [theme]);
}

/** Between two colours: `share` 0 is the first, 1 the second. */
export function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const between = (k: 0 | 1 | 2): number => from[k] + (to[k] - from[k]) * share;
  return [between(0), between(1), between(2)];
}

/** The colour as CSS writes it. */
export function css([red, green, blue]: Rgb): string {
  return `rgb(${red.toFixed(0)} ${green.toFixed(0)} ${blue.toFixed(0)})`;
}

/** A color in the notation that every program reads; anything else as it is. */
export function plainColour(value: string): string {
  const mixed = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.]+))?\)$/.exec(value);
  if (!mixed) return value;
  const [red, green, blue] = mixed.slice(1, 4).map((part) => Math.round(255 * Number(part)));
  const [r, g, b] = [red, green, blue].map(String) as [string, string, string];
  return mixed[4] === undefined ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${mixed[4]})`;
}
