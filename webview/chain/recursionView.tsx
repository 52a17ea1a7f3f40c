import { useMemo, useState } from 'preact/hooks';
import type { LocalDerivative, PathNode } from '../../src/core/chain';
import type { Network, ParameterId } from '../../src/core/network';
import { quantityName, subscript } from '../../src/core/notation';
import { type Recursion, recursionShape } from '../../src/core/chain/recursion';
import { useAnswer } from '../answer';
import { Button } from '../controls';
import { activationName, parameterName, show, showCount } from '../names';
import { useDigits, usePanel } from '../panel';
import { InputGradient } from '../unitPictures/inputGradient';
import { DeltaBlock, Derivative, type Tree } from './delta';
import { NoNumbers } from './noNumbers';
import { usePointing } from './pointing';
import type { ReadingProps } from './readings';
import { meaning } from './words';

/** Terms of a sum that are listed. */
const TERMS = 8;
/** Levels are opened from the beginning as long as there are no more blocks than this. */
const OPEN = 7;

/** Equation (14): ∂E/∂θ_ij = δ_i a_j, and every δ opened into those of the next layer, down to the loss. */
export function RecursionView({ model, values, parameter, chain }: ReadingProps) {
  const { host } = usePanel();
  const { network, samples, revision } = model;
  const root = useMemo((): PathNode => ({ kind: 'z', layer: parameter.layer + 1, unit: parameter.to }), [parameter]);
  // Of a weight of the first layer, the input: it has a derivative, too.
  const input = parameter.layer === 1 && parameter.from > 0 ? inputNode(parameter.from) : null;
  const { open, toggle } = useOpenBlocks(network, root);

  // δ belongs to one sample: of a mean, the one in which the largest path lies.
  const chosen = values?.sample ?? null;
  const sample = chosen ?? chain?.paths[0]?.sample ?? 1;
  const nodes = [
    ...new Map([root, ...(input ? [input] : []), ...open.values()].map((node) => [quantityName(node), node])).values(),
  ];
  const answer = useAnswer(
    chain ? JSON.stringify([revision, sample, parameter]) : null,
    `${String(values?.revision ?? 0)} ${nodes.map((node) => quantityName(node)).join(' ')}`,
    () => host.recursions({ revision, sample, nodes, limit: TERMS }),
  );
  if (answer.error) return <p class="hint">{answer.error}</p>;

  const known = new Map(answer.value?.map((recursion) => [quantityName(recursion.node), recursion]));
  const at = (node: PathNode): Recursion | undefined =>
    chain ? known.get(quantityName(node)) : recursionShape(network, node, TERMS);
  return (
    <>
      {!chain && <NoNumbers />}
      {chain && chosen === null && samples > 1 && (
        <div class="offer">
          <p class="hint">
            δ differs from sample to sample. Showing sample {showCount(sample)}, which has the largest path.
          </p>
          <Button
            label={`Show sample ${showCount(sample)} everywhere`}
            onClick={() => {
              void host.selectSample(sample);
            }}
          />
        </div>
      )}
      <Root
        network={network}
        parameter={parameter}
        loss={samples > 1 ? `E${subscript(String(sample))}` : chain?.penalty === 0 ? 'J' : 'E'}
        delta={at(root)?.value}
        input={chain?.paths.find((path) => path.sample === sample)?.factors.at(-1)?.value}
      />
      <ul class="delta-tree">
        <DeltaBlock tree={{ network, at, open, toggle }} node={root} path="" />
      </ul>
      {input && (
        <>
          <p class="hint">The same δ give the derivative with respect to the input that the weight multiplies:</p>
          <ul class="delta-tree">
            <DeltaBlock tree={{ network, at, open, toggle }} node={input} path="x" />
          </ul>
          <InputGradient {...{ model, values }} />
        </>
      )}
    </>
  );
}

interface InputRecursionProps extends Pick<ReadingProps, 'model' | 'values'> {
  readonly unit: number;
  /** null: symbols alone. */
  readonly sample: number | null;
}

