/** What a command of the command line is, and how it reads its options. */

import type { ParseArgsConfig } from 'node:util';

/** 0 all is well, 1 the answer is "no", 2 the request or the file is wrong. */
export type ExitStatus = 0 | 1 | 2;

export interface Command {
  /** After the program's name: `gradients FILE [--sample N]`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Beside those that every command has (`COMMON_OPTIONS`). */
  readonly options: Readonly<Record<string, Option>>;
  /** Several FILEs, exactly one, or none. */
  readonly files: 'none' | 'one' | 'many';
  /** Throws a `UsageError` where the request makes no sense, and a `FileError` where a file is wrong. */
  run(request: Request): Promise<ExitStatus>;
}

/** An option as `node:util` parses it, with its line of help. */
export type Option = NonNullable<ParseArgsConfig['options']>[string] & {
  /** What stands after the name: N, DIR. */
  readonly argument?: string;
  readonly help: string;
};

export interface Request {
  readonly files: readonly string[];
  readonly options: Options;
}

export const COMMON_OPTIONS = {
  root: { type: 'string', argument: 'DIR', help: 'directory CSVs may be read from; the folder of FILE by default' },
  json: { type: 'boolean', help: 'print one JSON document' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  version: { type: 'boolean', help: 'show the version' },
} as const satisfies Readonly<Record<string, Option>>;

/** The option of every command that honors a locked sheet. */
export const KEY_OPTION = {
  key: { type: 'string', argument: 'DIR', help: 'the keys that “assign” wrote: show what a locked sheet hides' },
} as const satisfies Readonly<Record<string, Option>>;

export const SAMPLE_OPTION = {
  sample: { type: 'string', argument: 'N', help: 'E of training row N alone, without the penalty' },
} as const satisfies Readonly<Record<string, Option>>;

export const DIGITS_OPTION = {
  digits: { type: 'string', argument: 'D', help: 'significant digits in text output, 3…17; 6 by default' },
} as const satisfies Readonly<Record<string, Option>>;

/** The request is wrong: said in one line, exit status 2. */
export class UsageError extends Error {}

/** A file is wrong: `lines` go to standard error as they are, exit status 2. */
export class FileError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** The values of the options, checked as they are asked for. */
export class Options {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Every value of an option that may be given several times. */
  texts(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** A whole number in `min`…`max`. */
  integer(name: string, min: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `from ${String(min)} on` : `${String(min)}…${String(max)}`;
    throw new UsageError(`--${name} takes a whole number ${range}, not “${text}”`);
  }

  /** One of the words that the option takes. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    const word = words.find((candidate) => candidate === text);
    if (text !== undefined && !word) throw new UsageError(`--${name} takes ${words.join(', ')}, not “${text}”`);
    return word;
  }
}
