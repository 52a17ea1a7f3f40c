import type { Box } from './layout';

/** Where the graph's origin lies in the viewport, and how many pixels one of its units is. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

const MIN_SCALE = 0.14;
const MAX_SCALE = 4;
const MAX_FIT = 1.9;
const MARGIN = 12;

/** The whole of `box` in the middle of the viewport; what is too large for the smallest scale is centred. */
export function fit(box: Box, viewport: Viewport): Camera {
  const across = (viewport.width - 2 * MARGIN) / box.width;
  const down = (viewport.height - 2 * MARGIN) / box.height;
  const scale = Math.min(MAX_FIT, Math.max(MIN_SCALE, Math.min(across, down)));
  return {
    scale,
    x: (viewport.width - box.width * scale) / 2 - box.left * scale,
    y: (viewport.height - box.height * scale) / 2 - box.top * scale,
  };
}

/** The height of a viewport that shows all of `box` as large as this width allows. */
export function heightFor(box: Box, width: number): number {
  const scale = Math.min(MAX_FIT, Math.max(MIN_SCALE, (width - 2 * MARGIN) / box.width));
  return box.height * scale + 2 * MARGIN;
}

/** Scales by `factor` around a point of the viewport, which keeps what it shows. */
export function zoomAt(camera: Camera, point: Point, factor: number): Camera {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, camera.scale * factor));
  const ratio = scale / camera.scale;
  return { scale, x: point.x - (point.x - camera.x) * ratio, y: point.y - (point.y - camera.y) * ratio };
}

/** Moves what is shown by so many pixels. */
export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** What two fingers do that were at `from` and are at `to`: the graph beneath each stays beneath it. */
export function pinch(camera: Camera, from: readonly [Point, Point], to: readonly [Point, Point]): Camera {
  const apart = ([a, b]: readonly [Point, Point]): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const [before, after] = [middle(from), middle(to)];
  return panBy(zoomAt(camera, before, apart(to) / apart(from)), after.x - before.x, after.y - before.y);
}

/** The point of the graph under a point of the viewport. */
export function toGraph({ x, y, scale }: Camera, point: Point): Point {
  return { x: (point.x - x) / scale, y: (point.y - y) / scale };
}

/** The point of the viewport where a point of the graph lies. */
export function toViewport({ x, y, scale }: Camera, point: Point): Point {
  return { x: point.x * scale + x, y: point.y * scale + y };
}

/** Moves the camera as little as it takes to have `point` inside the viewport, `margin` pixels from its edges. */
export function keepInView(camera: Camera, point: Point, viewport: Viewport, margin: number): Camera {
  const at = toViewport(camera, point);
  const dx = Math.max(0, margin - at.x) - Math.max(0, at.x - (viewport.width - margin));
  const dy = Math.max(0, margin - at.y) - Math.max(0, at.y - (viewport.height - margin));
  return dx === 0 && dy === 0 ? camera : panBy(camera, dx, dy);
}
