/** A model as a network file: its text, and its tensors beside it where they are many. */

import type { Activation } from '../../core/network';
import type { LossWords, ImportedModel, ModelLayer } from './model';
import { writeSafetensors, type TensorToWrite } from './writeSafetensors';

/** The key `data` of a network file. */
export type DataWords = Readonly<Record<string, unknown>>;

export interface ModelFile {
  readonly text: string;
  /** The bytes of the file that the text refers to; undefined where the numbers are in the text. */
  readonly tensors: Uint8Array | undefined;
}

export interface ModelFileOptions {
  readonly name: string;
  readonly loss?: LossWords;
  readonly data?: DataWords;
  /** The name of the file of tensors beside the text; without it the numbers are written out. */
  readonly sidecar?: string;
}

/** The network file of a model whose questions are answered. */
export function modelFile(model: ImportedModel, { name, loss, data, sidecar }: ModelFileOptions): ModelFile {
  const tensors: TensorToWrite[] = [];
  const entries = [`"name": ${JSON.stringify(name)}`];
  const layers = [
    inputLayer(model),
    ...model.layers.map((layer, index) => computing(layer, index + 1, sidecar, tensors)),
  ];
  entries.push(`"layers": [\n${layers.map((layer) => `    ${layer}`).join(',\n')}\n  ]`);
  const words = loss ?? model.loss;
  if (words !== undefined) entries.push(`"loss": ${spaced(words)}`);
  if (data) entries.push(`"data": ${spaced(data)}`);
  if (model.optimizer) entries.push(`"training": ${spaced({ optimizer: model.optimizer })}`);
  return {
    text: `{\n  ${entries.join(',\n  ')}\n}\n`,
    tensors: sidecar === undefined ? undefined : writeSafetensors(tensors),
  };
}

function inputLayer({ layers, inputLabels }: ImportedModel): string {
  const units = `"units": ${String(layers[0]?.inputs ?? 1)}`;
  return inputLabels ? `{ ${units}, "labels": ${spaced(inputLabels)} }` : `{ ${units} }`;
}

/** Layer `number` + 1; its θ is θ^(number). */
function computing(
  { units, inputs, labels, weights, biases, activation }: ModelLayer,
  number: number,
  sidecar: string | undefined,
  tensors: TensorToWrite[],
): string {
  const parts = [`"units": ${String(units)}`];
  if (labels) parts.push(`"labels": ${spaced(labels)}`);
  parts.push(`"activation": ${spaced(words(activation ?? { type: 'identity' }))}`);
  if (sidecar !== undefined) {
    const reference = (kind: string, shape: readonly number[], values: Float64Array): string => {
      const tensor = `${String(number)}.${kind}`;
      tensors.push({ name: tensor, shape, values });
      return spaced({ file: sidecar, tensor });
    };
    parts.push(`"weights": ${reference('weight', [units, inputs], weights)}`);
    parts.push(`"biases": ${biases ? reference('bias', [units], biases) : 'false'}`);
    return `{\n      ${parts.join(',\n      ')}\n    }`;
  }
  const rows = Array.from({ length: units }, (_, i) => row(weights.subarray(i * inputs, (i + 1) * inputs)));
  parts.push(`"weights": [\n${rows.map((text) => `        ${text}`).join(',\n')}\n      ]`);
  parts.push(`"biases": ${biases ? row(biases) : 'false'}`);
  return `{\n      ${parts.join(',\n      ')}\n    }`;
}

function words({ type, ...constants }: Activation): string | Readonly<Record<string, string | number>> {
  return Object.keys(constants).length > 0 ? { type, ...constants } : type;
}

/** The shortest digits that read back to the same double; JSON knows −0 as well. */
function row(values: Float64Array): string {
  return `[${Array.from(values, (value) => (Object.is(value, -0) ? '-0' : String(value))).join(', ')}]`;
}

/** JSON on one line, with a space inside of braces and after commas and colons. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`)
    .join(', ')} }`;
}
