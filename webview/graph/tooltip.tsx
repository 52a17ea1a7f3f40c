import { useLayoutEffect, useRef } from 'preact/hooks';
import { useColours } from '../color';
import { drawPicture, type UnitPicture } from '../unitPictures/picture';
import type { Description } from './describe';
import type { Box } from './layout';

interface TooltipProps {
  readonly description: Description;
  /** What it is about, in pixels of the viewport: it is put beside this, never over it. */
  readonly about: Box;
  readonly viewport: { readonly width: number; readonly height: number };
  /** What the unit's box shows, larger. */
  readonly picture: UnitPicture | undefined;
}

const DISTANCE = 10;
const EDGE = 6;

/** What is known of the thing that is pointed at or has the focus. Screen readers get the same as the thing's own name. */
export function Tooltip({ description: { title, detail, rows, more = [] }, about, viewport, picture }: TooltipProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tip = element.current;
    if (!tip) return;
    if (!tip.matches(':popover-open')) tip.showPopover();
    const { x, y } = placeInWindow(tip, about, viewport);
    tip.style.transform = `translate(${String(Math.round(x))}px, ${String(Math.round(y))}px)`;
  });
  return (
    <div class="tooltip" ref={element} popover="manual" aria-hidden="true">
      <div class="tooltip-title">{title}</div>
      {detail && <div class="muted">{detail}</div>}
      {rows.length > 0 && (
        <dl>
          {rows.map(({ symbol, value, note }) => (
            <div key={symbol} class="tooltip-row">
              <dt>{symbol}</dt>
              <dd class="numeric">{value}</dd>
              <dd class="muted">{note}</dd>
            </div>
          ))}
        </dl>
      )}
      {picture && <LargePicture picture={picture} />}
      {more.map((line) => (
        <div key={line} class="muted">
          {line}
        </div>
      ))}
    </div>
  );
}

const LARGE = 148;

function LargePicture({ picture }: { readonly picture: UnitPicture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const side = Math.round(LARGE * devicePixelRatio);
    canvas.current.width = side;
    canvas.current.height = side;
    drawPicture(context, picture, { left: 0, top: 0, width: side, height: side }, colours);
  });
  return <canvas class="tooltip-picture" ref={canvas} />;
}

/** Inside the graph where there is room, else anywhere in the window. In pixels of the window. */
function placeInWindow(
  { parentElement, offsetWidth: width, offsetHeight: height }: HTMLElement,
  about: Box,
  viewport: TooltipProps['viewport'],
): { x: number; y: number } {
  const { left = 0, top = 0 } = parentElement?.getBoundingClientRect() ?? {};
  if (height + 2 * EDGE <= viewport.height && width + 2 * EDGE <= viewport.width) {
    const { x, y } = placeBeside(about, { width, height }, viewport);
    return { x: left + x, y: top + y };
  }
  const inWindow = { ...about, left: left + about.left, top: top + about.top };
  return placeBeside(inWindow, { width, height }, { width: window.innerWidth, height: window.innerHeight });
}

/** Above what lies in the upper half, below what lies in the lower, else where there is room; always inside the viewport. */
export function placeBeside(
  about: Box,
  tip: { readonly width: number; readonly height: number },
  viewport: { readonly width: number; readonly height: number },
): { x: number; y: number } {
  const centred = about.left + about.width / 2 - tip.width / 2;
  const x = Math.max(EDGE, Math.min(viewport.width - tip.width - EDGE, centred));
  const below = about.top + about.height + DISTANCE;
  const above = about.top - DISTANCE - tip.height;
  const outside = about.top + about.height / 2 < viewport.height / 2 ? [above, below] : [below, above];
  const fitting = outside.find((y) => y >= EDGE && y + tip.height <= viewport.height - EDGE);
  if (fitting !== undefined) return { x, y: fitting };
  // No room above or below: beside it, on the roomier side.
  const right = about.left + about.width + DISTANCE;
  const left = about.left - DISTANCE - tip.width;
  const y = Math.max(
    EDGE,
    Math.min(viewport.height - tip.height - EDGE, about.top + about.height / 2 - tip.height / 2),
  );
  return {
    x:
      right + tip.width <= viewport.width - EDGE || left < EDGE
        ? Math.min(right, viewport.width - tip.width - EDGE)
        : left,
    y,
  };
}
