/** A gradient check for people. */

import type { ParameterCheck } from '../core/check';
import type { Network } from '../core/network';
import { formatNumber, parameterName } from '../core/notation';
import type { Outcome } from './check';
import { alignRight } from './table';

/** Parameters that a terminal can show. */
const MOST = 20;
const DIGITS = 6;

/** The summary, the parameters that did not pass (or the worst of those that did), the claims: line by line. */
export function checkText(outcome: Outcome): string[] {
  const { input, report, claims } = outcome;
  const { network } = input.content;
  const doubtful = report.parameters.filter(({ verdict }) => verdict !== 'pass');
  const shown = (doubtful.length > 0 ? doubtful : report.parameters).slice(0, MOST);
  const lines = [
    network.name,
    `${report.verdict}: ${passed(outcome)}`,
    `against ${report.method}`,
    '',
    ...table(network, shown),
  ];
  const left = (doubtful.length > 0 ? doubtful : report.parameters).length - shown.length;
  if (left > 0)
    lines.push(`  … and ${String(left)} more${doubtful.length > 0 ? '' : ' that pass'}; --json has them all`);
  if (doubtful.length > 0) {
    lines.push('', ...shown.map(({ parameter, reason }) => `${parameterName(network, parameter)}: ${reason}`));
  }
  if (claims.length > 0) lines.push('', graded(outcome));
  for (const { diagnosis } of claims) if (diagnosis) lines.push(`  ${diagnosis.message}`);
  return lines;
}

/** `a.nn.json: pass, 8 of 8 derivatives agree; claims: 3 of 4 right: 0.118 is …` */
export function checkLine(outcome: Outcome): string {
  const { file, report, claims } = outcome;
  const wrong = claims.flatMap(({ diagnosis }) => (diagnosis ? [diagnosis.message] : []));
  const parts = [`${report.verdict}, ${passed(outcome)}`];
  if (claims.length > 0) parts.push([graded(outcome), ...wrong].join('; '));
  return `${file}: ${parts.join('; ')}`;
}

function passed({ input, report }: Outcome): string {
  const { parameters } = report;
  const count = parameters.filter(({ verdict }) => verdict === 'pass').length;
  const [worst] = parameters;
  const error = worst
    ? `; worst ${parameterName(input.content.network, worst.parameter)}, relative error ${formatNumber(worst.relativeError, 2)}`
    : '';
  return `${String(count)} of ${String(parameters.length)} derivatives agree${error}`;
}

function graded({ claims }: Outcome): string {
  const right = claims.filter(({ verdict }) => verdict === 'correct').length;
  return `claims: ${String(right)} of ${String(claims.length)} right`;
}

function table(network: Network, checks: readonly ParameterCheck[]): string[] {
  const head = ['', 'gradient', 'numerical', 'relative error', 'error bound', 'verdict'];
  const rows = checks.map(({ parameter, analytic, numeric, relativeError, errorBound, verdict }) => [
    parameterName(network, parameter),
    formatNumber(analytic, DIGITS),
    formatNumber(numeric, DIGITS),
    formatNumber(relativeError, 2),
    formatNumber(errorBound, 2),
    verdict,
  ]);
  return alignRight([head, ...rows]);
}
