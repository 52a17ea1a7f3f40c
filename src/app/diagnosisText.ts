/** A diagnosis for people. */

import type { LearningDiagnosis, Finding } from '../core/doctor';
import type { Network } from '../core/network';
import { formatNumber } from '../core/notation';

const DIGITS = 4;

const number = (value: number): string => formatNumber(value, DIGITS);

/** What the doctor found and what it advises, for people, line by line. */
export function diagnosisText(
  network: Network,
  { findings, epochs, epochsAsked, lossBefore, lossAfter }: LearningDiagnosis,
): string[] {
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
