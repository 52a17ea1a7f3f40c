/**
 * Where values on a square lattice pass zero, as line pieces (x₁, y₁, x₂, y₂, …) in places of the lattice: marching
 * squares, with the crossing of each side found linearly. Cells with a value that is not finite have none.
 */
export function zeroLines(values: Float64Array, side: number): number[] {
  const pieces: number[] = [];
  for (let y = 0; y + 1 < side; y++) {
    for (let x = 0; x + 1 < side; x++) {
      const at = y * side + x;
      const corners = [values[at], values[at + 1], values[at + side + 1], values[at + side]] as const;
      const [a = NaN, b = NaN, c = NaN, d = NaN] = corners;
      const positive = Number(a > 0) + Number(b > 0) + Number(c > 0) + Number(d > 0);
      if (positive === 0 || positive === 4 || !Number.isFinite(a + b + c + d)) continue;
      const crossings: number[] = [];
      if (a > 0 !== b > 0) crossings.push(x + a / (a - b), y);
      if (b > 0 !== c > 0) crossings.push(x + 1, y + b / (b - c));
      if (d > 0 !== c > 0) crossings.push(x + d / (d - c), y + 1);
      if (a > 0 !== d > 0) crossings.push(x, y + a / (a - d));
      // Four crossings are a saddle: the middle says which two belong together.
      const turned = crossings.length === 8 && a + b + c + d > 0 !== a > 0;
      pieces.push(...(turned ? [...crossings.slice(6), ...crossings.slice(0, 6)] : crossings));
    }
  }
  return pieces;
}
