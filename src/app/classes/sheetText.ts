/** The text of a student's sheet: the teacher's with other numbers, open answers, and whose it is. */

import type { ValuePlace } from '../../core/exercise/exercise';
import type { Question, Sheet } from '../../core/exercise/judge';
import { placeKey } from '../../core/exercise/values';
import { type Network, type Samples, layerAt, parameterIndex, parameterLayout } from '../../core/network';

/** A JSON value as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface SheetTextOptions {
  readonly student: string | undefined;
  readonly fingerprint: string;
  /** What of the numbers is written anew; the rest stays as the teacher wrote it. */
  readonly writes: { readonly weights: boolean; readonly inputs: boolean; readonly targets: boolean };
  /** The value of an answer, for a key; without it every answer is null. */
  readonly answer?: (question: Question) => number;
}

/** `file` is the teacher's sheet, parsed; `sheet` has the student's numbers. */
export function sheetText(file: JsonObject, sheet: Sheet, options: SheetTextOptions): string {
  const { student, fingerprint, writes, answer = () => null } = options;
  const exercise: Record<string, Json> = { ...(isObject(file.exercise) ? file.exercise : {}) };
  if (student !== undefined) exercise.student = student;
  exercise.fingerprint = fingerprint;
  const layers = Array.isArray(file.layers) ? (file.layers as readonly Json[]) : [];
  const written: Record<string, Json> = {
    ...file,
    layers: layers.map((layer, index) =>
      index > 0 && isObject(layer) ? layerJson(layer, index, sheet, writes.weights, answer) : layer,
    ),
    exercise,
  };
  if (isObject(file.data)) written.data = dataJson(file.data, sheet, writes);
  if (isObject(file.claims)) written.claims = claimsJson(file.claims, sheet, answer);
  return `${jsonText(written)}\n`;
}

function layerJson(
  layer: JsonObject,
  l: number,
  { network, questions }: Sheet,
  writesWeights: boolean,
  answer: (question: Question) => Json,
): Json {
  const { claimedGradients: old, ...rest } = layer;
  const written: Record<string, Json> = { ...rest };
  const block = parameterLayout(network.layers).layers[l - 1];
  if (!block) return layer;
  const { rows, columns, weights, biases } = block;
  if (writesWeights) {
    written.weights = matrix(rows, columns, (i, j) => network.theta[weights + i * columns + j] ?? null);
    if (biases >= 0) written.biases = list(rows, (i) => network.theta[biases + i] ?? null);
  }
  const asked = new Map<number, Question>();
  const layout = parameterLayout(network.layers);
  for (const question of questions)
    if (question.quantity === 'gradient') asked.set(parameterIndex(layout, question.parameter), question);
  const has = (from: number, count: number): boolean => [...asked.keys()].some((k) => k >= from && k < from + count);
  const place = (k: number): Json => {
    const question = asked.get(k);
    return question ? answer(question) : null;
  };
  const claims: Record<string, Json> = {};
  if (has(weights, rows * columns)) claims.weights = matrix(rows, columns, (i, j) => place(weights + i * columns + j));
  if (biases >= 0 && has(biases, rows)) claims.biases = list(rows, (i) => place(biases + i));
  if (Object.keys(claims).length > 0 || old !== undefined) written.claimedGradients = claims;
  return written;
}

function dataJson(
  data: JsonObject,
  { network, samples }: { readonly network: Network; readonly samples: Samples },
  { inputs, targets }: SheetTextOptions['writes'],
): Json {
  const rowsOf = (values: Float64Array, width: number): Json =>
    matrix(samples.count, width, (s, k) => values[s * width + k] ?? null);
  return {
    ...data,
    ...(inputs && { inputs: rowsOf(samples.inputs, layerAt(network, 1).units) }),
    ...(targets && { targets: rowsOf(samples.targets, layerAt(network, network.layers.length).units) }),
  };
}

/** Every answer of `claims` again, in the places that the teacher gave them. */
function claimsJson(claims: JsonObject, { questions }: Sheet, answer: (question: Question) => Json): Json {
  const asked = new Map(
    questions.flatMap((question) =>
      question.quantity === 'gradient' ? [] : [[placeKey(question), question] as const],
    ),
  );
  const at = (place: ValuePlace): Json => {
    const question = asked.get(placeKey(place));
    return question ? answer(question) : null;
  };
  const written: Record<string, Json> = {};
  for (const [key, value] of Object.entries(claims)) {
    if (key === 'loss') written.loss = at({ quantity: 'loss' });
    else if ((key === 'z' || key === 'a' || key === 'delta') && isList(value)) {
      written[key] = value.map((layer, index) => {
        const place = (sample: number, unit: number): ValuePlace => ({ quantity: key, layer: index + 2, sample, unit });
        if (!isList(layer)) return layer;
        if (!layer.some(isList)) return layer.map((_, unit) => at(place(1, unit + 1)));
        return layer.map((row, s) => (isList(row) ? row.map((_, unit) => at(place(s + 1, unit + 1))) : row));
      });
    } else if (key === 'step' && isList(value)) {
      written.step = value.map((layer, index) => (isObject(layer) ? stepJson(layer, index + 1, at) : layer));
    } else written[key] = value;
  }
  return written;
}

function stepJson(block: JsonObject, layer: number, at: (place: ValuePlace) => Json): Json {
  const { weights, biases } = block;
  const place = (to: number, from: number): ValuePlace => ({ quantity: 'step', parameter: { layer, to, from } });
  return {
    ...block,
    ...(isList(weights) && {
      weights: weights.map((row, i) => (isList(row) ? row.map((_, j) => at(place(i + 1, j + 1))) : row)),
    }),
    ...(isList(biases) && { biases: biases.map((_, i) => at(place(i + 1, 0))) }),
  };
}

function matrix(rows: number, columns: number, at: (i: number, j: number) => Json): Json {
  return list(rows, (i) => list(columns, (j) => at(i, j)));
}

function list(count: number, at: (i: number) => Json): Json {
  return Array.from({ length: count }, (_, i) => at(i));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

const WIDTH = 100;

/** JSON as prettier lays it out: what fits stands on one line, a matrix has a line for each row. */
export function jsonText(value: Json, indent = ''): string {
  const line = oneLine(value);
  const isTop = indent === '';
  if (!isTop && !hasMatrix(value) && indent.length + line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  if (isList(value)) {
    if (value.every((item) => typeof item === 'number' || item === null)) return line;
    return `[\n${value.map((item) => inner + jsonText(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return line;
  const members = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${jsonText(item, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

/** True of rows of several numbers, and of what has them in it. */
function hasMatrix(value: Json): boolean {
  if (isList(value) && value.length > 1 && value.every((row) => isList(row) && row.length > 1)) return true;
  return (isObject(value) ? Object.values(value) : isList(value) ? value : []).some(hasMatrix);
}

function oneLine(value: Json): string {
  if (isList(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
