import type { ChainPath, LocalDerivative, PathShape } from '../../src/core/chain';
import { shareText } from '../../src/core/cost';
import type { Network } from '../../src/core/network';
import { factorForm, factorSymbol } from '../../src/core/notation';
import { show } from '../names';
import { useDigits, usePanel } from '../panel';
import { Symbols } from '../symbols';
import { useStore } from '../store';
import { useFactorLocation } from './claim';
import { MathDerivative, MathQuantity } from './math';
import { meaning } from './words';

interface ProductProps {
  readonly network: Network;
  /** Without numbers where the file has no data. */
  readonly path: ChainPath | PathShape;
  /** How the derivatives call the loss: J where it is one sample's E and nothing else. */
  readonly loss: string;
  /** D of contribution = ω product / D, as a rule m. */
  readonly divisor: number;
}

/** A path's product as the lecture writes it: each factor as symbol, as what it works out to, and as number. */
export function Product({ network, path, loss, divisor }: ProductProps) {
  const digits = useDigits();
  const share = 'product' in path ? shareText(path.weight ?? 1, divisor) : '';
  return (
    <ol class="product">
      {path.factors.map((factor) => (
        <Factor key={factorSymbol(factor)} {...{ network, factor, loss }} />
      ))}
      {'product' in path && (
        <li class="product-result">
          <span class="equals">=</span>
          <span class="numeric">{show(path.product, digits)}</span>
          {share !== '' && (
            <span class="numeric product-share">
              {share} = {show(path.contribution, digits)}
            </span>
          )}
        </li>
      )}
    </ol>
  );
}

interface FactorProps {
  readonly network: Network;
  readonly factor: LocalDerivative & { readonly value?: number };
  readonly loss: string;
}

function Factor({ network, factor, loss }: FactorProps) {
  const digits = useDigits();
  const { value } = factor;
  const { pointer } = usePanel();
  const lit = useStore(
    pointer,
    (state) => state.factor !== null && factorSymbol(state.factor) === factorSymbol(factor),
  );
  const point = (): void => {
    pointer.set({ factor });
  };
  const leave = (): void => {
    pointer.set({ factor: null });
  };
  const mark = useFactorLocation(factor);
  const words = meaning(network, factor);
  const form = factorForm(network, factor).unicode;
  const number = value === undefined ? '' : ` = ${show(value, digits)}`;
  return (
    <li
      class={`factor${lit ? ' lit' : ''}${mark ? ' marked' : ''}`}
      tabIndex={0}
      title={words}
      aria-label={`${factorSymbol(factor)} = ${form}${number}. ${words}${mark ? `. ${mark}` : ''}`}
      onPointerEnter={point}
      onPointerLeave={leave}
      onFocus={point}
      onBlur={leave}
    >
      {mark && (
        <span class="mark-label" aria-hidden="true">
          {mark}
        </span>
      )}
      <math aria-hidden="true" displaystyle>
        <MathDerivative
          of={<MathQuantity quantity={factor.of} network={network} loss={loss} />}
          by={<MathQuantity quantity={factor.by} network={network} loss={loss} />}
        />
      </math>
      <span class="factor-form">
        <Symbols text={form} />
      </span>
      {value !== undefined && <span class="factor-value numeric">{show(value, digits)}</span>}
    </li>
  );
}
