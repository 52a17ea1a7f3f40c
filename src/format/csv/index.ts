/**
 * Rows of a CSV file (RFC 4180: quotes, CRLF; a byte order mark is tolerated; blank lines are skipped).
 *
 * The first row is the header. There is none only where every column is named by its number and the cells of the first
 * row that have to be numbers are numbers: a header made of numbers alone would be no help to anyone.
 */

import { csvParseRows } from 'd3-dsv';
import type { LossName } from '../../core/functions';
import { Header, isByNumber } from './columns';
import type { ColumnName } from './columns';
import { csvPieces } from './csvPieces';
import type { CsvText } from './csvText';
import type { FileRows } from './dataset';
import { quote } from '../json';
import type { ProblemCode, Problems, Span } from '../problems';
import { RowRoom } from './rowRoom';
import { Classes, checkTargetRow, classCountMessage, oneHot, sizeMessage } from '../network/targets';
import { counted } from '../../core/notation';

/** What the network file wants of a CSV file. */
export interface CsvRequest {
  /** Relative to the network file, as it is written there. */
  readonly path: string;
  /** Where the path is written: problems of the CSV's content are shown there. */
  readonly span: Span;
  readonly inputs: readonly ColumnName[];
  readonly targets: readonly ColumnName[];
  /** The column of the rows' weights, where there is one. */
  readonly weights?: ColumnName;
  /** `targets` is one column of class names. */
  readonly oneHot: boolean;
  /** s_1. */
  readonly inputUnits: number | undefined;
  /** s_L and the loss, where they are known. */
  readonly outputs: number | undefined;
  readonly loss: LossName | undefined;
}

/** A CSV that is wrong in more rows than this is wrong altogether; the rest is counted. */
const MOST_CSV_PROBLEMS = 20;

/** Rows are expected to be as long as those before, and a few more of them to come than that. */
const MORE = 1.03;

/**
 * Reads the rows that `request` asks for; undefined after reporting what is wrong. A large text is read piece by piece, and
 * `yieldNow` awaited in between, so that whoever shares the thread goes on. Rejects where the text cannot be read to its end.
 */
export async function readCsvRows(
  text: CsvText,
  request: CsvRequest,
  problems: Problems,
  yieldNow: () => Promise<void> | undefined,
): Promise<FileRows | undefined> {
  const reader = new CsvReader(text.length, request, problems);
  let isFirst = true;
  for await (const piece of csvPieces(text.chunks)) {
    reader.add(isFirst && piece.charCodeAt(0) === 0xfeff ? piece.slice(1) : piece);
    isFirst = false;
    if (reader.isLost) break;
    await yieldNow();
  }
  return reader.end();
}

class CsvReader {
  private header: readonly string[] = [];
  private columns:
    | { readonly inputs: readonly number[]; readonly targets: readonly number[]; readonly weights: readonly number[] }
    | undefined;
  private room = new RowRoom({ inputs: 0, targets: 0, weights: 0 });
  private readonly classes = new Classes();
  /** Rows of data so far, and those of them that are sound. */
  private rows = 0;
  private kept = 0;
  private wrong = 0;
  private unlisted = 0;
  private lines = 0;
  private isFirst = true;
  /** Characters in the pieces so far, and lines in them. */
  private charactersRead = 0;
  private linesRead = 0;

  constructor(
    private readonly length: number,
    private readonly request: CsvRequest,
    private readonly problems: Problems,
  ) {}

