/** Who is in a class: IDs become names of folders, and come from outside. */

import { csvParseRows } from 'd3-dsv';

/** What is wrong, and in which line of the roster (from 1). */
export interface RosterProblem {
  readonly line: number;
  readonly message: string;
}

export interface Roster {
  readonly students: readonly string[];
  readonly problems: readonly RosterProblem[];
}

const LONGEST = 100;
/** A folder of any of these names is none on Windows. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Separators, wildcards and quotes of any system's paths, and what cannot be printed. */
const FORBIDDEN = /[/\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** A first cell like this is a heading. */
const HEADING =
  /^(#|id|ids|sid|uid|students?|learners?|users?|logins?|e-?mails?|names?|net ?id|roll|roll (no|number)|matriculation( number)?|(student|user|login|github|email|canvas|sis)[ _-]?(id|ids|name|number|no|login|user|username|address)|identifier|username|usernames|github)$/i;

/** What keeps `id` from being the name of a folder; undefined where it is one. */
export function idProblem(id: string): string | undefined {
  if (id === '') return 'the ID is empty';
  const named = `the ID “${id}”`;
  if (id.length > LONGEST) return `the ID has ${String(id.length)} characters, expected at most ${String(LONGEST)}`;
  if (FORBIDDEN.test(id))
    return `${named} has a character that no name of a folder may have (/ \\ : * ? " < > | or one that cannot be printed)`;
  if (id.startsWith('.') || id.endsWith('.')) return `${named} begins or ends with a dot`;
  if (id.startsWith('-')) return `${named} begins with a hyphen, which commands take for an option`;
  if (id.trim() !== id) return `${named} begins or ends with a space`;
  if (RESERVED.test(id)) return `${named} is a reserved name on Windows`;
  return undefined;
}

/** The first column of a CSV, without its heading where it has one. Empty lines are skipped. */
export function readRoster(text: string): Roster {
  const rows = csvParseRows(text.replace(/^\ufeff/, ''));
  const students: string[] = [];
  const problems: RosterProblem[] = [];
  const seen = new Map<string, { readonly id: string; readonly line: number }>();
  let isFirst = true;
  for (const [index, row] of rows.entries()) {
    const line = index + 1;
    const cells = row.map((cell) => cell.trim());
    if (cells.every((cell) => cell === '')) continue;
    const id = (cells[0] ?? '').normalize('NFC');
    const isHeading = isFirst && HEADING.test(id);
    isFirst = false;
    if (isHeading) continue;
    const message = idProblem(id) ?? collision(seen.get(id.toLowerCase()), id);
    if (message !== undefined) {
      problems.push({ line, message });
      continue;
    }
    seen.set(id.toLowerCase(), { id, line });
    students.push(id);
  }
  if (students.length + problems.length === 0) problems.push({ line: 1, message: 'the roster has no students' });
  return { students, problems };
}

function collision(other: { readonly id: string; readonly line: number } | undefined, id: string): string | undefined {
  if (!other) return undefined;
  if (other.id === id) return `the ID “${id}” stands in line ${String(other.line)} already`;
  return `the IDs “${id}” and “${other.id}” (line ${String(other.line)}) differ in case alone, and would share one folder on Windows and macOS`;
}
