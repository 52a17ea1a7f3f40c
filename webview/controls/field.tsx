import type { Ref } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface DropdownProps {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly value: string;
  readonly disabled?: boolean;
  /** Where its list opens; left out, where the window has more room, which may be cut off by what scrolls around it. */
  readonly opens?: 'below';
  readonly onChange: (value: string) => void;
}

/** A choice of one from a short list. */
export function Dropdown({ label, options, value, disabled = false, opens, onChange }: DropdownProps) {
  const element = useRef<HTMLElement & { value: string }>(null);
  // The control finds its options only when they are in the page: what is selected among them from the start, it does not see.
  useEffect(() => {
    if (element.current && element.current.value !== value) element.current.value = value;
  }, [value, options.length]);
  return (
    <vscode-dropdown
      ref={element}
      class="dropdown"
      aria-label={label}
      title={label}
      disabled={disabled}
      {...(opens && { positionAttribute: opens })}
      onChange={(event) => {
        const chosen = valueOf(event);
        if (chosen !== value) onChange(chosen);
      }}
    >
      {options.map((option) => (
        <vscode-option key={option.value} value={option.value} selected={option.value === value}>
          {option.text}
        </vscode-option>
      ))}
    </vscode-dropdown>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly size?: number;
  readonly invalid?: boolean;
  /** At every key. */
  readonly onInput?: (value: string) => void;
  /** When the reader has finished: Enter, or another place has the focus. */
  readonly onCommit?: (value: string) => void;
  readonly inputRef?: Ref<HTMLElement>;
}

/** A line of text. Its label is there for screen readers and as a tooltip: what it is stands beside or inside of it. */
export function TextField({
  label,
  value,
  placeholder,
  size = 12,
  invalid,
  onInput,
  onCommit,
  inputRef,
}: TextFieldProps) {
  return (
    <vscode-text-field
      class="text-field"
      title={label}
      value={value}
      size={size}
      placeholder={placeholder}
      aria-invalid={invalid === true ? 'true' : undefined}
      {...(inputRef ? { ref: inputRef } : {})}
      {...(onInput ? { onInput: (event: Event) => onInput(valueOf(event)) } : {})}
      {...(onCommit ? { onChange: (event: Event) => onCommit(valueOf(event)) } : {})}
    >
      {label}
    </vscode-text-field>
  );
}

function valueOf(event: Event): string {
  const target = event.currentTarget as { readonly value?: unknown } | null;
  return typeof target?.value === 'string' ? target.value : '';
}
