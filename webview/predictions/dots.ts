import type { PredictedRows, Predictions } from '../../src/core/predictions';
import type { Shape } from './classes';

/** A sample in a picture. */
export interface Dot {
  readonly x: number;
  readonly y: number;
  /** As CSS writes it. */
  readonly colour: string;
  readonly shape: Shape;
  /** True where the row was held out: drawn hollow. */
  readonly heldOut: boolean;
  /** True where it is taken for another class: drawn with a ring. */
  readonly wrong: boolean;
  /** True where its colour may be that of what lies under it: drawn with an edge. */
  readonly edged: boolean;
  /** Its number among the training samples, or among those held out. */
  readonly sample: number;
}

/** Rows of both sets, those held out last. */
export function eachRow<T>(
  { training, validation }: Predictions,
  make: (rows: PredictedRows, at: number, heldOut: boolean) => T | null,
): T[] {
  const made: T[] = [];
  for (const [set, heldOut] of [
    [training, false],
    [validation, true],
  ] as const) {
    for (let at = 0; set && at < set.rows.samples.length; at++) {
      const one = make(set.rows, at, heldOut);
      if (one !== null) made.push(one);
    }
  }
  return made;
}

/** The nearest of the dots within `reach` pixels. */
export function nearest(
  dots: readonly Dot[],
  [x, y]: readonly [number, number],
  reach: number,
  place: (dot: Dot) => readonly [number, number],
): Dot | null {
  let best: Dot | null = null;
  let least = reach;
  for (const dot of dots) {
    const [dotX, dotY] = place(dot);
    const distance = Math.hypot(dotX - x, dotY - y);
    if (distance <= least) [best, least] = [dot, distance];
  }
  return best;
}

interface Colours {
  readonly background: string;
  readonly foreground: string;
}

/** Draws a dot: filled, or hollow where it was held out, and with a ring around it where it is taken for another class. */
export function drawDot(
  context: CanvasRenderingContext2D,
  { colour, shape, heldOut, wrong, edged }: Dot,
  [x, y]: readonly [number, number],
  radius: number,
  { background, foreground }: Colours,
): void {
  const outline = new Path2D(outlineOf(shape, radius));
  context.save();
  context.translate(x, y);
  context.lineJoin = 'round';
  context.strokeStyle = background;
  context.lineWidth = heldOut ? 5 : 3;
  context.stroke(outline);
  context.fillStyle = heldOut ? background : colour;
  context.fill(outline);
  if (heldOut || edged) {
    context.strokeStyle = edged ? foreground : colour;
    context.lineWidth = heldOut ? 2 : 1;
    context.stroke(outline);
  }
  if (wrong) {
    for (const [style, width] of [
      [background, 4],
      [foreground, 1.5],
    ] as const) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      context.arc(0, 0, radius + 4, 0, 2 * Math.PI);
      context.stroke();
    }
  }
  context.restore();
}

/** The shape around (0, 0), about as large as a circle of this radius: SVG's path language, which a canvas reads too. */
export function outlineOf(shape: Shape, radius: number): string {
  const points = OUTLINES[shape].map(([x, y]) => `${(x * radius).toFixed(2)} ${(y * radius).toFixed(2)}`);
  return `M${points.join('L')}Z`;
}

type Outline = readonly (readonly [x: number, y: number])[];

const OUTLINES: Readonly<Record<Shape, Outline>> = {
  circle: Array.from({ length: 24 }, (_, k) => [Math.cos((k * Math.PI) / 12), Math.sin((k * Math.PI) / 12)]),
  square: around([0.9, 0.9]),
  triangle: [
    [0, -1.15],
    [1.1, 0.8],
    [-1.1, 0.8],
  ],
  diamond: around([1.25, 0]),
  down: [
    [0, 1.15],
    [1.1, -0.8],
    [-1.1, -0.8],
  ],
  cross: around([0.4, 0.4], [0.4, 1.15], [-0.4, 1.15]),
};

/** These corners, and the same turned by a quarter three times. */
function around(...corners: Outline): Outline {
  return [0, 1, 2, 3].flatMap((quarters) =>
    corners.map(([x, y]): readonly [number, number] => {
      let at: readonly [number, number] = [x, y];
      for (let turn = 0; turn < quarters; turn++) at = [-at[1], at[0]];
      return at;
    }),
  );
}