  /** Reads whole rows, which follow those read before. */
  add(piece: string): void {
    let lines = 0;
    this.charactersRead += piece.length;
    this.linesRead += lineBreaks(piece);
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

  end(): FileRows | undefined {
    if (this.unlisted > 0) {
      const message = `${this.path}: ${counted(this.unlisted, 'more problem')}`;
      this.problems.report('too-many-problems', this.request.span, message);
    }
    if (!this.columns) {
      if (this.isFirst) this.report('csv-empty', 'the file is empty, expected rows of data');
      return undefined;
    }
    if (this.rows === 0) this.report('csv-empty', 'the file has a header and no rows, expected at least 1');
    return this.wrong > 0 ? undefined : this.finish();
  }

  /** Nothing of what is still to come can be read: its columns are not there, or there is no room for them. */
  get isLost(): boolean {
    return !this.isFirst && !this.columns;
  }

  private get path(): string {
    return this.request.path;
  }

  // ── The first row ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Finds the columns; true where the first row is a header and so no data. */
  private start(cells: readonly string[]): boolean {
    const { inputs, targets, weights } = this.request;
    const weight = weights ? [weights] : [];
    const all = [...inputs, ...targets, ...weight];
    const isNumeric = (columns: readonly ColumnName[]): boolean =>
      new Header(cells)
        .find(columns, all)
        .every(
          (found) => typeof found !== 'string' && found.every((column) => Number.isFinite(cellNumber(cells[column]))),
        );
    const hasHeader = !(
      all.every(isByNumber) &&
      isNumeric(inputs) &&
      isNumeric(weight) &&
      (this.request.oneHot || isNumeric(targets))
    );
    this.header = cells.map((cell, index) => (hasHeader ? cell.trim() : `column ${String(index + 1)}`));
    const header = new Header(this.header);
    const { inputUnits, outputs, oneHot: classes } = this.request;
    const found = {
      inputs: this.find(header, inputs, [...targets, ...weight], inputUnits, 'inputs'),
      targets: this.find(header, targets, [...inputs, ...weight], classes ? 1 : outputs, 'targets'),
      weights: this.find(header, weight, [...inputs, ...targets], weight.length, 'weights'),
    };
    if (!found.inputs || !found.targets || !found.weights) return true;
    const width = { inputs: found.inputs.length, targets: found.targets.length, weights: found.weights.length };
    this.room = new RowRoom(width);
    if (this.makeRoom()) this.columns = { inputs: found.inputs, targets: found.targets, weights: found.weights };
    return hasHeader;
  }

  /** The columns' indices from 0; undefined after a report. */
  private find(
    header: Header,
    wanted: readonly ColumnName[],
    others: readonly ColumnName[],
    expected: number | undefined,
    key: string,
  ): number[] | undefined {
    const columns: number[] = [];
    let sound = true;
    for (const [at, found] of header.find(wanted, others).entries()) {
      if (typeof found !== 'string') columns.push(...found);
      else {
        sound = false;
        this.wrong++;
        const { span } = wanted[at] ?? this.request;
        if (!this.problems.isFull) this.problems.report('csv-column', span, `${this.path} ${found}`);
      }
    }
    const [first] = wanted;
    if (sound && first && expected !== undefined && columns.length !== expected) {
      this.wrong++;
      const message = `"${key}" stands for ${counted(columns.length, 'column')} of ${this.path}, expected ${String(expected)}`;
      this.problems.report('wrong-length', first.span, message);
      return undefined;
    }
    return sound ? columns : undefined;
  }

  /** Room for as many rows as there are to be by those read so far. False after a report, where that is too much. */
  private makeRoom(): boolean {
    const lines = this.linesRead + 1;
    const rest = Math.max(0, this.length - this.charactersRead) / this.charactersRead;
    const rows = Math.max(this.kept + 1, Math.ceil(lines * (1 + MORE * rest)));
    const { inputs, targets } = this.request;
    const tooLarge = sizeMessage(rows, Math.max(inputs.length, targets.length));
    if (tooLarge !== undefined) {
      this.report('data-too-large', tooLarge);
      return false;
    }
    this.room.grow(rows);
    return true;
  }

  // ── Rows of data ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** `index` counts the lines of the file from 0. */
  private row(cells: readonly string[], index: number): void {
    const { columns } = this;
    if (!columns) return;
    this.rows++;
    const { inputs, targets, weights } = columns;
    if (cells.length !== this.header.length) {
      const message = `${counted(cells.length, 'cell')}, expected ${String(this.header.length)} as in the first row`;
      this.reportRow('csv-ragged', index, undefined, message);
      return;
    }
    const before = this.wrong;
    if (this.kept === this.room.full && !this.makeRoom()) {
      this.columns = undefined;
      return;
    }
    const { room } = this;
    for (let at = 0; at < inputs.length; at++) {
      room.inputs[this.kept * inputs.length + at] = this.number(cells, inputs[at] ?? 0, index);
    }
    for (let at = 0; at < targets.length; at++) {
      const column = targets[at] ?? 0;
      const value = this.request.oneHot ? this.classOf(cells, column, index) : this.number(cells, column, index);
      room.targets[this.kept * targets.length + at] = value;
    }
    for (const column of weights) room.weights[this.kept] = this.weight(cells, column, index);
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

  private weight(cells: readonly string[], column: number, index: number): number {
    const value = this.number(cells, column, index);
    if (value < 0) this.reportRow('out-of-range', index, column, `the weight is ${String(value)}, expected one ≥ 0`);
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
    const row = this.room.targets.subarray(this.kept * columns.length, (this.kept + 1) * columns.length);
    checkTargetRow(loss, row, (code, message, at) => {
      this.reportRow(code, index, at === undefined ? undefined : columns[at], message);
    });
  }

  private finish(): FileRows | undefined {
    const { columns, kept, request } = this;
    if (!columns || kept === 0) return undefined;
    const { targets, ...beside } = this.room.take(kept);
    const inputNames = columns.inputs.map((column) => this.header[column] ?? '');
    if (!request.oneHot) return { count: kept, ...beside, targets, inputNames };
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
      ...beside,
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

function lineBreaks(text: string): number {
  let breaks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) breaks++;
  }
  return breaks;
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
