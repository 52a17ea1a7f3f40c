import type { ComponentChildren } from 'preact';
import { IconButton } from '../controls';
import { show } from '../names';
import { clearSelection, useDigits, usePanel } from '../panel';
import { MathDerivative, MathName } from './math';

interface ChainHeadProps {
  /** E or J, as the network writes it. */
  readonly loss: string;
  /** What the derivative is taken with respect to, in words and as MathML. */
  readonly name: string;
  readonly by: ComponentChildren;
  readonly gradient: number | undefined;
  /** What the arrow keys move between, and what else keys do. */
  readonly keys: string;
  readonly moreKeys?: string;
  /** Shows what a key leads to; false where it leads nowhere. */
  readonly onKey: (key: string) => boolean;
  /** The name, its value and what it is. */
  readonly children: ComponentChildren;
  readonly tools?: ComponentChildren;
}

/** ∂J/∂θ or ∂E/∂x above its readings, with its number, what it is of, and keys that lead to the next one. */
export function ChainHead({ loss, name, by, gradient, keys, moreKeys = '', onKey, children, tools }: ChainHeadProps) {
  const panel = usePanel();
  const digits = useDigits();
  return (
    <header class="chain-head">
      <math class="chain-symbol" displaystyle aria-label={`∂${loss}/∂${name}`}>
        <MathDerivative of={<MathName name={loss} />} by={by} />
      </math>
      {gradient !== undefined && (
        <span class="chain-value">
          = <strong class="numeric">{show(gradient, digits)}</strong>
        </span>
      )}
      <div
        class="chain-what"
        role="group"
        tabIndex={0}
        aria-label={`${name}: use the arrow keys to move between ${keys}`}
        title={`Use the arrow keys to move between ${keys}${moreKeys}`}
        onKeyDown={(event) => {
          if (onKey(event.key)) event.preventDefault();
        }}
      >
        {children}
      </div>
      {tools}
      <IconButton
        label="Clear the selection"
        title="Clear the selection (Escape in the graph)"
        icon="close"
        onClick={() => {
          clearSelection(panel);
        }}
      />
    </header>
  );
}
