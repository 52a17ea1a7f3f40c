/** Chain data as MathML: its nodes can be coloured, hovered and read aloud. */

import type { ComponentChildren } from 'preact';
import type { Quantity } from '../../src/core/chain';
import type { Network, ParameterId } from '../../src/core/network';
import { parameterName } from '../names';

/** A quantity: a with its unit beneath and its layer above. `loss` is how E is called here: J where they are the same. */
export function MathQuantity({
  quantity,
  network,
  loss,
}: {
  readonly quantity: Quantity;
  readonly network: Network;
  readonly loss: string;
}) {
  if (quantity.kind === 'E') return <mi>{loss}</mi>;
  if (quantity.kind === 'theta') return <MathParameter id={quantity.parameter} network={network} />;
  return <Indexed base={quantity.kind} below={String(quantity.unit)} layer={quantity.layer} />;
}

/** θ with its indices, or the name that the file gives to it. */
export function MathParameter({ id, network }: { readonly id: ParameterId; readonly network: Network }) {
  const name = parameterName(network, id);
  if (name !== parameterName(undefined, id)) return <MathName name={name} />;
  const { layer, to, from } = id;
  const comma = to > 9 || from > 9 ? ',' : '';
  return <Indexed base="θ" below={`${String(to)}${comma}${String(from)}`} layer={layer} />;
}

/** ∂of/∂by */
export function MathDerivative({ of, by }: { readonly of: ComponentChildren; readonly by: ComponentChildren }) {
  return (
    <mfrac>
      <mrow>
        <mo>∂</mo>
        {of}
      </mrow>
      <mrow>
        <mo>∂</mo>
        {by}
      </mrow>
    </mfrac>
  );
}

/** base with its index beneath and its layer above. */
function Indexed({ base, below, layer }: { readonly base: string; readonly below: string; readonly layer: number }) {
  return (
    <msubsup>
      <mi>{base}</mi>
      <mn>{below}</mn>
      <mrow>
        <mo stretchy={false} lspace="0" rspace="0">
          (
        </mo>
        <mn>{layer}</mn>
        <mo stretchy={false} lspace="0" rspace="0">
          )
        </mo>
      </mrow>
    </msubsup>
  );
}

/** A name of the file's own; digits written low, as in θ₁, become a subscript. */
export function MathName({ name }: { readonly name: string }) {
  const [, base = '', digits = ''] = /^(.+?)([₀-₉]+)$/u.exec(name) ?? [];
  if (base === '') return <mi>{name}</mi>;
  const plain = [...digits].map((digit) => '₀₁₂₃₄₅₆₇₈₉'.indexOf(digit)).join('');
  return (
    <msub>
      <mi>{base}</mi>
      <mn>{plain}</mn>
    </msub>
  );
}
