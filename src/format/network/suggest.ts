/** "Did you mean": the one right name that a wrong one is a typo of. */

import { bareName } from './foreign';

/** No name of the format comes near. */
const LONGEST = 60;

/**
 * The only name among `names` that `wrong` can stand for: the same but for case and separators (`Leaky_ReLU`), or the
 * nearest within two letters (one for names of up to four letters). Undefined where there is none or more than one.
 */
export function closestName(wrong: string, names: readonly string[]): string | undefined {
  if (wrong.length > LONGEST) return undefined;
  const bare = bareName(wrong);
  const same = names.filter((name) => bareName(name) === bare);
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  let best: string[] = [];
  let bestDistance = Infinity;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance > (Math.min(name.length, wrong.length) <= 4 ? 1 : 2) || distance > bestDistance) continue;
    // People mistype within a word, hardly ever at its first letter: prelu is no relu.
    if (distance === 1 && name.slice(0, 1).toLowerCase() !== wrong.slice(0, 1).toLowerCase()) continue;
    if (distance < bestDistance) best = [];
    bestDistance = distance;
    best.push(name);
  }
  return best.length === 1 ? best[0] : undefined;
}

/**
 * Letters to insert, delete, replace, or neighbours to swap, until `a` is `b`; Infinity where the lengths alone differ
 * by more than two.
 */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
