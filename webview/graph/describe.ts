import { isFrozen } from '../../src/core/frozen';
import { inputDerivatives } from '../../src/core/inputDerivatives';
import { biasInputOf, parameterIndex, parameterLayout, type Network, type ParameterId } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import {
  activationForm,
  activationName,
  convention,
  deltaName,
  meanName,
  parameterMeaning,
  parameterName,
  quantityName,
  show,
  showCount,
  showsMeans,
  unitLabel,
} from '../names';
import type { UnitWords } from '../unitPictures/words';
import type { GraphItem } from './items';

/** What there is to say about a thing of the graph: the tooltip's text, and its name for a screen reader. */
export interface Description {
  readonly title: string;
  readonly detail: string | undefined;
  readonly rows: readonly { readonly symbol: string; readonly value: string; readonly note: string | undefined }[];
  /** What is seen of it beside these numbers. */
  readonly more?: readonly string[];
}

/** Terms of a sum that are written out. */
const TERMS = 3;
/** Significant digits inside of formulas. */
const INNER = 4;

/** What is on the screen, and with how many significant digits. */
export interface Shown {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly digits: number;
  /** What is seen of a unit beside its numbers. */
  readonly words: UnitWords;
}

export function describeItem(item: GraphItem, shown: Shown): Description {
  switch (item.kind) {
    case 'unit':
      if (item.unit === 0) return bias(shown.model.network, item.layer);
      return { ...unit(item.layer, item.unit, shown), more: shown.words(item.layer, item.unit) };
    case 'edge':
      return edge(item.parameter, shown);
    case 'gap':
      return gap(item.layer, item.first);
    case 'loss':
      return loss(shown);
  }
}

/** The same in one sentence. */
export function sentence({ title, detail, rows, more = [] }: Description): string {
  const read = rows.map(({ symbol, value }) => `${symbol} = ${value}`).join(', ');
  return [[detail ? `${title}, ${detail}` : title, read].filter(Boolean).join(': '), ...more].join('. ');
}

/** ∂J/∂θ₁₁⁽¹⁾, or ∂E₃/∂θ₁₁⁽¹⁾ where a sample is chosen. */
export function gradientName({ network }: ModelSlice, sample: number | null, id: ParameterId): string {
  return `∂${convention(network, sample).left}/∂${parameterName(network, id)}`;
}

function bias(network: Network, layer: number): Description {
  const input = String(biasInputOf(network, layer)).replace('-', '−');
  return { title: 'bias neuron', detail: `of layer ${String(layer)}, always ${input}`, rows: [] };
}

function gap(layer: number, first: number): Description {
  return {
    title: `folded units of layer ${String(layer)}`,
    detail: `from unit ${showCount(first)}; select to unfold`,
    rows: [],
  };
}

function unit(layer: number, unit: number, { model, values, digits }: Shown): Description {
  const label = unitLabel(model, layer, unit);
  const name = activationName(layer, unit);
  const units = values?.analysis?.units;
  const at = (arrays: readonly Float64Array[] | undefined): number | undefined => arrays?.[layer - 1]?.[unit - 1];
  const title = label && label !== name ? `${name} · ${label}` : name;
  const means = units !== undefined && showsMeans(model, values?.sample ?? null);
  const named = (symbol: string): string => (means ? meanName(symbol) : symbol);
  if (layer === 1) {
    return {
      title,
      detail: 'input',
      rows: [
        { symbol: named(name), value: show(at(units?.a), digits), note: undefined },
        ...inputRow(unit, model, values, digits),
      ],
    };
  }
  const single = isSingle(model, values);
  return {
    title,
    detail: `unit ${String(unit)} of layer ${String(layer)}`,
    rows: [
      {
        symbol: named(quantityName({ kind: 'z', layer, unit })),
        value: show(at(units?.z), digits),
        note: sumNote(layer, unit, model, values),
      },
      {
        symbol: named(name),
        value: show(at(units?.a), digits),
        note:
          single || !units
            ? activationForm(model.network, layer, unit)
            : `mean of ${activationForm(model.network, layer, unit)}`,
      },
      {
        symbol: deltaName(layer, unit),
        value: show(at(units?.delta), digits),
        note: `∂${convention(model.network, values?.sample ?? null).left}/∂${quantityName({ kind: 'z', layer, unit })}`,
      },
    ],
  };
}

