/** Why a model or an array file is not read. */
export type ImportCode =
  /** The bytes are not what their format says: cut off, lengths that lie, a value out of place. */
  | 'corrupt'
  /** The content is that of another format than the name's ending. */
  | 'wrong-format'
  /** The file is sound, but what it holds cannot be expressed. */
  | 'unsupported'
  /** The file leaves something open that has to be told. */
  | 'unanswered'
  | 'too-large'
  | 'unreadable';

/** What a file leaves open: which way its matrices stand, or the order of its layers, by the names of their weights. */
export type ImportQuestion =
  { readonly kind: 'orientation' } | { readonly kind: 'order'; readonly orders: readonly (readonly string[])[] };

/** A file that cannot be imported; the message is one line for people. */
export class ImportError extends Error {
  constructor(
    readonly code: ImportCode,
    message: string,
    /** Of an `unanswered` file: what an answer lets it be read. */
    readonly question?: ImportQuestion,
  ) {
    // Names out of the file stand in it: they must not break the line, nor fill the screen.
    super(shortened(message.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')));
  }
}

const LONGEST_MESSAGE = 2000;

function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

/** An `ImportError` of bytes that are not what their format says. */
export function corrupt(message: string): ImportError {
  return new ImportError('corrupt', message);
}

/** An `ImportError` of what the network format cannot hold. */
export function unsupported(message: string): ImportError {
  return new ImportError('unsupported', message);
}
