/**
 * The data of the shipped examples that are drawn and not measured. `npx vitest run test/format/examples.test.ts` holds
 * the files in media/examples against this; `WRITE_EXAMPLES=1` in its environment writes them.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

type Point = readonly [x: number, y: number];

// ── Two spirals ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** 97 points of each spiral, in turn: radius falls from 6 to 0.5 over three turns. */
export function twoSpirals(): { readonly point: Point; readonly spiral: 0 | 1 }[] {
  return Array.from({ length: 97 }, (_, k) => {
    const angle = (k * Math.PI) / 32;
    const radius = (6 * (104 - k)) / 104;
    const x = round(radius * Math.sin(angle), 3);
    const y = round(radius * Math.cos(angle), 3);
    return [
      { point: [x, y], spiral: 1 },
      { point: [-x || 0, -y || 0], spiral: 0 },
    ] as const;
  }).flat();
}

// ── Digits ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const DIGIT_ROWS = 200;
const SIDE = 28;

/** Every digit as strokes on a square from (0, 0), top left, to (1, 1). */
const STROKES: readonly (readonly (readonly Point[])[])[] = [
  [ellipse(0.5, 0.5, 0.3, 0.42, 0, 360)],
  [
    [
      [0.34, 0.24],
      [0.54, 0.08],
      [0.54, 0.92],
    ],
  ],
  [[...ellipse(0.5, 0.32, 0.28, 0.24, 190, 390), [0.24, 0.9], [0.8, 0.9]]],
  [[...ellipse(0.46, 0.29, 0.28, 0.21, 210, 450)], [...ellipse(0.46, 0.7, 0.31, 0.21, 270, 510)]],
  [
    [
      [0.66, 0.92],
      [0.66, 0.08],
      [0.2, 0.62],
      [0.84, 0.62],
    ],
  ],
  [[[0.76, 0.1], [0.32, 0.1], [0.28, 0.45], ...ellipse(0.48, 0.64, 0.3, 0.26, 230, 490)]],
  [[[0.68, 0.08], [0.36, 0.36], ...ellipse(0.5, 0.66, 0.27, 0.25, 200, 560)]],
  [
    [
      [0.2, 0.1],
      [0.8, 0.1],
      [0.42, 0.92],
    ],
  ],
  [ellipse(0.5, 0.28, 0.23, 0.2, 0, 360), ellipse(0.5, 0.7, 0.29, 0.22, 0, 360)],
  [[...ellipse(0.5, 0.34, 0.26, 0.25, 20, 380), [0.7, 0.6], [0.58, 0.92]]],
];

/** An arc as points; angles in degrees, clockwise from the right. */
function ellipse(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Point[] {
  return Array.from({ length: 25 }, (_, k) => {
    const angle = ((from + ((to - from) * k) / 24) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });
}

/**
 * A CSV of 28 × 28 pixels from 0 to 1 and the digit: written by many hands, tilted, moved, thick and thin, with specks.
 */
export function digitsCsv(): string {
  const generator = xoroshiro128plus(2024);
  generator.jump();
  const random = (from: number, to: number): number => from + (to - from) * uniformFloat64(generator);
  const header = Array.from({ length: SIDE * SIDE }, (_, at) => `r${pad(Math.floor(at / SIDE))}c${pad(at % SIDE)}`);
  const lines = [[...header, 'digit'].join(',')];
  for (let row = 0; row < DIGIT_ROWS; row++) {
    const digit = row % 10;
    lines.push([...drawDigit(STROKES[digit] ?? [], random), digit].join(','));
  }
  return `${lines.join('\n')}\n`;
}

function drawDigit(strokes: readonly (readonly Point[])[], random: (from: number, to: number) => number): number[] {
  const tilt = random(-0.2, 0.2);
  const slant = random(-0.25, 0.25);
  const scale: Point = [random(15, 20), random(18, 22)];
  const centre: Point = [random(12, 16), random(12.5, 15.5)];
  const thickness = random(0.9, 1.7);
  const place = ([x, y]: Point): Point => {
    const u = (x - 0.5 - slant * (y - 0.5)) * scale[0];
    const v = (y - 0.5) * scale[1];
    return [centre[0] + u * Math.cos(tilt) - v * Math.sin(tilt), centre[1] + u * Math.sin(tilt) + v * Math.cos(tilt)];
  };
  const placed = strokes.map((stroke) => stroke.map(place));
  return Array.from({ length: SIDE * SIDE }, (_, at) => {
    const pixel: Point = [(at % SIDE) + 0.5, Math.floor(at / SIDE) + 0.5];
    const distance = Math.min(...placed.map((stroke) => distanceToStroke(pixel, stroke)));
    const ink = Math.min(1, Math.max(0, thickness + 0.6 - distance));
    const speck = random(0, 1) < 0.004 ? random(0.2, 0.8) : 0;
    return round(Math.min(1, Math.max(speck, ink * random(0.85, 1.1))), 1);
  });
}

function distanceToStroke(point: Point, stroke: readonly Point[]): number {
  let nearest = Infinity;
  for (const [index, end] of stroke.entries()) {
    nearest = Math.min(nearest, distanceToSegment(point, stroke[index - 1] ?? end, end));
  }
  return nearest;
}

function distanceToSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const squared = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

function pad(n: number): string {
  return String(n + 1).padStart(2, '0');
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits)) || 0; // no −0
}