/** ∂E/∂x of the selected sample, as the sum it is. */
function inputRow(unit: number, model: ModelSlice, values: ValuesSlice | null, digits: number): Description['rows'] {
  const { network } = model;
  const derivative = byInputs(model, values)?.[unit - 1];
  const delta = values?.analysis?.units.delta[1];
  const block = parameterLayout(network.layers).layers[0];
  if (derivative === undefined || !delta || !block || !values) return [];
  const terms = Array.from(delta.subarray(0, TERMS), (value, k) => {
    const weight = values.theta[block.weights + k * block.columns + unit - 1];
    return `${factor(weight)}·${factor(value)}`;
  });
  const rest = delta.length - terms.length;
  return [
    {
      symbol: `∂${convention(network, values.sample).left}/∂${activationName(1, unit)}`,
      value: show(derivative, digits),
      note: `${terms.join(' + ')}${rest > 0 ? ` + ${showCount(rest)} more` : ''}`,
    },
  ];
}

/** ∂E/∂x of the sample that is shown; undefined of a mean, and where derivatives are hidden. */
export function byInputs(model: ModelSlice, values: ValuesSlice | null): Float64Array | undefined {
  const delta = values?.analysis?.units.delta[1];
  return values && delta && isSingle(model, values) ? inputDerivatives(model.network, values.theta, delta) : undefined;
}

/** z as the sum it is, with its numbers: 0.1·0.05 + 0.3·0.9. True for means too, since z is linear in a. */
function sumNote(layer: number, unit: number, { network }: ModelSlice, values: ValuesSlice | null): string | undefined {
  const block = parameterLayout(network.layers).layers[layer - 2];
  const inputs = values?.analysis?.units.a[layer - 2];
  if (!block || !inputs || !values) return undefined;
  const theta = values.theta;
  const terms: string[] = [];
  if (block.biases >= 0) terms.push(show(theta[block.biases + unit - 1], INNER));
  const room = Math.min(block.columns, TERMS);
  for (let j = 0; j < room; j++) {
    terms.push(`${factor(theta[block.weights + (unit - 1) * block.columns + j])}·${factor(inputs[j])}`);
  }
  const rest = block.columns - room;
  return `${terms.join(' + ')}${rest > 0 ? ` + ${showCount(rest)} more` : ''}`;
}

function edge(id: ParameterId, { model, values, digits }: Shown): Description {
  const { network } = model;
  const index = parameterIndex(parameterLayout(network.layers), id);
  const gradient = values?.analysis?.gradient;
  const frozen = isFrozen(network, id) ? ', frozen' : '';
  return {
    title: parameterName(network, id),
    detail: `${parameterMeaning(id)}${frozen}`,
    rows: [
      {
        symbol: parameterName(network, id),
        value: show((values?.theta ?? network.theta)[index], digits),
        note: undefined,
      },
      ...(gradient
        ? [
            {
              symbol: gradientName(model, values.sample, id),
              value: show(gradient[index], digits),
              note: productNote(id, model, values),
            },
          ]
        : []),
    ],
  };
}

/** ∂J/∂θ as δ·a with its numbers, where it is that product of one sample alone. */
function productNote({ layer, to, from }: ParameterId, model: ModelSlice, values: ValuesSlice): string | undefined {
  const { l1, l2, biases } = model.network.regularization;
  const units = values.analysis?.units;
  const penalised = (from > 0 || biases) && values.sample === null && (l1 !== 0 || l2 !== 0);
  const names = `${deltaName(layer + 1, to)} · ${activationName(layer, from)}`;
  const over = model.network.loss.samples ?? (model.weightSum === undefined ? 'mean' : 'weighted mean');
  if (!units || !isSingle(model, values)) return `${over} of ${names}${penalised ? ' + ∂R/∂θ' : ''}`;
  if (penalised) return `${names} + ∂R/∂θ`;
  const delta = units.delta[layer]?.[to - 1];
  const a = from === 0 ? biasInputOf(model.network, layer) : units.a[layer - 1]?.[from - 1];
  return `${names} = ${factor(delta)}·${factor(a)}`;
}

function loss({ model, values, digits }: Shown): Description {
  const { left, right, note } = convention(model.network, values?.sample ?? null, model.weightSum !== undefined);
  const analysis = values?.analysis;
  const parts =
    analysis && analysis.penalty !== 0
      ? [
          { symbol: 'data', value: show(analysis.dataLoss, digits), note: undefined },
          { symbol: 'R', value: show(analysis.penalty, digits), note: 'penalty' },
        ]
      : [];
  return {
    title: left,
    detail: `${left} = ${right}`,
    rows: [{ symbol: left, value: show(analysis?.loss, digits), note: note ?? undefined }, ...parts],
  };
}

function isSingle({ samples }: ModelSlice, values: ValuesSlice | null): boolean {
  return samples === 1 || (values?.sample ?? null) !== null;
}

/** A number inside a product: negative ones in brackets. */
function factor(value: number | undefined): string {
  const text = show(value, INNER);
  return text.startsWith('−') ? `(${text})` : text;
}
