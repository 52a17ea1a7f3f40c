/**
 * Rows of a CSV file (RFC 4180: quotes, CRLF; a byte order mark is tolerated; blank lines are skipped).
 *
 * The first row is the header. There is none only where every column is named by its number and the cells of the first
 * row that have to be numbers are numbers: a header made of numbers alone would be no help to anyone.
 */

import { csvParseRows } from 'd3-dsv';
import type { LossName } from '../core/functions';
import { csvPieces } from './csvPieces';
import type { Rows } from './dataset';
import { quote } from './json';
import type { ProblemCode, Problems, Span } from './problems';
import { count } from './reader';
import { sharedCopy, sharedNumbers } from './sharedNumbers';
import { Classes, checkTargetRow, classCountMessage, oneHot, sizeMessage } from './targets';

/** A column by its header name or its number from 1, and where the network file names it. */
export interface Column {
  readonly name: string | number;
  readonly span: Span;
}

/** What the network file wants of a CSV file. */
export interface CsvRequest {
  /** Relative to the network file, as it is written there. */
  readonly path: string;
  /** Where the path is written: problems of the CSV's content are shown there. */
  readonly span: Span;
  readonly inputs: readonly Column[];
  readonly targets: readonly Column[];
  /** `targets` is one column of class names. */
  readonly oneHot: boolean;
  /** s_L and the loss, where they are known. */
  readonly outputs: number | undefined;
  readonly loss: LossName | undefined;
}

/** A CSV that is wrong in more rows than this is wrong altogether; the rest is counted. */
const MOST_CSV_PROBLEMS = 20;

/**
 * Reads the rows that `request` asks for; undefined after reporting what is wrong. A large text is read piece by piece, and
 * `breathe` awaited in between, so that whoever shares the thread goes on.
 */
export async function readCsvRows(
  text: string,
  request: CsvRequest,
  problems: Problems,
  breathe: () => Promise<void>,
): Promise<Rows | undefined> {
  const content = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const reader = new CsvReader(content, request, problems);
  for (const piece of csvPieces(content)) {
    reader.add(piece);
    await breathe();
  }
  return reader.end();
}

class CsvReader {
  private header: readonly string[] = [];
  private columns: { readonly inputs: readonly number[]; readonly targets: readonly number[] } | undefined;
  private inputs: Float64Array = new Float64Array(0);
  private targets: Float64Array = new Float64Array(0);
  private readonly classes = new Classes();
  /** Rows of data so far, and those of them that are sound. */
  private rows = 0;
  private kept = 0;
  private wrong = 0;
  private unlisted = 0;
  private lines = 0;
  private isFirst = true;

  constructor(
    private readonly text: string,
    private readonly request: CsvRequest,
    private readonly problems: Problems,
  ) {}

  /** Reads whole rows, which follow those read before. */
  add(piece: string): void {
    let lines = 0;
    const hasQuotes = piece.includes('"');
    // The callback keeps nothing of a row but its numbers, so that no object is left behind for each of 60,000 rows.
    csvParseRows(piece, (cells, index) => {
      lines = index + 1;
      if (cells.length === 1 && cells[0]?.trim() === '') return undefined;
      const { isFirst } = this;
      this.isFirst = false;
      if (!isFirst || !this.start(cells)) this.row(cells, this.lines + index);
      if (hasQuotes) for (const cell of cells) this.lines += lineBreaks(cell);
      return undefined;
    });
    this.lines += lines;
  }

  end(): Rows | undefined {
    if (this.unlisted > 0) {
      const message = `${this.path}: ${count(this.unlisted, 'more problem')}`;
      this.problems.report('too-many-problems', this.request.span, message);
    }
    if (!this.columns) {
      if (this.isFirst) this.report('csv-empty', 'the file is empty, expected rows of data');
      return undefined;
    }
    if (this.rows === 0) this.report('csv-empty', 'the file has a header and no rows, expected at least 1');
    return this.wrong > 0 ? undefined : this.finish();
  }

  private get path(): string {
    return this.request.path;
  }

  // ── The first row ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Finds the columns; true where the first row is a header and so no data. */
  private start(cells: readonly string[]): boolean {
    const { inputs, targets } = this.request;
    const numeric = this.request.oneHot ? inputs : [...inputs, ...targets];
    const hasHeader = !(
      [...inputs, ...targets].every(({ name }) => typeof name === 'number') &&
      numeric.every(({ name }) => Number.isFinite(cellNumber(cells[Number(name) - 1])))
    );
    this.header = cells.map((cell, index) => (hasHeader ? cell.trim() : `column ${String(index + 1)}`));
    const found = {
      inputs: inputs.map((column) => this.find(column)),
      targets: targets.map((column) => this.find(column)),
    };
    if ([...found.inputs, ...found.targets].includes(-1)) return true;
    if (this.allocate(found.inputs.length, found.targets.length)) this.columns = found;
    return hasHeader;
  }

  /** The column's index from 0, or −1 after a report. */
  private find({ name, span }: Column): number {
    const { header } = this;
    if (typeof name === 'number') {
      if (name <= header.length) return name - 1;
      this.wrong++;
      const found = count(header.length, 'column');
      const message = `${this.path} has ${found}, expected column ${String(name)} to be one of them`;
      this.problems.report('csv-column', span, message);
      return -1;
    }
    const index = header.indexOf(name.trim());
    if (index >= 0 && header.indexOf(name.trim(), index + 1) < 0) return index;
    this.wrong++;
    const shown = header.slice(0, 12).map((column) => quote(column));
    const known = shown.join(', ') + (header.length > 12 ? ', …' : '');
    const message =
      index < 0
        ? `${this.path} has no column ${quote(name)}, expected one of ${known}`
        : `${this.path} has more than one column ${quote(name)}, expected its number, from 1`;
    this.problems.report('csv-column', span, message);
    return -1;
  }

