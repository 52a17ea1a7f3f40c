/** `diff A B`: what is built differently in two network files, and which parameters differ. */

import { loss } from '../core/backprop';
import { type NetworkDifference, type StructureDifference, networkDifference } from '../core/difference';
import { formatNumber, parameterName } from '../core/notation';
import { type Options, UsageError, type ExitStatus, type Request } from './command';
import { type Input, load } from './input';
import { printJson } from './json';
import { lockFor } from './lock';
import { print } from './streams';
import { objectiveOf } from '../core/network';
import { alignRight } from '../app/table';

/** Parameters that are listed for people. */
const MOST_LISTED = 20;

export async function diffCommand({ files, options }: Request): Promise<ExitStatus> {
  const [first, second, ...more] = files;
  if (first === undefined || second === undefined || more.length > 0) throw new UsageError('diff takes two FILEs');
  if (first === '-' && second === '-') throw new UsageError('only one of the two files can be standard input');
  const tolerance = readTolerance(options.text('tolerance'));
  const digits = options.integer('digits', 3, 17) ?? 6;
  const root = options.text('root');
  const a = await load(first, root);
  const b = await load(second, root);
  const difference = networkDifference(a.content.network, b.content.network, tolerance);
  const losses = { a: await lossOf(a, options), b: await lossOf(b, options) };
  const equal = difference.structure.length + difference.parameters.length === 0;
  if (options.flag('json')) {
    const { structure, parameters } = difference;
    await printJson({ equal, structure: structure.map(differenceInWords), parameters, loss: losses });
  } else print(text(a, difference, losses, digits));
  return equal ? 0 : 1;
}

function readTolerance(text: string | undefined): number {
  const value = Number(text ?? 0);
  if (text?.trim() === '' || !(value >= 0) || value === Infinity) {
    throw new UsageError(`--tolerance takes a number from 0 on, not “${text ?? ''}”`);
  }
  return value;
}

/** J of a file; null where it has no data, or hides it. */
async function lossOf(input: Input, options: Options): Promise<number | null> {
  const { network, data } = input.content;
  if (!data || (await lockFor(input, options)).hidden.forward) return null;
  return loss(objectiveOf(network, data.training));
}

function differenceInWords({ path, a, b }: StructureDifference): string {
  const value = (setting: StructureDifference['a']): string => (setting === undefined ? 'not there' : String(setting));
  return `${path}: ${value(a)} in A, ${value(b)} in B`;
}

function text(
  a: Input,
  { structure, parameters, compared }: NetworkDifference,
  losses: { readonly a: number | null; readonly b: number | null },
  digits: number,
): string[] {
  const number = (value: number): string => formatNumber(value, digits);
  const lines = structure.map(differenceInWords);
  lines.push(
    parameters.length === 0
      ? `All ${String(compared)} parameters that both have are equal.`
      : `${String(parameters.length)} of ${String(compared)} parameters differ:`,
  );
  if (parameters.length > 0) {
    const rows = parameters.slice(0, MOST_LISTED).map((id) => {
      return [parameterName(a.content.network, id), number(id.a), number(id.b), number(id.difference)];
    });
    lines.push(...alignRight([['', 'A', 'B', 'A − B'], ...rows]));
    if (parameters.length > rows.length) {
      lines.push(`  … and ${String(parameters.length - rows.length)} more; --json lists all`);
    }
  }
  if (losses.a !== null && losses.b !== null) {
    lines.push(
      losses.a === losses.b
        ? `J = ${number(losses.a)} in both`
        : `J = ${number(losses.a)} in A, ${number(losses.b)} in B`,
    );
  }
  return lines;
}
