/** What a class did: points, and which mistakes how often, as Markdown, HTML (without scripts) and CSV. */

import type { Graded } from './grade';
import { mistakeNames } from './formats';
import { rowsToCsv, escapeMarkdown, escapeMarkup } from './escape';

export type ReportFormat = 'markdown' | 'html' | 'csv';

/** A mistake with its layers, and how many submissions have it. */
export interface MistakeCount {
  readonly code: string;
  readonly layers: readonly number[];
  readonly hint: string;
  readonly submissions: number;
}

/** Every mistake at its layers, the most frequent first. */
export function mistakesOfClass(graded: readonly Graded[]): MistakeCount[] {
  const found = new Map<string, MistakeCount>();
  for (const { mistakes } of graded) {
    for (const { code, layers, hint } of mistakes) {
      const key = `${code} ${layers.join()}`;
      const known = found.get(key);
      found.set(key, { code, layers, hint, submissions: (known?.submissions ?? 0) + 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.submissions - a.submissions || (a.code < b.code ? -1 : 1));
}

/** The report in one of its formats. */
export function classReport(graded: readonly Graded[], title: string, format: ReportFormat): string {
  switch (format) {
    case 'markdown':
      return markdown(graded, title);
    case 'html':
      return html(graded, title);
    case 'csv':
      return csv(graded);
  }
}

interface Table {
  readonly heading: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function summaryOf(graded: readonly Graded[]): string {
  const points = graded.map((one) => one.points);
  const most = graded.reduce((max, { maxPoints }) => Math.max(max, maxPoints), 0);
  const mean = points.reduce((sum, one) => sum + one, 0) / Math.max(1, points.length);
  const done = graded.filter(
    ({ claims }) => claims.right > 0 && claims.wrong + claims.tooCoarse + claims.open === 0,
  ).length;
  const all = String(graded.length);
  return `${all} ${graded.length === 1 ? 'submission' : 'submissions'}, ${String(done)} of ${all} complete, mean ${mean.toFixed(1)} of ${String(most)} points.`;
}

function tables(graded: readonly Graded[]): Table[] {
  const all = String(graded.length);
  return [
    {
      heading: 'Mistakes',
      head: ['Submissions', 'Mistake', 'Where', 'What to look at'],
      rows: mistakesOfClass(graded).map(({ code, layers, hint, submissions }) => [
        `${String(submissions)} of ${all}`,
        code,
        layers.length === 0 ? '' : `${layers.length > 1 ? 'layers' : 'layer'} ${layers.join(', ')}`,
        hint,
      ]),
    },
    {
      heading: 'Questions',
      head: ['Question', 'Right', 'Wrong', 'Too few digits', 'Open'],
      rows: questions(graded),
    },
    {
      heading: 'Submissions',
      head: ['Student', 'Points', 'Right', 'Wrong', 'Too few digits', 'Open', 'Mistakes', 'Problems'],
      rows: graded.map((one) => [
        one.student,
        `${String(one.points)} of ${String(one.maxPoints)}`,
        String(one.claims.right),
        String(one.claims.wrong),
        String(one.claims.tooCoarse),
        String(one.claims.open),
        mistakeNames(one).join('; '),
        one.problems.map(({ code, message }) => `${code}: ${message}`).join('; '),
      ]),
    },
  ];
}

function questions(graded: readonly Graded[]): string[][] {
  const counts = new Map<string, Record<'right' | 'wrong' | 'tooCoarse' | 'open', number>>();
  for (const { answers } of graded) {
    for (const { name, state } of answers) {
      const row = counts.get(name) ?? { right: 0, wrong: 0, tooCoarse: 0, open: 0 };
      row[state]++;
      counts.set(name, row);
    }
  }
  return [...counts].map(([name, row]) => [name, ...[row.right, row.wrong, row.tooCoarse, row.open].map(String)]);
}

function markdown(graded: readonly Graded[], title: string): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const parts = tables(graded).map(({ heading, head, rows }) => {
    if (rows.length === 0) return `## ${heading}\n\nNone.\n`;
    return `## ${heading}\n\n${[line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')}\n`;
  });
  return `# ${escapeMarkdown(title)}\n\n${summaryOf(graded)}\n\n${parts.join('\n')}`;
}

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}' +
  'table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #8888;padding:.3rem .6rem;text-align:left;vertical-align:top}' +
  'th{background:#8882}@media(prefers-color-scheme:dark){body{background:#1e1e1e;color:#ddd}}';

function html(graded: readonly Graded[], title: string): string {
  const name = escapeMarkup(title);
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeMarkup(cell)}</${tag}>`).join('')}</tr>`;
  const parts = tables(graded).map(({ heading, head, rows }) => {
    const body = rows.map((cells) => row(cells, 'td')).join('\n');
    const content =
      rows.length === 0
        ? '<p>None.</p>'
        : `<table>\n<thead>${row(head, 'th')}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
    return `<h2>${heading}</h2>\n${content}`;
  });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${name}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${name}</h1>
<p>${escapeMarkup(summaryOf(graded))}</p>
${parts.join('\n')}
</body>
</html>
`;
}

function csv(graded: readonly Graded[]): string {
  const head = ['code', 'layers', 'submissions', 'of', 'hint'];
  const rows = mistakesOfClass(graded).map(({ code, layers, hint, submissions }) => [
    code,
    layers.join(' '),
    submissions,
    graded.length,
    hint,
  ]);
  return rowsToCsv([head, ...rows]);
}
