import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { BottomTicks, LeftTicks, linearScale } from '../axis';
import { css, type Rgb } from '../color';
import { useSize } from '../graph/useSize';
import { Picture } from '../savePicture/picture';
import { drawDot, nearest, type Dot } from './dots';

export interface PlotAxis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Where numbers of the axes lie in pixels of the picture's inside. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** What the pointer is over. */
export interface Pointed {
  readonly x: number;
  readonly y: number;
  readonly dot: Dot | null;
}

interface PlotProps {
  /** What is seen, in words. */
  readonly label: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** Pixels in height for it and what stands around it. */
  readonly room: number;
  readonly dots: readonly Dot[];
  /** The place of the sample that is shown everywhere. */
  readonly chosen: { readonly x: number; readonly y: number } | null;
  readonly colours: (variable: string) => Rgb;
  /** Draws what lies under the samples. */
  readonly paint: (context: CanvasRenderingContext2D, frame: Frame) => void;
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onSelect: (dot: Dot) => void;
  readonly children?: ComponentChildren;
}

const margin = { left: 52, right: 10, top: 8, bottom: 36 };
/** So near must a click come to a sample, in pixels. */
const REACH = 12;

/** The inside of a picture in a column of this width, with so many pixels in height for it and what stands around it. */
export function insideOf(outer: number, room: number): { readonly width: number; readonly height: number } {
  const width = Math.max(0, Math.min(outer, MOST_WIDTH) - margin.left - margin.right);
  return { width, height: Math.round(Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, width * 0.78, room - AROUND))) };
}

/** A picture with two axes and the samples in it, each to be clicked. */
export function Plot({ label, x, y, room, dots, chosen, colours, paint, onPoint, onSelect }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width: outer } = useSize(box);
  const { width, height } = insideOf(outer, room);
  const frame: Frame = {
    width,
    height,
    x: linearScale([x.from, x.to], [0, width]).at,
    y: linearScale([y.from, y.to], [height, 0]).at,
  };
  const place = (dot: { readonly x: number; readonly y: number }): [number, number] => [frame.x(dot.x), frame.y(dot.y)];
  const radius = dots.length > 400 ? 2.5 : dots.length > 120 ? 3.5 : 4.5;

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context || width === 0) return;
    const scale = devicePixelRatio;
    canvas.current.width = Math.round(width * scale);
    canvas.current.height = Math.round(height * scale);
    context.scale(scale, scale);
    paint(context, frame);
    const [background, foreground] = [css(colours('--bg')), css(colours('--fg'))];
    // Those with a ring last, so that it is seen.
    for (const wrong of [false, true]) {
      for (const dot of dots) {
        if (dot.wrong === wrong) drawDot(context, dot, place(dot), radius, { background, foreground });
      }
    }
    if (chosen) drawChosen(context, place(chosen), radius + 6, [background, css(colours('--selected'))]);
  });

  const pointAt = (event: MouseEvent & { readonly currentTarget: Element }): [number, number] => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const bottom = linearScale([x.from, x.to], [margin.left, margin.left + width]);
  const side = linearScale([y.from, y.to], [margin.top + height, margin.top]);
  return (
    <Picture of="predictions" class="plot" frame={box}>
      {width > 0 && (
        <div
          class="plot-frame"
          style={{
            width: `${String(width + margin.left + margin.right)}px`,
            height: `${String(height + margin.top + margin.bottom)}px`,
          }}
        >
          <svg
            width={width + margin.left + margin.right}
            height={height + margin.top + margin.bottom}
            aria-hidden="true"
          >
            <BottomTicks scale={bottom} about={width / 80} digits={TICK_DIGITS} place={margin.top + height} />
            <LeftTicks scale={side} about={height / 56} digits={TICK_DIGITS} place={margin.left} />
            <text class="axis-name" x={margin.left + width / 2} y={margin.top + height + 32} text-anchor="middle">
              {x.name}
            </text>
            <text
              class="axis-name"
              transform={`translate(11 ${String(margin.top + height / 2)}) rotate(-90)`}
              text-anchor="middle"
            >
              {y.name}
            </text>
            <rect class="plot-edge" x={margin.left} y={margin.top} {...{ width, height }} />
          </svg>
          <canvas
            ref={canvas}
            role="img"
            aria-label={label}
            style={{
              left: `${String(margin.left)}px`,
              top: `${String(margin.top)}px`,
              width: `${String(width)}px`,
              height: `${String(height)}px`,
            }}
            onMouseMove={(event) => {
              const [left, top] = pointAt(event);
              onPoint({
                x: x.from + (left / width) * (x.to - x.from),
                y: y.to - (top / height) * (y.to - y.from),
                dot: nearest(dots, [left, top], REACH, place),
              });
            }}
            onMouseLeave={() => {
              onPoint(null);
            }}
            onClick={(event) => {
              const dot = nearest(dots, pointAt(event), REACH, place);
              if (dot) onSelect(dot);
            }}
          />
        </div>
      )}
    </Picture>
  );
}

const MOST_WIDTH = 620;
const LEAST_HEIGHT = 160;
const MOST_HEIGHT = 440;
/** The heights of the line above a picture, its lower axis and its legend. */
const AROUND = 126;
const TICK_DIGITS = 4;

function drawChosen(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  [background, selected]: readonly [string, string],
): void {
  for (const [style, width] of [
    [background, 5],
    [selected, 2.5],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(x + dx * radius, y + dy * radius);
      context.lineTo(x + dx * (radius + 5), y + dy * (radius + 5));
    }
    context.stroke();
  }
}
