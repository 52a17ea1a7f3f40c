import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LocalDerivative } from '../src/core/chain';
import type { ChainComparison, ComparedPath } from '../src/core/chain/comparison';
import { shareText } from '../src/core/cost';
import { isBuiltAlike } from '../src/core/difference';
import type { Network, ParameterId } from '../src/core/network';
import { factorForm, factorSymbol } from '../src/core/notation';
import type { ComparisonSlice, ModelSlice, ValuesSlice } from '../src/protocol';
import { useAnswer } from './answer';
import { MathDerivative, MathName, MathParameter, MathQuantity } from './chain/math';
import { RouteCard } from './chain/routeCard';
import { type Route, routeKey } from './chain/routes';
import { meaning } from './chain/words';
import { convention, parameterName, show, showCount } from './names';
import { useDigits, usePanel } from './panel';
import { Symbols } from './symbols';

interface CompareChainsProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly comparison: ComparisonSlice;
  readonly parameter: ParameterId | null;
  /** Of this network's own chain: they have the colors. */
  readonly routes: readonly Route[];
}

/** The largest paths of each of the two chains that are asked for, and how many of them are written out. */
const ASKED = 24;
const WRITTEN = 8;

/** The derivative chain of the selected parameter in both networks, factor beside factor. */
export function CompareChains({ model, values, comparison, parameter, routes }: CompareChainsProps) {
  const { host } = usePanel();
  const sample = values?.sample ?? null;
  const { theta } = comparison;
  const others = useRef({ theta, count: 0 });
  if (others.current.theta !== theta) others.current = { theta, count: others.current.count + 1 };
  const alike = isBuiltAlike(comparison.structure);
  const subject = parameter && alike && model.samples > 0 ? JSON.stringify([parameter, sample]) : null;
  const version = [model.revision, values?.revision ?? 0, others.current.count].join(' ');
  const answer = useAnswer(subject, version, () => {
    if (!parameter) throw new Error('no parameter is chosen');
    return host.chainComparison({ revision: model.revision, parameter, sample, paths: ASKED });
  });
  const problem = !alike
    ? 'The networks are built differently, so their derivative chains have no common factors to compare.'
    : model.samples === 0
      ? 'Add data to compare derivative chains.'
      : !parameter
        ? 'Select a parameter to compare its derivative chain in both networks, factor by factor.'
        : answer.error;
  if (problem !== undefined) return <p class="compare-chains hint">{problem}</p>;
  if (!answer.value) return <div class="compare-chains waiting" aria-busy="true" />;
  return (
    <Chains {...{ model, sample, routes }} compared={answer.value} name={comparison.name} outdated={answer.outdated} />
  );
}

interface ChainsProps {
  readonly model: ModelSlice;
  readonly sample: number | null;
  readonly routes: readonly Route[];
  readonly compared: ChainComparison;
  readonly name: string;
  readonly outdated: boolean;
}

function Chains({ model: { network, samples }, sample, routes, compared, name, outdated }: ChainsProps) {
  const digits = useDigits();
  const { parameter, a, b, paths } = compared;
  const { left } = convention(network, sample);
  const over = sample === null ? samples : 1;
  // With one sample and no penalty J is that sample's E, and the lecture writes J.
  const loss = sample === null && samples === 1 && a.penalty === 0 ? 'J' : 'E';
  const total = a.pathCount * BigInt(over);
  const colours = new Map(routes.map(({ key, colour }) => [key, colour]));
  const section = useRef<HTMLElement>(null);
  // Beside a text there is little room beneath the table that it was selected in.
  useLayoutEffect(() => {
    section.current?.scrollIntoView({ block: 'nearest' });
  }, [parameter.layer, parameter.to, parameter.from]);
  const named = `∂${left}/∂${parameterName(network, parameter)}`;
  return (
    <section
      ref={section}
      class={outdated ? 'compare-chains outdated' : 'compare-chains'}
      aria-busy={outdated}
      aria-label={`${named} in both networks`}
      tabIndex={0}
    >
      <p class="compare-total">
        <math aria-label={named}>
          <MathDerivative of={<MathName name={left} />} by={<MathParameter id={parameter} network={network} />} />
        </math>
        <span>
          = <strong class="numeric">{show(a.gradient, digits)}</strong> here,{' '}
          <strong class="numeric">{show(b.gradient, digits)}</strong> in {name}
        </span>
      </p>
      {paths.slice(0, WRITTEN).map((path) => {
        const { sample: row, nodes } = path.a;
        const key = routeKey(path.a);
        const colour = colours.get(key);
        return (
          <RouteCard
            key={`${String(row)} ${key}`}
            colour={colour}
            title={total === 1n ? 'The only path' : `Path ${colour === undefined ? '' : String(colour)}`}
            note={over > 1 && <span class="muted"> · sample {showCount(row)}</span>}
            nodes={nodes}
          >
            <Factors {...{ network, path, loss, name }} divisor={a.divisor} />
          </RouteCard>
        );
      })}
      {total > BigInt(Math.min(WRITTEN, paths.length)) && (
        <p class="hint">
          {showCount(Math.min(WRITTEN, paths.length))} of {showCount(total)} paths, the largest difference first.
        </p>
      )}
    </section>
  );
}

