/** What can be wrong with a network file, and how a problem is told. */

/** A stretch of the text, in UTF-16 code units from 0. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Replaces the stretch by `text`. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** A fix that is unambiguous enough to be offered. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Every code with its severity. Codes are stable: scripts and settings may name them. */
const SEVERITIES = {
  // The text as JSON (RFC 8259)
  'text-too-large': 'error', // more than 64 MiB
  'empty-file': 'error', // nothing but white space
  comment: 'error', // JSON has no comments
  'unexpected-token': 'error', // something that cannot stand here: a stray bracket, a word, text after the end
  'missing-comma': 'error', // two values or members side by side
  'trailing-comma': 'error', // a comma before ] or }
  'missing-colon': 'error', // a key without its colon
  'missing-value': 'error', // a key or comma without its value
  'invalid-literal': 'error', // NaN, 01, .5, True, 'text'
  'invalid-string': 'error', // a bad escape, a bare control character, no closing quote
  unclosed: 'error', // the text ends inside an object or array
  'duplicate-key': 'error', // one key twice in one object
  'too-many-problems': 'error', // the rest is not listed
  // Keys and types
  'wrong-type': 'error', // another JSON type than the key takes
  'missing-key': 'error', // a required key is not there
  'unknown-key': 'warning', // a key that the format does not know; keys beginning with x- are never reported
  'foreign-key': 'error', // a key of other tools that would change what the file means
  'foreign-file': 'error', // a network of another tool
  'misplaced-key': 'warning', // a key of the format that has no meaning in this place
  'unknown-name': 'error', // an activation, loss, optimizer, init, … that does not exist
  'not-finite': 'error', // a number beyond the doubles, as 1e999
  'out-of-range': 'error', // a number (or word) outside of what the key takes
  // Shapes
  'too-few-layers': 'error', // fewer than an input and an output layer
  'too-many-layers': 'error', // more than 64
  'too-many-parameters': 'error', // more than 4 × 10⁶
  'wrong-length': 'error', // a row, or a list of rows, with too many or too few items
  'no-biases': 'error', // names or claims for the biases of a layer that has none
  // Loss and data
  'loss-needs-probabilities': 'error', // a cross-entropy on an output that is not in (0, 1)
  'cross-entropy-on-sigmoid': 'warning', // crossEntropy where the outputs need not sum to 1
  'target-out-of-range': 'error', // a target that the loss cannot take
  'target-sum': 'error', // crossEntropy: a target row that does not sum to 1
  'data-too-large': 'error', // more numbers than memory can be asked for
  'class-count': 'error', // oneHot: another number of classes than output units
  // Files beside the text
  'file-unreadable': 'error', // missing, outside the workspace, or damaged
  'tensor-missing': 'error', // a tensor or array that the file does not have
  'tensor-shape': 'error', // one of another shape than its place
  'tensor-values': 'error', // one that holds NaN or Infinity
  // CSV
  'csv-unreadable': 'error', // missing, or outside the workspace
  'csv-empty': 'error', // no rows
  'csv-column': 'error', // a column that the CSV does not have, or has twice
  'csv-ragged': 'error', // a row with another number of cells than the first
  'csv-not-a-number': 'error', // a cell that is not a finite number
} as const satisfies Record<string, Severity>;

export type Severity = 'error' | 'warning';
export type ProblemCode = keyof typeof SEVERITIES;

export interface Problem extends Span {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** What was found and what was expected, in one line. */
  readonly message: string;
  readonly fix?: Fix;
}

/** A file with more problems than this is broken in one way many times over; the list says so and ends. */
const MOST_PROBLEMS = 1000;

/** Collects problems while a file is read. */
export class Problems {
  private readonly found: Problem[] = [];
  private errors = 0;

  /** Adds a problem at `span`. */
  report(code: ProblemCode, span: Span, message: string, fix?: Fix): void {
    const severity = SEVERITIES[code];
    if (severity === 'error') this.errors++;
    if (this.found.length > MOST_PROBLEMS) return;
    const { offset, length } = span;
    if (this.found.length === MOST_PROBLEMS) {
      // What is not looked at may be an error.
      this.errors++;
      const rest = `more than ${String(MOST_PROBLEMS)} problems; the rest is not listed`;
      this.found.push({ code: 'too-many-problems', severity: 'error', message: rest, offset, length });
      return;
    }
    this.found.push({ code, severity, message: oneLine(message), offset, length, ...(fix && { fix }) });
  }

  /** Says more of the word at `span` that is not JSON, now that it is known what should stand there. */
  explain({ offset }: Span, message: string, keepsFix: (text: string) => boolean, fix?: Fix): void {
    const at = this.found.findIndex((problem) => problem.code === 'invalid-literal' && problem.offset === offset);
    const { fix: known, ...problem } = this.found[at] ?? {};
    if (!('code' in problem)) return;
    const kept = known && keepsFix(known.edits[0]?.text ?? '') ? known : fix;
    this.found[at] = { ...problem, message: oneLine(message), ...(kept && { fix: kept }) };
  }

  /** Tells these in the place of what was found, as many errors or fewer. */
  restate(problems: readonly Problem[]): void {
    this.found.splice(0, this.found.length, ...problems);
  }

  /** True where no more are listed: whoever would look for more can stop. */
  get isFull(): boolean {
    return this.found.length > MOST_PROBLEMS;
  }

  /** True where any problem so far is an error. */
  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** All problems in the text's order. */
  sorted(): Problem[] {
    return [...this.found].sort((a, b) => a.offset - b.offset);
  }
}

/** Line breaks and other control characters, which names of files and classes may have, as escapes. */
function oneLine(message: string): string {
  return message.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
