/** The blocks of the δ recursion: one derivative of the loss each, with the terms that it is the sum of. */

import type { PathNode } from '../../src/core/chain';
import type { Network } from '../../src/core/network';
import { factorForm } from '../../src/core/notation';
import type { Factor, Recursion, RecursionTerm } from '../../src/core/chain/recursion';
import { Icon } from '../controls';
import { activationName, deltaName, show, showCount } from '../names';
import { useDigits } from '../panel';
import { usePointing } from './pointing';
import { meaning } from './words';

/** δ₁⁽²⁾, ∂E/∂a₁⁽²⁾, or ∂E/∂x₁. */
function derivativeName(node: PathNode): string {
  return node.kind === 'z' ? deltaName(node.layer, node.unit) : `∂E/∂${activationName(node.layer, node.unit)}`;
}

export interface Tree {
  readonly network: Network;
  /** A derivative opened into its terms; undefined while it is not known. */
  readonly at: (node: PathNode) => Recursion | undefined;
  /** The open blocks, by the way that leads to them. */
  readonly open: ReadonlyMap<string, PathNode>;
  readonly toggle: (key: string, node: PathNode) => void;
}

interface BlockProps {
  readonly tree: Tree;
  readonly node: PathNode;
  readonly path: string;
}

/** δ = g′(z) · (θ δ + θ δ + …), and beneath it the δ that are open. */
export function DeltaBlock({ tree, node, path }: BlockProps) {
  const digits = useDigits();
  const known = tree.at(node);
  if (!known) return <li class="delta-block waiting" aria-busy="true" />;
  const { slope, terms, count, rest, value } = known;
  const several = count > 1;
  const unlisted = count - terms.length;
  const inner = terms.flatMap((term) => (term.node ? [{ node: term.node, key: keyOf(path, term.node) }] : []));
  return (
    <li>
      <div class="delta-block" role="group" aria-label={`${derivativeName(node)}, expanded`}>
        <Derivative node={node} value={value} strong />
        <span class="sign">=</span>
        {slope && (
          <>
            <FactorChip network={tree.network} factor={slope} />
            <span class="sign">×</span>
          </>
        )}
        {several && slope && <span class="bracket">(</span>}
        {terms.map((term, n) => (
          <span class="delta-term" key={String(n)}>
            {n > 0 && <span class="sign">+</span>}
            <Term tree={tree} term={term} path={path} />
          </span>
        ))}
        {unlisted > 0 && (
          <span class="delta-term">
            <span class="sign">+</span>
            <span class="chip">
              <span class="chip-form">{showCount(unlisted)} more</span>
              {rest !== undefined && <span class="numeric">{show(rest, digits)}</span>}
            </span>
          </span>
        )}
        {several && slope && <span class="bracket">)</span>}
      </div>
      {inner.some(({ key }) => tree.open.has(key)) && (
        <ul>
          {inner.map(
            ({ node: next, key }) => tree.open.has(key) && <DeltaBlock key={key} tree={tree} node={next} path={key} />,
          )}
        </ul>
      )}
    </li>
  );
}

function keyOf(path: string, { kind, layer, unit }: PathNode): string {
  return `${path}/${kind}${String(layer)}.${String(unit)}`;
}

interface TermProps {
  readonly tree: Tree;
  readonly term: RecursionTerm;
  readonly path: string;
}

/** θ₁₁⁽²⁾ δ₁⁽³⁾, which opens its δ; or where the recursion ends, the derivative of the loss. */
function Term({ tree, term: { factor, node, derivative }, path }: TermProps) {
  const digits = useDigits();
  const { lit, handlers } = usePointing({ factor });
  if (!node) return <FactorChip network={tree.network} factor={factor} />;
  const key = keyOf(path, node);
  const isOpen = tree.open.has(key);
  const form = `${factorForm(tree.network, factor).unicode} ${derivativeName(node)}`;
  const numbers =
    factor.value === undefined
      ? undefined
      : `${bracketed(factor.value, digits)} · ${bracketed(derivative ?? NaN, digits)}`;
  return (
    <button
      type="button"
      class={lit ? 'chip opens lit' : 'chip opens'}
      aria-expanded={isOpen}
      title={`${isOpen ? 'Collapse' : 'Expand'} ${derivativeName(node)}`}
      onClick={() => {
        tree.toggle(key, node);
      }}
      {...handlers}
    >
      <span class="chip-form">
        {form}
        <Icon name={isOpen ? 'up' : 'down'} />
      </span>
      {numbers !== undefined && <span class="numeric">{numbers}</span>}
    </button>
  );
}

function FactorChip({ network, factor }: { readonly network: Network; readonly factor: Factor }) {
  const digits = useDigits();
  const { lit, handlers } = usePointing({ factor });
  return (
    <span class={lit ? 'chip lit' : 'chip'} tabIndex={0} title={meaning(network, factor)} {...handlers}>
      <span class="chip-form">{factorForm(network, factor).unicode}</span>
      {factor.value !== undefined && <span class="numeric">{show(factor.value, digits)}</span>}
    </span>
  );
}

interface DerivativeProps {
  readonly node: PathNode;
  readonly value: number | undefined;
  /** The left side of an equation. */
  readonly strong?: boolean;
}

/** The name of a derivative of the loss and its number. */
export function Derivative({ node, value, strong = false }: DerivativeProps) {
  const digits = useDigits();
  const { lit, handlers } = usePointing({ node });
  return (
    <span
      class={`chip${lit ? ' lit' : ''}${strong ? ' strong' : ''}`}
      tabIndex={0}
      title={`∂E/∂${activationName(node.layer, node.unit)}`}
      {...handlers}
    >
      <span class="chip-form">{derivativeName(node)}</span>
      {value !== undefined && <span class="numeric">{show(value, digits)}</span>}
    </span>
  );
}

/** A number inside a product: negative ones in brackets. */
function bracketed(value: number, digits: number): string {
  const text = show(value, digits);
  return text.startsWith('−') ? `(${text})` : text;
}
