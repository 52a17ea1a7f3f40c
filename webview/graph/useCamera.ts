import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { usePanel } from '../panel';
import { type Camera, type Point, type Viewport, fit, keepInView, panBy, pinch, zoomAt } from './camera';
import type { GraphLayout } from './layout';
import type { DetailLevel } from './unitShapes';

interface CameraProps {
  readonly frame: RefObject<HTMLElement | null>;
  readonly layout: GraphLayout;
  readonly viewport: Viewport;
  /** The picture moves under the pointer. */
  readonly onMove: () => void;
}

/** Draws what lies under the graph as this camera sees it. */
export type Underlay = (camera: Camera) => void;

export interface CameraControl {
  /** For the group that holds everything. */
  readonly world: RefObject<SVGGElement | null>;
  /** Called with each move, so that what is drawn on a canvas moves in the same frame. */
  readonly underlay: RefObject<Underlay | null>;
  /** How much of a unit can be read at the present scale. */
  readonly detail: DetailLevel;
  get(): Camera;
  /** Moves as little as it takes to show the point. */
  reveal(point: Point): void;
  /** True where the key was one of the camera's. */
  onKey(key: string): boolean;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  /** True while the picture is dragged. */
  onPointerMove(event: PointerEvent): boolean;
  /** True where the click that follows was the end of a drag. */
  wasDragged(): boolean;
}

const KEY_ZOOM = 1.25;
const WHEEL_ZOOM = 0.0016;
/** A pointer that has moved less than this has clicked. */
const SLACK = 4;
const FINGER_SLACK = 10;
/** Pixels that are kept between what has the focus and the edge. */
const REVEAL_MARGIN = 70;

/** Zoom and pan. A move changes one transform; only when another amount of detail can be read is anything drawn anew. */
export function useCamera({ frame, layout, viewport, onMove }: CameraProps): CameraControl {
  const { view } = usePanel();
  const world = useRef<SVGGElement>(null);
  const underlay = useRef<Underlay>(null);
  const camera = useRef<Camera>({ x: 0, y: 0, scale: 1 });
  /** Where the mouse with its button down, or each finger, was last. */
  const pressed = useRef(new Map<number, Point>());
  const dragged = useRef(false);
  const saving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [detail, setDetail] = useState<DetailLevel>('full');

  const look = (next: Camera): void => {
    camera.current = next;
    const { x, y, scale } = next;
    world.current?.setAttribute('transform', `translate(${String(x)} ${String(y)}) scale(${String(scale)})`);
    underlay.current?.(next);
    setDetail(detailAt(scale));
  };
  const move = (next: Camera): void => {
    onMove();
    look(next);
    clearTimeout(saving.current);
    saving.current = setTimeout(() => {
      view.set({ camera: camera.current });
    }, 250);
  };
  const zoom = (factor: number, at: Point = { x: viewport.width / 2, y: viewport.height / 2 }): void => {
    move(zoomAt(camera.current, at, factor));
  };
  const showAll = (): void => {
    clearTimeout(saving.current);
    onMove();
    look(fit(layout.bounds, viewport));
    view.set({ camera: null });
  };

  /** From now on the pointers are the graph's, wherever they go. */
  const startDrag = (): void => {
    dragged.current = true;
    for (const id of pressed.current.keys()) frame.current?.setPointerCapture(id);
  };

  useLayoutEffect(() => {
    if (viewport.width > 0) look(view.get().camera ?? fit(layout.bounds, viewport));
  }, [layout, viewport]);

  useEffect(() => {
    const target = frame.current;
    if (!target) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const bounds = target.getBoundingClientRect();
      // A pinch arrives as a wheel with the control key, in smaller steps.
      const speed = event.ctrlKey ? 6 * WHEEL_ZOOM : WHEEL_ZOOM;
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
      if (event.shiftKey) move(panBy(camera.current, -(event.deltaX || event.deltaY) * lines, 0));
      else
        zoom(Math.exp(-event.deltaY * lines * speed), {
          x: event.clientX - bounds.left,
          y: event.clientY - bounds.top,
        });
    };
    // Not passive: the page behind must not scroll.
    target.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      target.removeEventListener('wheel', onWheel);
    };
  });

  return {
    world,
    underlay,
    detail,
    get: () => camera.current,
    reveal: (point) => {
      const next = keepInView(camera.current, point, viewport, REVEAL_MARGIN);
      if (next !== camera.current) move(next);
    },
    onKey: (key) => {
      if (key === '+' || key === '=') zoom(KEY_ZOOM);
      else if (key === '-' || key === '_') zoom(1 / KEY_ZOOM);
      else if (key === '0' || key === 'f') showAll();
      else return false;
      return true;
    },
    onPointerDown: (event) => {
      if (event.isPrimary) {
        pressed.current.clear();
        dragged.current = false;
      }
      if (event.button === 0) pressed.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (pressed.current.size > 1) startDrag();
    },
    onPointerUp: (event) => {
      pressed.current.delete(event.pointerId);
    },
    onPointerMove: (event) => {
      const { pointerId, pointerType } = event;
      const from = pressed.current.get(pointerId);
      if (!from) return false;
      if ((event.buttons & 1) === 0) {
        pressed.current.delete(pointerId);
        return false;
      }
      const to = { x: event.clientX, y: event.clientY };
      const slack = pointerType === 'mouse' ? SLACK : FINGER_SLACK;
      if (!dragged.current && Math.hypot(to.x - from.x, to.y - from.y) < slack) return false;
      if (!dragged.current) startDrag();
      pressed.current.set(pointerId, to);
      const other = [...pressed.current].find(([id]) => id !== pointerId)?.[1];
      if (!other) move(panBy(camera.current, to.x - from.x, to.y - from.y));
      else {
        const { left = 0, top = 0 } = frame.current?.getBoundingClientRect() ?? {};
        const inFrame = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
        move(pinch(camera.current, [inFrame(from), inFrame(other)], [inFrame(to), inFrame(other)]));
      }
      return true;
    },
    wasDragged: () => dragged.current,
  };
}

function detailAt(scale: number): DetailLevel {
  if (scale >= 0.66) return 'full';
  return scale >= 0.4 ? 'values' : 'shapes';
}
