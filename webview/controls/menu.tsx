import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from './button';
import type { IconName } from './icon';

interface MenuButtonProps<T extends string> {
  readonly label: string;
  readonly icon: IconName;
  /** With `checked`, one that is turned on and off: the menu stays open. */
  readonly items: readonly { readonly value: T; readonly text: string; readonly checked?: boolean }[];
  readonly onChoose: (value: T) => void;
}

/** A button that opens a short list of commands: arrow keys move in it, Enter chooses, Escape closes it. */
export function MenuButton<T extends string>({ label, icon, items, onChoose }: MenuButtonProps<T>) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const entries = (): HTMLElement[] => [...(frame.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  const close = (): void => {
    setOpen(false);
    frame.current?.querySelector<HTMLElement>('.icon-button')?.focus();
  };

  // Before the next key can come: it is meant for the menu.
  useLayoutEffect(() => {
    if (!open) return undefined;
    entries()[0]?.focus();
    const onPress = (event: Event): void => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('pointerdown', onPress);
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = entries();
    const at = all.findIndex((entry) => entry === document.activeElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setOpen(false);
    else if (to !== undefined) all.at(to)?.focus();
    if (event.key === 'Escape' || to !== undefined) event.preventDefault();
  };
  return (
    <div class="menu-frame" ref={frame}>
      <IconButton
        label={label}
        icon={icon}
        expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      />
      {open && (
        <div class="menu" role="menu" id={id} aria-label={label} onKeyDown={onKeyDown}>
          {items.map(({ value, text, checked }) => (
            <button
              key={value}
              type="button"
              role={checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked={checked}
              tabIndex={-1}
              onClick={() => {
                if (checked === undefined) close();
                onChoose(value);
              }}
            >
              {checked !== undefined && <span class="menu-check">{checked ? '✓' : ''}</span>}
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
