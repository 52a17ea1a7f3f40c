import { METRICS, type EpochRows } from '../core/epochs';

/** A run's epochs as CSV: one line an epoch; a number that is not known is left empty. */
export function historyCsv(rows: EpochRows): string {
  const present = METRICS.filter((metric) => rows[metric].length > 0);
  const lines = [['epoch', ...present].join(',')];
  for (let row = 0; row < rows.epochs.length; row++) {
    const values = [rows.epochs[row], ...present.map((metric) => rows[metric][row])];
    lines.push(values.map((value) => (value === undefined || Number.isNaN(value) ? '' : String(value))).join(','));
  }
  return `${lines.join('\n')}\n`;
}