/** ∂E/∂x_j = Σ_k θ_kj δ_k, and every δ opened. */
export function InputRecursion({ model, values, unit, sample }: InputRecursionProps) {
  const { host } = usePanel();
  const { network, revision } = model;
  const root = useMemo(() => inputNode(unit), [unit]);
  const { open, toggle } = useOpenBlocks(network, root);
  const nodes = [...new Map([root, ...open.values()].map((node) => [quantityName(node), node])).values()];
  const answer = useAnswer(
    sample === null ? null : JSON.stringify([revision, sample, unit]),
    `${String(values?.revision ?? 0)} ${nodes.map((node) => quantityName(node)).join(' ')}`,
    () => host.recursions({ revision, sample: sample ?? 1, nodes, limit: TERMS }),
  );
  if (answer.error) return <p class="hint">{answer.error}</p>;
  const known = new Map(answer.value?.map((recursion) => [quantityName(recursion.node), recursion]));
  const at = (node: PathNode): Recursion | undefined =>
    sample === null ? recursionShape(network, node, TERMS) : known.get(quantityName(node));
  return (
    <ul class="delta-tree">
      <DeltaBlock tree={{ network, at, open, toggle }} node={root} path="" />
    </ul>
  );
}

function inputNode(unit: number): PathNode {
  return { kind: 'a', layer: 1, unit };
}

interface RootProps {
  readonly network: Network;
  readonly parameter: ParameterId;
  readonly loss: string;
  readonly delta: number | undefined;
  readonly input: number | undefined;
}

/** ∂E/∂θ_ij = δ_i a_j */
function Root({ network, parameter, loss, delta, input }: RootProps) {
  const digits = useDigits();
  const node: PathNode = { kind: 'z', layer: parameter.layer + 1, unit: parameter.to };
  const factor: LocalDerivative = { kind: 'input', of: node, by: { kind: 'theta', parameter } };
  const { lit, handlers } = usePointing({ factor });
  const name = `∂${loss}/∂${parameterName(network, parameter)}`;
  return (
    <div class="delta-block root" role="group" aria-label={name}>
      <span class="chip strong">
        <span class="chip-form">{name}</span>
        {delta !== undefined && input !== undefined && <span class="numeric">{show(delta * input, digits)}</span>}
      </span>
      <span class="sign">=</span>
      <Derivative node={node} value={delta} />
      <span class="sign">×</span>
      <span class={lit ? 'chip lit' : 'chip'} tabIndex={0} title={meaning(network, factor)} {...handlers}>
        <span class="chip-form">{activationName(parameter.layer, parameter.from)}</span>
        {input !== undefined && <span class="numeric">{show(input, digits)}</span>}
      </span>
    </div>
  );
}

/** Which blocks are open below `root`: at first whole levels of a small network, then as the reader wants it. */
function useOpenBlocks(network: Network, root: PathNode): Pick<Tree, 'open' | 'toggle'> {
  const first = useMemo(() => firstOpen(network, root), [network, root]);
  const [own, setOwn] = useState({ first, open: first });
  const { open } = own.first === first ? own : { open: first };
  return {
    open,
    toggle: (key, node) => {
      const others = [...open].filter(([other]) => other !== key && !other.startsWith(`${key}/`));
      setOwn({ first, open: new Map(open.has(key) ? others : [...others, [key, node]]) });
    },
  };
}

function firstOpen(network: Network, root: PathNode): ReadonlyMap<string, PathNode> {
  let open = new Map<string, PathNode>();
  let level: [string, PathNode][] = [['', root]];
  while (level.length > 0) {
    const next = level.flatMap(([path, node]) =>
      recursionShape(network, node, OPEN + 1).terms.flatMap(({ node: inner }): [string, PathNode][] =>
        inner ? [[`${path}/${inner.kind}${String(inner.layer)}.${String(inner.unit)}`, inner]] : [],
      ),
    );
    if (1 + open.size + next.length > OPEN) break;
    open = new Map([...open, ...next]);
    level = next;
  }
  return open;
}
