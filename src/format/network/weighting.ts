/** How much each row counts: `weights` and `classWeights` of `data`. */

import type { Dataset } from '../../core/network';
import type { FileRows, Weighting } from '../csv/dataset';
import { sharedNumbers } from '../json/sharedNumbers';
import type { JsonNode, Member, NumbersNode, ObjectNode } from '../json';
import type { Problems, Span } from '../problems';
import { NOT_NEGATIVE } from './reader';
import type { Reader } from './reader';
import { readNumbers } from './rows';
import { counted } from '../../core/notation';

/** What the text itself says of the rows' weights; `ofFile` reads another form of `weights` than a list. */
export function readWeighting(
  reader: Reader,
  data: ObjectNode,
  rows: number | undefined,
  outputs: number | undefined,
): Weighting | undefined {
  const weights = data.members.get('weights');
  const list = weights && isList(weights.value) ? readWeights(reader, weights.value, rows) : undefined;
  const classes = readClassWeights(reader, data.members.get('classWeights'), outputs);
  const at = classes?.node ?? weights?.value;
  if (!at) return undefined;
  return {
    span: { offset: at.offset, length: at.length },
    ...(list && { rows: list.values, listed: { offset: list.node.offset, length: list.node.length } }),
    ...(classes && { classes: classes.values }),
  };
}

/** True where the weights stand in the text. */
export function isList(node: JsonNode): boolean {
  return node.kind === 'array' || node.kind === 'numbers';
}

interface ReadWeights {
  readonly node: NumbersNode;
  readonly values: Float64Array;
}

function readWeights(reader: Reader, node: JsonNode, rows: number | undefined): ReadWeights | undefined {
  const length = { count: rows, meaning: 'one for each row of "inputs"' };
  return valuesOf(
    reader,
    readNumbers(reader, node, () => '"weights" of "data"', length, NOT_NEGATIVE),
  );
}

/** One for each output unit; of a single output, for its targets 0 (or −1) and 1. */
function readClassWeights(
  reader: Reader,
  member: Member | undefined,
  outputs: number | undefined,
): ReadWeights | undefined {
  if (!member) return undefined;
  const meaning =
    outputs === 1 ? 'one for each of the classes 0 and 1' : 'one for each class, that is each output unit';
  const length = { count: outputs === 1 ? 2 : outputs, meaning };
  return valuesOf(
    reader,
    readNumbers(reader, member.value, () => '"classWeights"', length, NOT_NEGATIVE),
  );
}

function valuesOf({ numbers }: Reader, node: NumbersNode | undefined): ReadWeights | undefined {
  return node && { node, values: numbers.slice(node.first, node.count) };
}

/** The rows with their weights, those of the text and of the classes in them; undefined after a report. */
export function weighed<Read extends FileRows>(
  rows: Read,
  weighting: Weighting | undefined,
  problems: Problems,
): Read | undefined {
  if (!weighting) return rows;
  const { rows: listed, classes, span } = weighting;
  const weights = sharedNumbers(rows.count).fill(1);
  if (rows.weights) weights.set(rows.weights);
  if (listed) {
    if (listed.length !== rows.count) {
      const expected = `expected ${String(rows.count)}, one for each row`;
      const message = `"weights" of "data" has ${counted(listed.length, 'number')}, ${expected}`;
      problems.report('wrong-length', weighting.listed ?? span, message);
      return undefined;
    }
    weights.set(listed);
  }
  if (classes && !weighClasses(rows, classes, weights, span, problems)) return undefined;
  return { ...rows, weights };
}

function weighClasses(
  { count: m, targets }: FileRows,
  classes: Float64Array,
  weights: Float64Array,
  span: Span,
  problems: Problems,
): boolean {
  const outputs = targets.length / m;
  for (let row = 0; row < m; row++) {
    const found = classIn(targets.subarray(row * outputs, (row + 1) * outputs));
    if (found < 0) {
      const expected = outputs === 1 ? '0 or 1' : 'a single 1, all others 0';
      const message = `"classWeights" needs targets that are classes, but those of row ${String(row + 1)} are not; expected ${expected}`;
      problems.report('target-out-of-range', span, message);
      return false;
    }
    weights[row] = (weights[row] ?? 0) * (classes[found] ?? NaN);
  }
  return true;
}

/** The class, from 0, that a row of targets names; −1 where it names none. */
function classIn(targets: Float64Array): number {
  const ones = targets.reduce((sum, y) => sum + Number(y === 1), 0);
  if (targets.length === 1) return ones === 1 ? 1 : targets[0] === 0 || targets[0] === -1 ? 0 : -1;
  return ones === 1 && targets.every((y) => y === 0 || y === 1) ? targets.indexOf(1) : -1;
}

/** Reports rows that together do not count at all: their weighted mean is not defined. */
export function checkWeights({ training, validation }: Dataset, weighting: Weighting, problems: Problems): void {
  for (const [name, samples] of [
    ['training', training],
    ['held-out', validation],
  ] as const) {
    if (!samples?.weights || samples.weights.some((weight) => weight > 0)) continue;
    problems.report('out-of-range', weighting.span, `the weights of all ${name} rows are 0, expected one above 0`);
  }
}
