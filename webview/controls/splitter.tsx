import { useRef } from 'preact/hooks';

interface SplitterProps {
  readonly label: string;
  /** The way that it moves. */
  readonly axis: 'x' | 'y';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The change of the value for one pixel to the right, or down. */
  readonly perPixel: () => number;
  readonly onChange: (value: number) => void;
}

/** A line between two parts that is dragged, or moved by the arrow keys. */
export function Splitter({ label, axis, value, min, max, perPixel, onChange }: SplitterProps) {
  const drag = useRef<{ from: number; value: number } | null>(null);
  const set = (to: number): void => {
    onChange(Math.min(max, Math.max(min, to)));
  };
  const place = (event: PointerEvent): number => (axis === 'x' ? event.clientX : event.clientY);
  const end = (): void => {
    drag.current = null;
  };
  return (
    <div
      class={`splitter ${axis}`}
      role="separator"
      aria-label={label}
      aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round((100 * (value - min)) / (max - min))}
      aria-valuemin={0}
      aria-valuemax={100}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { from: place(event), value };
      }}
      onPointerMove={(event) => {
        if (drag.current) set(drag.current.value + (place(event) - drag.current.from) * perPixel());
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={(event) => {
        const keys = axis === 'x' ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };
        const step = (keys as Partial<Record<string, number>>)[event.key];
        if (step === undefined) return;
        event.preventDefault();
        set(value + step * 16 * perPixel());
      }}
    />
  );
}