  /**
   * Room for every row that the text can hold: a row takes at least a line, and a character for each of its cells.
   * False after a report, where that is too much.
   */
  private allocate(inputs: number, targets: number): boolean {
    const { text } = this;
    let lines = 1;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lines++;
    }
    const rows = Math.min(lines, Math.ceil((text.length + 1) / Math.max(1, this.header.length)));
    const tooLarge = sizeMessage(rows, Math.max(inputs, targets));
    if (tooLarge !== undefined) {
      this.report('data-too-large', tooLarge);
      return false;
    }
    this.inputs = sharedNumbers(rows * inputs);
    this.targets = sharedNumbers(rows * targets);
    return true;
  }

  // ── Rows of data ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** `index` counts the lines of the file from 0. */
  private row(cells: readonly string[], index: number): void {
    const { columns } = this;
    if (!columns) return;
    this.rows++;
    const { inputs, targets } = columns;
    if (cells.length !== this.header.length) {
      const message = `${count(cells.length, 'cell')}, expected ${String(this.header.length)} as in the first row`;
      this.reportRow('csv-ragged', index, undefined, message);
      return;
    }
    const before = this.wrong;
    for (let at = 0; at < inputs.length; at++) {
      this.inputs[this.kept * inputs.length + at] = this.number(cells, inputs[at] ?? 0, index);
    }
    for (let at = 0; at < targets.length; at++) {
      const column = targets[at] ?? 0;
      const value = this.request.oneHot ? this.classOf(cells, column, index) : this.number(cells, column, index);
      this.targets[this.kept * targets.length + at] = value;
    }
    if (this.wrong > before) return;
    this.checkTargets(index, targets);
    this.kept++;
  }

  private number(cells: readonly string[], column: number, index: number): number {
    const value = cellNumber(cells[column]);
    if (!Number.isFinite(value)) {
      this.reportRow(
        'csv-not-a-number',
        index,
        column,
        `found ${quote(cells[column] ?? '')}, expected a finite number`,
      );
    }
    return value;
  }

  private classOf(cells: readonly string[], column: number, index: number): number {
    const name = cells[column]?.trim() ?? '';
    if (name === '') this.reportRow('csv-empty', index, column, 'found an empty cell, expected the name of a class');
    return this.classes.numberOf(name);
  }

  private checkTargets(index: number, columns: readonly number[]): void {
    const { loss, oneHot: classes } = this.request;
    if (!loss || classes) return;
    const row = this.targets.subarray(this.kept * columns.length, (this.kept + 1) * columns.length);
    checkTargetRow(loss, row, (code, message, at) => {
      this.reportRow(code, index, at === undefined ? undefined : columns[at], message);
    });
  }

  private finish(): Rows | undefined {
    const { columns, kept, request } = this;
    if (!columns || kept === 0) return undefined;
    const inputs = trim(this.inputs, kept * columns.inputs.length);
    const targets = trim(this.targets, kept * columns.targets.length);
    const inputNames = columns.inputs.map((column) => this.header[column] ?? '');
    if (!request.oneHot) return { count: kept, inputs, targets, inputNames };
    const { names } = this.classes;
    if (request.outputs === undefined) return undefined;
    if (names.length !== request.outputs) {
      this.report('class-count', classCountMessage(names, request.outputs));
      return undefined;
    }
    const tooLarge = sizeMessage(kept, names.length);
    if (tooLarge !== undefined) {
      this.report('data-too-large', tooLarge);
      return undefined;
    }
    return {
      count: kept,
      inputs,
      targets: oneHot(Uint32Array.from(targets), names.length),
      inputNames,
      classNames: names,
    };
  }

  // ── Problems ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A row of data counts from 1 below the header, a line from 1 at the top of the file. */
  private reportRow(code: ProblemCode, index: number, column: number | undefined, message: string): void {
    const place = `row ${String(this.rows)} (line ${String(index + 1)})`;
    const cell = column === undefined ? '' : `, column ${quote(this.header[column] ?? '')}`;
    this.report(code, `${place}${cell}: ${message}`);
  }

  private report(code: ProblemCode, message: string): void {
    this.wrong++;
    if (this.wrong <= MOST_CSV_PROBLEMS) this.problems.report(code, this.request.span, `${this.path}: ${message}`);
    else this.unlisted++;
  }
}

/** A quoted cell may have some. */
function lineBreaks(cell: string): number {
  return cell.split(/\r\n|\r|\n/).length - 1;
}

/** The number in a cell as people write it, or NaN: no empty cell, no `0x1F`, no `Infinity`. */
function cellNumber(cell: string | undefined): number {
  if (cell === undefined) return NaN;
  // Most cells of a large file are one digit (the pixels of a white margin).
  const digit = cell.charCodeAt(0) - 48;
  if (cell.length === 1 && digit >= 0 && digit <= 9) return digit;
  if (cell.trim() === '' || /^\s*0[xob]/i.test(cell)) return NaN;
  return Number(cell);
}

/** The part that is filled, without the room beyond it where that is worth a copy. */
function trim(values: Float64Array, length: number): Float64Array {
  return length === values.length
    ? values
    : values.length - length > length / 8
      ? sharedCopy(values.subarray(0, length))
      : values.subarray(0, length);
}
