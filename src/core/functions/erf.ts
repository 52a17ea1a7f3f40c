/**
 * The complementary error function and the normal distribution, to about one unit in the last place.
 *
 * JavaScript has no erf. The rational approximations are those of W. J. Cody, "Rational Chebyshev approximations for the
 * error function", Mathematics of Computation 23 (1969), 631–637: three ranges, each a quotient of two polynomials.
 */

const INVERSE_SQRT_PI = 0.5641895835477563;
const INVERSE_SQRT_2PI = 0.3989422804014327;

// Highest power first, as Horner's rule reads them.
const NEAR_P = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
];
const NEAR_Q = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];

const MIDDLE_P = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const MIDDLE_Q = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];

const FAR_P = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const FAR_Q = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
];

/** erfc(x) = 1 − (2/√π) ∫₀ˣ e^(−t²) dt, for every x; its relative error stays about 1e-16 until it underflows near x = 27. */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * quotient(NEAR_P, NEAR_Q, x * x);
  const tail = y <= 4 ? quotient(MIDDLE_P, MIDDLE_Q, y) * expMinusSquare(y) : farTail(y);
  return x > 0 ? tail : 2 - tail;
}

/** The standard normal distribution function Φ(z) = ½ erfc(−z/√2). */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

/** The standard normal density φ(z) = e^(−z²/2) / √(2π). */
export function normalDensity(z: number): number {
  return INVERSE_SQRT_2PI * Math.exp(-0.5 * z * z);
}

function farTail(y: number): number {
  if (y > 27) return 0;
  const inverse = 1 / (y * y);
  return ((INVERSE_SQRT_PI - inverse * quotient(FAR_P, FAR_Q, inverse)) / y) * expMinusSquare(y);
}

/** e^(−y²). y² is split so that its rounding error does not grow into the exponential. */
function expMinusSquare(y: number): number {
  const coarse = Math.trunc(y * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(y - coarse) * (y + coarse));
}

function quotient(p: readonly number[], q: readonly number[], x: number): number {
  return horner(p, x) / horner(q, x);
}

function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const c of coefficients) sum = sum * x + c;
  return sum;
}
