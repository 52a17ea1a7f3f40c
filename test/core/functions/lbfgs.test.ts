import { expect, test } from 'vitest';
import { lbfgsNumbers, lbfgsStep } from '../../../src/core/functions/lbfgs';

/** A cliff at 3, and a floor that rises again beyond 6: the cubic through both ends of the bracket keeps to the far one. */
function cliff(x: number): { loss: number; gradient: Float64Array } {
  const [t, u] = [Math.tanh(8 * (x - 3)), Math.max(0, x - 6)];
  return { loss: -0.2 * x - 28 * t + u * u, gradient: Float64Array.of(-0.2 - 28 * 8 * (1 - t * t) + 2 * u) };
}

/** Every x at which one iteration from 0 asks for J, and the one it ends with. */
function visited(learningRate: number): number[] {
  const historySize = 1;
  const memory = {
    ...{ differences: new Float64Array(1), moves: new Float64Array(1) },
    ...{ direction: new Float64Array(1), gradient: new Float64Array(1) },
    numbers: new Float64Array(lbfgsNumbers(historySize)),
  };
  const settings = { maxIterations: 1, historySize, toleranceGradient: 1e-7, toleranceChange: 1e-9 };
  const search = lbfgsStep(Float64Array.of(0), cliff(0), memory, learningRate, settings);
  const seen: number[] = [];
  for (let turn = search.next(); ; turn = search.next(cliff(seen.at(-1) ?? NaN))) {
    seen.push(turn.value[0] ?? NaN);
    if (turn.done) return seen;
  }
}

test('the line search visits the places that PyTorch’s visits', () => {
  // torch.optim.LBFGS([x], lr=8, max_iter=1, max_eval=100, line_search_fn="strong_wolfe"), in float64
  const places = [
    ...[1.6, 8.808, 8.124557102333428, 7.472101392100085, 7.220501201193297, 6.658451081073967],
    ...[6.57781251067799, 6.080031259610191, 6.080031259610191],
  ];
  expect(visited(8)).toEqual(places.map((x) => expect.closeTo(x, 12) as number));
});