interface FactorsProps {
  readonly network: Network;
  readonly path: ComparedPath;
  readonly loss: string;
  /** D of contribution = ω product / D. */
  readonly divisor: number;
  readonly name: string;
}

/** One path's factors in two columns, then their product and what it adds. */
function Factors({ network, path: { a, b }, loss, divisor, name }: FactorsProps) {
  const share = shareText(a.weight ?? 1, divisor);
  return (
    <table class="compare-factors">
      <thead>
        <tr>
          <th scope="col">Factor</th>
          <th scope="col">here</th>
          <th scope="col" title={name}>
            in {name}
          </th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {a.factors.map((factor, at) => (
          <Row key={factorSymbol(factor)} a={factor.value} b={b.factors[at]?.value ?? NaN}>
            <FactorName {...{ network, factor, loss }} />
          </Row>
        ))}
        <Row a={a.product} b={b.product} result>
          <th scope="row">Product</th>
        </Row>
        {share !== '' && (
          <Row a={a.contribution} b={b.contribution} result>
            <th scope="row">Product {share}</th>
          </Row>
        )}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly a: number;
  readonly b: number;
  readonly result?: boolean;
  /** The row's header. */
  readonly children: ComponentChildren;
}

function Row({ a, b, result = false, children }: RowProps) {
  const digits = useDigits();
  const same = Object.is(a, b) || a === b;
  return (
    <tr class={`${same ? 'same' : 'differs'}${result ? ' result' : ''}`}>
      {children}
      <td class="numeric">{show(a, digits)}</td>
      <td class="numeric">{show(b, digits)}</td>
      <td class="numeric">{same ? <span class="muted">equal</span> : `≠ ${show(a - b, digits)}`}</td>
    </tr>
  );
}

interface FactorNameProps {
  readonly network: Network;
  readonly factor: LocalDerivative;
  readonly loss: string;
}

/** The factor as the lecture writes it, and what it works out to. While it is pointed at or has the focus, the graph shows where it is. */
function FactorName({ network, factor, loss }: FactorNameProps) {
  const { pointer } = usePanel();
  const point = (): void => {
    pointer.set({ factor });
  };
  const leave = (): void => {
    pointer.set({ factor: null });
  };
  const form = factorForm(network, factor).unicode;
  const words = meaning(network, factor);
  return (
    <th
      scope="row"
      tabIndex={0}
      title={words}
      aria-label={`${factorSymbol(factor)} = ${form}. ${words}`}
      onPointerEnter={point}
      onPointerLeave={leave}
      onFocus={point}
      onBlur={leave}
    >
      <math aria-hidden="true">
        <MathDerivative
          of={<MathQuantity quantity={factor.of} network={network} loss={loss} />}
          by={<MathQuantity quantity={factor.by} network={network} loss={loss} />}
        />
      </math>
      <span class="factor-form">
        <Symbols text={form} />
      </span>
    </th>
  );
}
