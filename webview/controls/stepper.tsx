import { showCount } from '../names';
import { useEffect, useState } from 'preact/hooks';
import { IconButton } from './button';
import { TextField } from './field';

interface StepperProps {
  /** What is counted, e.g. “sample”. */
  readonly noun: string;
  readonly value: number;
  /** 1 where it is left out. */
  readonly min?: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A number from `min` to `max`: the one before, the number itself to type over, the one after. */
export function Stepper({ noun, value, min = 1, max, onChange }: StepperProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => {
    setText(String(value));
  }, [value]);
  const typed = text.trim() === '' ? NaN : Number(text);
  const valid = Number.isInteger(typed) && typed >= min && typed <= max;
  return (
    <div class="stepper" role="group" aria-label={noun}>
      <IconButton
        label={`Previous ${noun}`}
        icon="previous"
        disabled={value <= min}
        onClick={() => {
          onChange(value - 1);
        }}
      />
      <TextField
        label={
          valid
            ? `Go to ${noun} (${showCount(min)} to ${showCount(max)})`
            : `No ${noun} ${text}: enter ${showCount(min)} to ${showCount(max)}`
        }
        value={text}
        size={String(max).length + 1}
        invalid={!valid}
        onInput={(next) => {
          setText(next);
          const number = next.trim() === '' ? NaN : Number(next);
          if (Number.isInteger(number) && number >= min && number <= max) onChange(number);
        }}
      />
      <span class="muted numeric">of {showCount(max)}</span>
      <IconButton
        label={`Next ${noun}`}
        icon="next"
        disabled={value >= max}
        onClick={() => {
          onChange(value + 1);
        }}
      />
    </div>
  );
}
