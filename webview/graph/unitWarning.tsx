import { SHOWN } from '../../src/core/doctor/finding';
import { showCount } from '../names';
import { useHostState } from '../panel';
import { type Column, unitAt } from './layout';

/** A sign at a unit that the run has found dead, saturated or not finite. */
export function UnitWarning({ column, unit }: { readonly column: Column; readonly unit: number }) {
  const finding = useHostState(({ training }) =>
    training.findings.find(({ layer, units }) => layer === column.layer && units.includes(unit)),
  );
  const at = unitAt(column, unit);
  if (!finding || !at) return null;
  const words = SHOWN[finding.code].ofUnit ?? '';
  return (
    <g class="unit-warning" transform={`translate(${String(column.x + column.width)} ${String(at.y - 12)})`}>
      <title>{`${words} since epoch ${showCount(finding.epoch)}`}</title>
      <path d="M0 -7 7 5H-7z" />
      <text y={3.5}>!</text>
    </g>
  );
}
