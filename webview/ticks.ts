/** Round numbers of a stretch, about so many. */
export function ticksOf(from: number, to: number, about: number): number[] {
  const rough = (to - from) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough < 1.5 * power ? 1 : rough < 3.5 * power ? 2 : rough < 7.5 * power ? 5 : 10);
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  // Multiples of the step, not sums: 0.3 and not 0.30000000000000004.
  return Array.from({ length: Math.max(0, Math.min(50, count)) }, (_, k) =>
    Number(((first + k) * step).toPrecision(12)),
  );
}

/** Powers of ten of a stretch of a logarithmic axis, every 2nd, 3rd, … where there are many; where there are few, 2 and 5 of each too. */
export function logTicksOf(from: number, to: number, about: number): number[] {
  const [low, high] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [];
  const step = Math.max(1, Math.ceil((high - low) / Math.max(1, about)));
  const factors = high - low <= 2 ? [1, 2, 5] : [1];
  const all = Array.from({ length: high - low + 1 }, (_, k) => low + k)
    .filter((power) => power % step === 0)
    .flatMap((power) => factors.map((factor) => Number(`${String(factor)}e${String(power)}`)));
  const inside = all.filter((value) => value >= from && value <= to);
  return inside.length >= 2 ? inside : ticksOf(from, to, about);
}
