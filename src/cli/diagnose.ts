/** `diagnose FILE`: why a network does not learn, with a trial run of its training that is never written. */

import { type Diagnosis, diagnosing, type Finding } from '../core/doctor';
import { pathEdits } from '../core/doctor/changes';
import { runToEnd } from '../core/check/steps';
import type { Network } from '../core/network';
import { formatNumber } from '../core/notation';
import { trialTools } from '../engine/trial';
import type { Command } from './command';
import { load, trainingSamples } from './input';
import { printJson } from './json';
import { print } from './streams';

const DIGITS = 4;

export const diagnose: Command = {
  usage: 'diagnose FILE [--epochs N]',
  summary: 'why the network does not learn; exit status 1 if a finding is severe',
  options: { epochs: { type: 'string', argument: 'N', help: 'epochs of the trial run, in place of the file’s' } },
  files: 'one',
  async run({ files: [file = ''], options }) {
    const epochs = options.integer('epochs', 0);
    const input = await load(file, options.text('root'));
    const training = trainingSamples(input);
    const { network, data } = input.content;
    const found = runToEnd(diagnosing(network, { ...data, training }, trialTools, epochs));
    if (options.flag('json')) await printJson(document(file, network, found));
    else print(text(network, found));
    return found.findings.some(({ severity }) => severity === 'severe') ? 1 : 0;
  },
};

function document(file: string, network: Network, { findings, ...numbers }: Diagnosis): object {
  return {
    file,
    ...numbers,
    findings: findings.map(({ remedy, ...finding }) => ({
      ...finding,
      remedy: remedy && { ...remedy, changes: pathEdits(network, remedy.changes) ?? [] },
    })),
  };
}

const number = (value: number): string => formatNumber(value, DIGITS);

function text(network: Network, { findings, epochs, epochsAsked, lossBefore, lossAfter }: Diagnosis): string[] {
  const part = epochs < epochsAsked ? ` of ${String(epochsAsked)}` : '';
  const lines = [
    `${network.name}: trial run of ${String(epochs)}${part} epochs, J = ${number(lossBefore)} → ${number(lossAfter)}`,
  ];
  if (findings.length === 0) lines.push('Nothing found that keeps it from learning.');
  for (const finding of findings) lines.push('', ...sentences(finding));
  return lines;
}

function sentences({ severity, code, layer, units, message, remedy }: Finding): string[] {
  const place = layer === undefined ? '' : ` (layer ${String(layer)}${unitsInWords(units)})`;
  return [
    `${severity}: ${code}${place}`,
    `  ${message}`,
    ...(remedy
      ? [
          `  Remedy: ${remedy.message}`,
          `  Tried for ${String(remedy.epochs)} epochs: ${remedy.ofHeldOut ? 'loss of the held-out rows' : 'J'} = ${number(remedy.lossAfter)} in place of ${number(remedy.lossBefore)}`,
        ]
      : []),
  ];
}

function unitsInWords(units: readonly number[] = []): string {
  if (units.length === 0 || units.length > 8) return '';
  return `, ${units.length === 1 ? 'unit' : 'units'} ${units.join(', ')}`;
}
