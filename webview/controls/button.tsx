import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon';

interface ButtonProps {
  /** What it does: its text, or for an icon alone its name and tooltip. */
  readonly label: string;
  readonly icon?: IconName;
  readonly appearance?: 'primary' | 'secondary';
  readonly disabled?: boolean;
  /** More than the label says, on hover. */
  readonly title?: string;
  readonly onClick: () => void;
}

/** A button with a text, and an icon before it where there is one. */
export function Button({ label, icon, appearance = 'secondary', disabled = false, title, onClick }: ButtonProps) {
  return (
    <vscode-button
      class="button"
      appearance={appearance}
      disabled={disabled}
      onClick={onClick}
      aria-label={label}
      title={title ?? label}
    >
      {icon && <Icon name={icon} slot="start" />}
      {/* No span: the toolkit takes one for an icon. */}
      <div class="word">{label}</div>
    </vscode-button>
  );
}

interface IconButtonProps extends ButtonProps {
  readonly icon: IconName;
  /** A button that stays down. */
  readonly pressed?: boolean;
  /** A button that shows and hides something. */
  readonly expanded?: boolean;
}

/** A button that is an icon alone. */
export function IconButton({ label, icon, disabled = false, title, pressed, expanded, onClick }: IconButtonProps) {
  const element = useRef<HTMLElement>(null);
  // The toolkit hands a label on to the button inside of its element, which has the focus, but neither of these.
  useLayoutEffect(() => {
    const inner = element.current?.shadowRoot?.querySelector('button');
    for (const [name, value] of [
      ['aria-pressed', aria(pressed)],
      ['aria-expanded', aria(expanded)],
    ] as const) {
      if (value === undefined) inner?.removeAttribute(name);
      else inner?.setAttribute(name, value);
    }
  }, [pressed, expanded]);
  return (
    <vscode-button
      ref={element}
      class="icon-button"
      appearance="icon"
      disabled={disabled}
      onClick={onClick}
      aria-label={label}
      title={title ?? label}
      aria-pressed={aria(pressed)}
      aria-expanded={aria(expanded)}
    >
      <Icon name={icon} />
    </vscode-button>
  );
}

function aria(value: boolean | undefined): 'true' | 'false' | undefined {
  if (value === undefined) return undefined;
  return value ? 'true' : 'false';
}
