import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { placeBeside } from './graph/tooltip';
import { useLongPress, useNextTap } from './longPress';

interface Titled {
  readonly element: Element;
  readonly title: string;
}

/** For fingers and pens: the title of what is held, which a mouse shows by pointing, until the next tap. */
export function HeldTitle() {
  const [held, setHeld] = useState<Titled | null>(null);
  const bubble = useRef<HTMLDivElement>(null);
  useLongPress(({ target }) => {
    const titled = target instanceof Element ? titledAround(target) : undefined;
    setHeld(titled ?? null);
    return titled !== undefined;
  });
  useNextTap(held !== null, () => {
    setHeld(null);
  });
  useLayoutEffect(() => {
    if (!held || !bubble.current) return;
    const { offsetWidth: width, offsetHeight: height } = bubble.current;
    const viewport = { width: window.innerWidth, height: window.innerHeight };
    const { x, y } = placeBeside(held.element.getBoundingClientRect(), { width, height }, viewport);
    bubble.current.style.transform = `translate(${String(Math.round(x))}px, ${String(Math.round(y))}px)`;
  }, [held]);
  return (
    held && (
      <div class="tooltip held" role="tooltip" ref={bubble}>
        {held.title}
      </div>
    )
  );
}

/** What around `target` has a title first. The graph says itself what is held. */
function titledAround(target: Element): Titled | undefined {
  if (target.closest('.graph')) return undefined;
  for (let element: Element | null = target; element; element = element.parentElement) {
    const title = element.getAttribute('title') ?? element.querySelector(':scope > title')?.textContent ?? '';
    if (title !== '') return { element, title };
  }
  return undefined;
}
