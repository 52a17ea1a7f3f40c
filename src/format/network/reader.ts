/**
 * Reads nodes of the tree as what the format expects there. Each method reports what it does not find and returns
 * undefined then; a node that was already reported as no JSON is passed over in silence.
 */

import type { ConstantRange } from '../../core/functions';
import { describeNode, quote, shortened } from '../json';
import type { JsonNode, Member, NumberPool, ObjectNode, StringNode } from '../json';
import type { Fix, Problems, Span } from '../problems';
import { unquoted } from '../json/words';
import { UNSUPPORTED, bareName, foreignKey } from './foreign';
import type { ForeignNames } from './foreign';
import { closestName } from './suggest';

/** What a number must be: a predicate and its words, as in `expected an integer from 1 to 65536`. */
export interface NumberRule {
  readonly accepts: (value: number) => boolean;
  readonly expected: string;
  /** What may stand there instead of a number, as JSON writes it. */
  readonly orElse?: string;
}

export const NUMBER: NumberRule = { accepts: () => true, expected: 'a finite number' };
export const POSITIVE: NumberRule = { accepts: (value) => value > 0, expected: 'a number > 0' };
export const NOT_NEGATIVE: NumberRule = { accepts: (value) => value >= 0, expected: 'a number ≥ 0' };
export const BELOW_ONE: NumberRule = {
  accepts: (value) => value >= 0 && value < 1,
  expected: 'a number from 0 to below 1',
};

/** Integers from `min` to `max`. */
export function integer(min: number, max: number): NumberRule {
  const expected = max < Number.MAX_SAFE_INTEGER ? `from ${String(min)} to ${String(max)}` : `≥ ${String(min)}`;
  return {
    accepts: (value) => Number.isInteger(value) && value >= min && value <= max,
    expected: `an integer ${expected}`,
  };
}

/** What a constant of core's tables may be. */
export const RANGES: Readonly<Record<ConstantRange, NumberRule>> = {
  finite: NUMBER,
  positive: POSITIVE,
  notNegative: NOT_NEGATIVE,
  belowOne: BELOW_ONE,
  count: integer(1, Number.MAX_SAFE_INTEGER),
};

export class Reader {
  constructor(
    readonly text: string,
    readonly numbers: NumberPool,
    readonly problems: Problems,
  ) {}

  /** Reports that `node`, called `what`, is not of the type that was `expected`. */
  wrongType(node: JsonNode, what: string, expected: string, fix?: Fix): undefined {
    if (node.kind === 'invalid') return this.notJson(node, what, expected, () => false);
    this.problems.report('wrong-type', node, `${what} is ${describeNode(node)}, expected ${expected}`, fix);
  }

  /** A word that is not JSON was reported already; here it is known what should stand there, and which fix helps. */
  private notJson(
    node: Span,
    what: string,
    expected: string,
    keepsFix: (text: string) => boolean,
    string?: string,
  ): undefined {
    const word = this.textOf(node);
    // What begins with a quote and does not end is reported as that.
    if (word.startsWith('"')) return;
    const text = string === undefined ? undefined : JSON.stringify(string);
    const fix =
      text === undefined ? undefined : { title: `Write ${shortened(text)}`, edits: [{ ...pick(node), text }] };
    this.problems.explain(node, `${what} is ${shortened(word)}, expected ${expected}`, keepsFix, fix);
  }

  object(node: JsonNode | undefined, what: string): ObjectNode | undefined {
    if (!node) return undefined;
    return node.kind === 'object' ? node : this.wrongType(node, what, 'an object');
  }

  string(node: JsonNode | undefined, what: string): StringNode | undefined {
    if (!node) return undefined;
    if (node.kind === 'invalid') {
      return this.notJson(node, what, 'a string in double quotes', () => false, unquoted(this.textOf(node)));
    }
    return node.kind === 'string' ? node : this.wrongType(node, what, 'a string');
  }

  boolean(node: JsonNode | undefined, what: string): boolean | undefined {
    if (!node) return undefined;
    if (node.kind === 'literal' && node.value !== null) return node.value;
    if (node.kind === 'invalid')
      return this.notJson(node, what, 'true or false', (text) => /^(true|false)$/.test(text));
    return this.wrongType(node, what, 'true or false');
  }

  number(node: JsonNode | undefined, what: string, rule: NumberRule): number | undefined {
    if (!node) return undefined;
    if (node.kind === 'invalid') {
      const isNumber = (text: string): boolean => Number.isFinite(parseFloat(text)) && rule.accepts(Number(text));
      return this.notJson(node, what, rule.expected, (text) => text === rule.orElse || isNumber(text));
    }
    if (node.kind !== 'number') return this.wrongType(node, what, rule.expected);
    return this.accept(node.value, node, what, rule);
  }

