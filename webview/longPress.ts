import { useEffect, useRef } from 'preact/hooks';

/** Milliseconds that a finger or a pen stays to ask for what a mouse shows by pointing. */
const HOLD = 500;
/** Pixels that it may move meanwhile. */
const SLACK = 10;

/**
 * Calls `onHold` where a finger or a pen has stayed in one place of the page. Where that is true, it has shown something there: lifting the
 * finger is no click then, and opens no menu.
 */
export function useLongPress(onHold: (event: PointerEvent) => boolean): void {
  const newest = useRef(onHold);
  newest.current = onHold;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let down: PointerEvent | undefined;
    let shown = false;
    const end = (): void => {
      clearTimeout(timer);
      down = undefined;
    };
    const onDown = (event: PointerEvent): void => {
      end();
      shown = false;
      if (event.pointerType === 'mouse' || !event.isPrimary) return;
      down = event;
      timer = setTimeout(() => {
        shown = newest.current(event);
      }, HOLD);
    };
    const onMove = (event: PointerEvent): void => {
      if (down && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > SLACK) end();
    };
    const swallow = (event: Event): void => {
      if (!shown) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const controller = new AbortController();
    const options = { capture: true, signal: controller.signal };
    document.addEventListener('pointerdown', onDown, options);
    document.addEventListener('pointermove', onMove, options);
    document.addEventListener('pointerup', end, options);
    document.addEventListener('pointercancel', end, options);
    document.addEventListener('click', swallow, options);
    document.addEventListener('contextmenu', swallow, options);
    return () => {
      end();
      controller.abort();
    };
  }, []);
}

/** Calls `onTap` when the page is touched or clicked next, while `open`. */
export function useNextTap(open: boolean, onTap: () => void): void {
  const newest = useRef(onTap);
  newest.current = onTap;
  useEffect(() => {
    if (!open) return undefined;
    const tapped = (): void => {
      newest.current();
    };
    document.addEventListener('pointerdown', tapped, true);
    return () => {
      document.removeEventListener('pointerdown', tapped, true);
    };
  }, [open]);
}
