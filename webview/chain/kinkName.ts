import type { Kink } from '../../src/core/check/kinks';
import { quantityName, subscript } from '../../src/core/notation';
import { showCount } from '../names';

/** What changes side at a kink: z₁⁽²⁾ of sample 3, a₁ − y₁ of sample 3, |θ| of the penalty. */
export function kinkName({ kind, layer, unit, sample }: Kink): string {
  if (kind === 'penalty') return '|θ| of the penalty';
  const of = `of sample ${showCount(sample)}`;
  if (kind === 'unit') return `${quantityName({ kind: 'z', layer, unit })} ${of}`;
  const index = subscript(String(unit));
  return `a${index} − y${index} ${of}`;
}
