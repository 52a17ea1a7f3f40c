export interface FunctionPoint {
  readonly step: number;
  readonly value: number;
}

/** Beyond these many evaluations halving alone would have come as close as numbers go. */
const MOST = 80;
/** A value this small beside those at the ends is a zero that rounding has moved. */
const ZERO = 4 * Number.EPSILON;

/**
 * Where `value` changes side between p and q: from > 0 to not, or the other way about. Undefined where both are on one
 * side. By the Illinois form of false position: at once where `value` is linear, and never outside of p…q.
 */
export function crossing(p: FunctionPoint, q: FunctionPoint, value: (step: number) => number): number | undefined {
  if (p.value > 0 === q.value > 0 || Number.isNaN(p.value) || Number.isNaN(q.value)) return undefined;
  // A zero is not above 0: the side changes where it ends.
  if (p.value === 0) return p.step;
  if (q.value === 0) return q.step;
  const small = ZERO * Math.max(Math.abs(p.value), Math.abs(q.value));
  let [a, b] = [p, q];
  let [fa, fb] = [a.value, b.value];
  let kept: 'a' | 'b' | undefined;
  for (let n = 0; n < MOST; n++) {
    let step = (a.step * fb - b.step * fa) / (fb - fa);
    if (!(step > a.step && step < b.step)) step = a.step + (b.step - a.step) / 2;
    if (step === a.step || step === b.step) return step;
    const found = value(step);
    if (!(Math.abs(found) > small)) return step;
    // An end that is kept twice counts for half from then on, so that both come nearer.
    if (found > 0 === b.value > 0) {
      if (kept === 'a') fa /= 2;
      kept = 'a';
      b = { step, value: found };
      fb = found;
    } else {
      if (kept === 'b') fb /= 2;
      kept = 'b';
      a = { step, value: found };
      fa = found;
    }
  }
  return a.step + (b.step - a.step) / 2;
}
