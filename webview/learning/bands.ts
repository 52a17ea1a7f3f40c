/** Contours of a function that is known on a square lattice, as paths of a drawing. */

/** Values on a lattice of `side` × `side` places: place p is column p mod side, row ⌊p / side⌋ from the bottom on. */
export interface Grid {
  readonly side: number;
  readonly values: Float64Array;
}

/** Heights between which bands are drawn, rising, and what the values are changed by first. */
export interface Levels {
  readonly levels: readonly number[];
  readonly logarithmic: boolean;
}

/** A largest value so many times the smallest asks for a logarithmic scale. */
const WIDE = 30;

/** `count` even heights from the least value of the grid on; logarithmic where the values are of very different sizes, and all above 0. */
export function levelsOf({ values }: Grid, count: number): Levels {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  if (!(high > low)) return { levels: [], logarithmic: false };
  const logarithmic = low > 0 && high > WIDE * low;
  const levels = Array.from({ length: count }, (_, k) =>
    logarithmic ? low * (high / low) ** (k / count) : low + ((high - low) * k) / count,
  );
  return { levels, logarithmic };
}

/** The grid with `times` − 1 places between two, by cubics through the places (E. Catmull, R. Rom 1974): it is smooth where J is. */
export function refined({ side, values }: Grid, times: number): Grid {
  const finer = (side - 1) * times + 1;
  const along = (read: (at: number) => number, place: number): number => {
    const at = Math.min(side - 2, Math.floor(place / times));
    const t = place / times - at;
    const [b, c] = [read(at), read(at + 1)];
    // Beyond the ends it goes on straight.
    const a = at > 0 ? read(at - 1) : 2 * b - c;
    const d = at + 2 < side ? read(at + 2) : 2 * c - b;
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  };
  const rows = new Float64Array(side * finer);
  for (let row = 0; row < side; row++) {
    for (let x = 0; x < finer; x++) rows[row * finer + x] = along((at) => values[row * side + at] ?? NaN, x);
  }
  const result = new Float64Array(finer * finer);
  for (let y = 0; y < finer; y++) {
    for (let x = 0; x < finer; x++) result[y * finer + x] = along((at) => rows[at * finer + x] ?? NaN, y);
  }
  return { side: finer, values: result };
}

/**
 * Where the values are `level` or more, as the path of a filled shape on a square of `size` pixels with the first row at the bottom. Cells with a
 * value that is not finite are left out.
 */
export function areaAbove({ side, values }: Grid, level: number, size: number): string {
  const cell = size / (side - 1);
  const place = (x: number, y: number): string => `${(x * cell).toFixed(1)} ${(size - y * cell).toFixed(1)}`;
  let path = '';
  for (let y = 0; y + 1 < side; y++) {
    let fullFrom = -1;
    for (let x = 0; x < side; x++) {
      const corners = x + 1 < side ? cornersOf(x, y, side, values) : [];
      const above = corners.filter(({ value }) => value >= level).length;
      const isKnown = corners.every(({ value }) => Number.isFinite(value));
      const isFull = above === 4 && isKnown;
      if (isFull && fullFrom < 0) fullFrom = x;
      if (!isFull && fullFrom >= 0) {
        path += `M${place(fullFrom, y)}L${place(x, y)}L${place(x, y + 1)}L${place(fullFrom, y + 1)}Z`;
        fullFrom = -1;
      }
      if (above > 0 && above < 4 && isKnown) {
        path += `M${cut(corners, level)
          .map(([at, up]) => place(at, up))
          .join('L')}Z`;
      }
    }
  }
  return path;
}

interface Corner {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

function cornersOf(x: number, y: number, side: number, values: Float64Array): Corner[] {
  const at = y * side + x;
  return [
    { x, y, value: values[at] ?? NaN },
    { x: x + 1, y, value: values[at + 1] ?? NaN },
    { x: x + 1, y: y + 1, value: values[at + side + 1] ?? NaN },
    { x, y: y + 1, value: values[at + side] ?? NaN },
  ];
}

/** The part of a cell at `level` or more: its corners there, and where its sides cross the level, found linearly. */
function cut(corners: readonly Corner[], level: number): [number, number][] {
  return corners.flatMap((from, n): [number, number][] => {
    const to = corners[(n + 1) % corners.length] ?? from;
    const own: [number, number][] = from.value >= level ? [[from.x, from.y]] : [];
    if (from.value >= level === to.value >= level) return own;
    const share = (level - from.value) / (to.value - from.value);
    return [...own, [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)]];
  });
}

/** The value at a place between those of the lattice, in parts of its side from the lower left; NaN outside. */
export function interpolated({ side, values }: Grid, across: number, up: number): number {
  if (!(across >= 0 && across <= 1 && up >= 0 && up <= 1)) return NaN;
  const [x, y] = [across * (side - 1), up * (side - 1)];
  const [column, row] = [Math.min(side - 2, Math.floor(x)), Math.min(side - 2, Math.floor(y))];
  const [a = NaN, b = NaN, c = NaN, d = NaN] = cornersOf(column, row, side, values).map(({ value }) => value);
  const [s, t] = [x - column, y - row];
  return (1 - t) * ((1 - s) * a + s * b) + t * ((1 - s) * d + s * c);
}
