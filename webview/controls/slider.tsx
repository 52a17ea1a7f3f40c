interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The distance of two places of the handle. */
  readonly step: number;
  /** What the value is, in words, for a screen reader. */
  readonly text: string;
  readonly onInput: (value: number) => void;
}

/** A number that is dragged along a line; arrow keys move it by one step. */
export function Slider({ label, value, min, max, step, text, onInput }: SliderProps) {
  return (
    <input
      class="slider"
      type="range"
      aria-label={label}
      aria-valuetext={text}
      min={min}
      max={max}
      step={step}
      value={value}
      onInput={(event) => {
        onInput(Number(event.currentTarget.value));
      }}
    />
  );
}
