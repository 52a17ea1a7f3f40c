import { useEffect, useState } from 'preact/hooks';
import { TextField } from './field';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A number to type; what is none is marked and changes nothing. */
export function NumberField({ label, value, onChange }: NumberFieldProps) {
  const written = String(Number(value.toPrecision(6)));
  const [text, setText] = useState(written);
  useEffect(() => {
    setText(written);
  }, [written]);
  const read = (typed: string): number => Number(typed.trim().replace('−', '-').replace(',', '.') || NaN);
  return (
    <TextField
      label={label}
      value={text}
      size={9}
      invalid={!Number.isFinite(read(text))}
      onInput={setText}
      onCommit={(typed) => {
        if (Number.isFinite(read(typed)) && typed !== written) onChange(read(typed));
      }}
    />
  );
}
