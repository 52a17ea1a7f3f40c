import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, Ref } from 'preact';

/**
 * Registers the elements of the toolkit that are used, before anything is drawn. Its badge and its progress ring are not
 * among them: their templates hold style attributes, which the page's content security policy refuses.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());
}

interface ElementProps {
  readonly key?: string;
  readonly id?: string;
  readonly class?: string;
  readonly title?: string;
  readonly slot?: string;
  readonly disabled?: boolean;
  readonly 'aria-label'?: string | undefined;
  readonly children?: ComponentChildren;
}

interface ButtonElementProps extends ElementProps {
  readonly appearance: 'primary' | 'secondary' | 'icon';
  readonly 'aria-pressed'?: 'true' | 'false' | undefined;
  readonly 'aria-expanded'?: 'true' | 'false' | undefined;
  readonly ref?: Ref<HTMLElement>;
  readonly onClick: () => void;
}

interface DropdownElementProps extends ElementProps {
  /** Of the list; the element looks at it when it comes into the page. */
  readonly positionAttribute?: 'below';
  readonly ref?: Ref<HTMLElement & { value: string }>;
  readonly onChange: (event: Event) => void;
}

interface OptionElementProps extends ElementProps {
  readonly value: string;
  readonly selected: boolean;
}

interface TextFieldElementProps extends ElementProps {
  readonly value: string;
  readonly placeholder?: string | undefined;
  readonly size?: number;
  readonly 'aria-invalid'?: 'true' | undefined;
  readonly onInput?: (event: Event) => void;
  readonly onChange?: (event: Event) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly ref?: Ref<HTMLElement>;
}

declare module 'preact' {
  // The only way to declare elements is to extend this namespace.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ButtonElementProps;
      'vscode-dropdown': DropdownElementProps;
      'vscode-option': OptionElementProps;
      'vscode-text-field': TextFieldElementProps;
    }
  }
}