  /** The value where it is finite and passes the rule. */
  accept(value: number, span: Span, what: string, rule: NumberRule): number | undefined {
    if (!Number.isFinite(value)) {
      const written = shortened(this.textOf(span));
      const message = `${what} is ${written}, which is beyond the largest number (1.8e308), expected ${rule.expected}`;
      this.problems.report('not-finite', span, message);
      return undefined;
    }
    if (rule.accepts(value)) return value;
    this.problems.report('out-of-range', span, `${what} is ${shortened(this.textOf(span))}, expected ${rule.expected}`);
    return undefined;
  }

  /** One of `names`; a typo of one of them carries its fix. */
  name<Name extends string>(
    node: JsonNode | undefined,
    what: string,
    names: readonly Name[],
    foreign: ForeignNames = {},
  ): Name | undefined {
    if (!node) return undefined;
    if (node.kind === 'invalid') {
      const word = unquoted(this.textOf(node));
      const meant = names.find((name) => name === word) ?? this.meant(word, names, foreign);
      return this.notJson(node, what, `one of ${list(names)}`, () => false, meant);
    }
    if (node.kind !== 'string') return this.wrongType(node, what, `one of ${list(names)}`);
    const found = names.find((name) => name === node.value);
    if (found !== undefined) return found;
    const meant = this.meant(node.value, names, foreign);
    const isUnsupported = meant === undefined && foreign[bareName(node.value)] === UNSUPPORTED;
    const hint = meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
    const said = `${what} is ${quote(node.value)}${isUnsupported ? ', which is not supported' : ''}`;
    const message = `${said}, expected one of ${list(names)}${hint}`;
    this.problems.report('unknown-name', node, message, meant === undefined ? undefined : rename(node, meant));
    return undefined;
  }

  /** The name of ours that a wrong one stands for: as another tool has it, or by a typo. */
  private meant<Name extends string>(wrong: string, names: readonly Name[], foreign: ForeignNames): Name | undefined {
    const bare = bareName(wrong);
    const isOurs = names.some((name) => bareName(name) === bare);
    const known = Object.hasOwn(foreign, bare) && !isOurs ? foreign[bare] : closestName(wrong, names);
    return names.find((name) => name === known);
  }

  /**
   * Warns of every key of `object` that is not `known`. `elsewhere` are keys of the format that mean nothing here, with
   * the reason. A key of another tool that would change the meaning is an error.
   */
  checkKeys(object: ObjectNode, what: string, known: readonly string[], elsewhere?: ReadonlyMap<string, string>): void {
    const free = known.filter((candidate) => !object.members.has(candidate));
    for (const key of object.members.otherThan('x-')) {
      if (this.problems.isFull) return;
      const name = key.value;
      if (known.includes(name)) continue;
      const reason = elsewhere?.get(name);
      if (reason !== undefined) {
        this.problems.report('misplaced-key', key, `${quote(name)} has no meaning in ${what}: ${reason}`);
        continue;
      }
      const meant = closestName(name, free);
      const foreign = foreignKey(name, known);
      if (foreign && (meant === undefined || foreign.rename === undefined)) {
        const fix =
          foreign.rename !== undefined && free.includes(foreign.rename) ? rename(key, foreign.rename) : undefined;
        this.problems.report('foreign-key', key, `${what} has the key ${quote(name)}: ${foreign.here}`, fix);
        continue;
      }
      const message =
        meant === undefined
          ? `${what} has the unknown key ${quote(name)}, expected ${list(known)}, or x-… for a key of your own`
          : `${what} has the unknown key ${quote(name)}; did you mean ${quote(meant)}?`;
      this.problems.report('unknown-key', key, message, meant === undefined ? undefined : rename(key, meant));
    }
  }

  /** The member; reports its absence at the object's opening brace, unless the text broke off inside. */
  required(object: ObjectNode, name: string, what: string): Member | undefined {
    const member = object.members.get(name);
    if (!member && object.whole) {
      const brace = { offset: object.offset, length: 1 };
      this.problems.report('missing-key', brace, `${what} has no ${quote(name)}, expected one`);
    }
    return member;
  }

  /** The text as it was written. */
  textOf({ offset, length }: Span): string {
    return this.text.slice(offset, offset + length);
  }
}

/** `"a", "b" or "c"` */
export function list(names: readonly string[]): string {
  const quoted = names.map((name) => quote(name));
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

function rename(name: Span, meant: string): Fix {
  return { title: `Change to ${quote(meant)}`, edits: [{ ...pick(name), text: JSON.stringify(meant) }] };
}

function pick({ offset, length }: Span): Span {
  return { offset, length };
}
