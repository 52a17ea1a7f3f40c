/** Text of submissions, made safe for what it is put into. */

import { printable } from '../../core/printable';

/** For XML and HTML, in text and in attributes. */
export function escapeMarkup(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  // XML has no noncharacters.
  return printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A cell of a Markdown table. */
export function escapeMarkdown(text: string): string {
  return escapeMarkup(text).replace(/[\\`*_{}[\]()#+!|~]/g, (character) => `\\${character}`);
}

/** A cell of a CSV (RFC 4180). What a spreadsheet would take for a formula is made text. */
function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[\s]*[=+\-@]/.test(value) || /^[\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text.trim() !== text ? `"${printable(text).replaceAll('"', '""')}"` : printable(text);
}

/** Rows as a CSV. */
export function rowsToCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** The message of a workflow command of GitHub Actions. */
export function escapeCommandMessage(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of one. */
export function escapeCommandProperty(text: string): string {
  return escapeCommandMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
