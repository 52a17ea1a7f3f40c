/** Wrong programs with known mistakes, written as loops over samples and units: not as the judge does it. */

export interface Net {
  readonly sizes: readonly number[];
  /** Of layers 2…L. */
  readonly g: readonly string[];
  readonly loss: string;
  readonly l2: number;
  readonly rate: number;
  /** W[l][i][j] and b[l][i] of θ^(l+1). */
  readonly W: number[][][];
  readonly b: number[][];
  readonly X: number[][];
  readonly Y: number[][];
  readonly conventions: Conventions;
}

/** What a file may state otherwise than the lecture has it. */
export interface Conventions {
  /** Keys of "loss". */
  readonly loss?: { readonly half?: false; readonly outputs?: 'mean'; readonly samples?: 'sum' };
  /** Keys of "regularization". */
  readonly penalty?: { readonly half?: false; readonly perSample?: true; readonly biases?: true };
  /** ω of each row. */
  readonly weights?: readonly number[];
  /** a_0 of each layer that has biases. */
  readonly biasInput?: readonly number[];
  readonly frozen?: true;
}

export interface Gradient {
  dW: number[][][];
  db: number[][];
}

/** A mistake: `at` are the layers where it acts, of units or of θ. */
export interface Bug {
  readonly code: string;
  readonly at: readonly number[];
  readonly part?: string;
  readonly detail?: Record<string, number | string | boolean>;
}

const sig = (z: number): number => 1 / (1 + Math.exp(-z));

const G: Record<string, { f(z: number): number; d(z: number): number }> = {
  identity: { f: (z) => z, d: () => 1 },
  sigmoid: { f: sig, d: (z) => sig(z) * (1 - sig(z)) },
  tanh: { f: Math.tanh, d: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { f: (z) => Math.max(0, z), d: (z) => (z > 0 ? 1 : 0) },
  leakyRelu: { f: (z) => (z > 0 ? z : 0.01 * z), d: (z) => (z > 0 ? 1 : 0.01) },
  elu: { f: (z) => (z > 0 ? z : Math.exp(z) - 1), d: (z) => (z > 0 ? 1 : Math.exp(z)) },
  silu: { f: (z) => z * sig(z), d: (z) => sig(z) + z * sig(z) * (1 - sig(z)) },
  softplus: { f: (z) => Math.log(1 + Math.exp(z)), d: sig },
  softsign: { f: (z) => z / (1 + Math.abs(z)), d: (z) => 1 / (1 + Math.abs(z)) ** 2 },
};

function softmax(z: number[]): number[] {
  const e = z.map(Math.exp);
  const sum = e.reduce((p, q) => p + q);
  return e.map((value) => value / sum);
}

const dot = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, value, k) => sum + value * (q[k] ?? NaN), 0);
const at2 = (m: number[][], i: number, j: number): number => m[i]?.[j] ?? NaN;

/** The gradient that a program with these mistakes finds. */
export function run(net: Net, bugs: readonly Bug[]): Gradient {
  const L = net.sizes.length;
  const has = (code: string, layer: number): Bug | undefined =>
    bugs.find((bug) => bug.code === code && bug.at.includes(layer));
  const m = net.X.length;
  const { conventions } = net;
  const omega = (s: number): number => conventions.weights?.[s] ?? 1;
  const biasInput = (l: number): number => conventions.biasInput?.[l - 1] ?? 1;
  const whole = divisorOf(net);
  const c = (conventions.loss?.half === false ? 2 : 1) / (conventions.loss?.outputs ? (net.sizes[L - 1] ?? 1) : 1);
  const lambda = (net.l2 * (conventions.penalty?.half === false ? 2 : 1)) / (conventions.penalty?.perSample ? m : 1);
  const ofBiases = conventions.penalty?.biases ? lambda : 0;

  // Forward, layer by layer over all samples. z[l], a[l] with l from 1.
  const z: number[][][] = [[], []];
  const a: number[][][] = [[], net.X];
  for (let l = 1; l < L; l++) {
    const W = net.W[l - 1] ?? [];
    const b = net.b[l - 1] ?? [];
    const before = a[l] ?? [];
    const zs = before.map((row) =>
      W.map((w, i) => dot(w, row) + (has('forward-without-bias', l) ? 0 : biasInput(l) * (b[i] ?? NaN))),
    );
    const other = has('forward-other-activation', l + 1)?.detail?.function as string | undefined;
    const g = other ?? net.g[l - 1] ?? '';
    const over = has('softmax-over-samples', l + 1)?.detail?.over;
    let as = g === 'softmax' ? zs.map(softmax) : zs.map((row) => row.map((value) => G[g]!.f(value)));
    if (over) {
      const e = zs.map((row) => row.map(Math.exp));
      const total = e.flat().reduce((p, q) => p + q);
      as = e.map((row) =>
        row.map((value, k) => value / (over === 'all' ? total : e.reduce((s, r) => s + (r[k] ?? NaN), 0))),
      );
    }
    z.push(zs);
    a.push(as);
  }

  const withLogits =
    (net.loss === 'binaryCrossEntropy' && net.g.at(-1) === 'sigmoid') ||
    (net.loss === 'crossEntropy' && net.g.at(-1) === 'softmax');
  const slope = (loss: string, out: number, y: number): number =>
    (loss === net.loss ? c : 1) * plainSlope(loss, out, y);
  const plainSlope = (loss: string, out: number, y: number): number => {
    if (loss === 'mse') return out - y;
    if (loss === 'mae') return Math.sign(out - y);
    if (loss === 'huber') return Math.max(-1, Math.min(1, out - y));
    if (loss === 'crossEntropy') return y === 0 ? 0 : -y / out;
    return (1 - y) / (1 - out) - y / out;
  };
  const through = (l: number, signal: number[], zs: number[], as: number[]): number[] => {
    const forward = has('forward-other-activation', l);
    const g = forward?.detail?.derivative === 'same' ? String(forward.detail.function) : (net.g[l - 2] ?? '');
    if (g === 'softmax')
      return signal.map((_, k) =>
        dot(
          signal,
          as.map((ai, i) => ai * ((i === k ? 1 : 0) - (as[k] ?? NaN))),
        ),
      );
    return signal.map((value, k) => value * G[g]!.d(zs[k] ?? NaN));
  };

  const delta: number[][][] = Array.from({ length: L + 1 }, () => []);
  const signals: number[][][] = Array.from({ length: L + 1 }, () => []);
  const own: (number[][] | undefined)[] = [];
  /** The program's own (1/m) Σ δ aᵀ of θ^(l), with the penalty. */
  const gradientOf = (l: number): number[][] =>
    (net.W[l - 1] ?? []).map((w, i) =>
      w.map(
        (value, j) =>
          (delta[l + 1] ?? []).reduce((sum, d, s) => sum + omega(s) * (d[i] ?? NaN) * at2(a[l] ?? [], s, j), 0) /
            whole +
          lambda * value,
      ),
    );

  for (let l = L; l >= 2; l--) {
    if (l < L) own[l] = gradientOf(l);
    for (let s = 0; s < m; s++) {
      const zs = z[l]?.[s] ?? [];
      const as = a[l]?.[s] ?? [];
      const y = net.Y[s] ?? [];
      let signal: number[];
      if (l === L) {
        const loss = String(has('other-loss', L)?.detail?.loss ?? net.loss);
        signal = as.map((out, k) => (has('target-missing', L) ? slope(loss, out, 0) : slope(loss, out, y[k] ?? NaN)));
      } else {
        const next = delta[l + 1]?.[s] ?? [];
        let W = net.W[l - 1] ?? [];
        const rate = has('updated-weights', l)?.detail?.learningRate as number | undefined;
        const from = has('weights-of-other-layer', l)?.detail?.from as number | undefined;
        if (rate !== undefined) W = W.map((w, i) => w.map((value, j) => value - rate * at2(own[l] ?? [], i, j)));
        if (from !== undefined) W = net.W[from - 1] ?? [];
        signal = as.map((_, i) => W.reduce((sum, w, k) => sum + (w[i] ?? NaN) * (next[k] ?? NaN), 0));
        if (has('transposed', l)) signal = as.map((_, i) => dot(W[i] ?? [], next));
        const missing = has('weights-missing', l);
        if (missing)
          signal = as.map((_, i) =>
            missing.detail?.instead === 'identity' ? (next[i] ?? NaN) : next.reduce((p, q) => p + q, 0),
          );
        const skipped = has('skipped-layer', l)?.detail?.by;
        if (skipped === 'signal') signal = [...(signals[l + 1]?.[s] ?? [])];
        if (skipped === 'delta')
          signal = as.map((_, i) => W.reduce((sum, w, k) => sum + (w[i] ?? NaN) * at2(delta[l + 2] ?? [], s, k), 0));
      }
      signals[l]![s] = signal;
      const plain =
        l === L && withLogits && !has('other-loss', L) && !has('forward-other-activation', L)
          ? as.map((out, k) => c * (out - (has('target-missing', L) ? 0 : (y[k] ?? NaN))))
          : through(l, signal, zs, as);
      const g = net.g[l - 2] ?? '';
      let d = plain;
      if (has('activation-derivative-missing', l)) d = signal;
      if (has('activation-derivative-extra', l)) d = through(l, plain, zs, as);
      if (has('derivative-at-activation', l)) d = signal.map((value, k) => value * G[g]!.d(as[k] ?? NaN));
      if (has('derivative-form-at-z', l))
        d = signal.map(
          (value, k) => value * (g === 'tanh' ? 1 - (zs[k] ?? NaN) ** 2 : (zs[k] ?? NaN) * (1 - (zs[k] ?? NaN))),
        );
      const other = has('derivative-of-other-activation', l)?.detail?.function as string | undefined;
      if (other) d = signal.map((value, k) => value * G[other]!.d(zs[k] ?? NaN));
      if (has('activation-for-derivative', l)) d = signal.map((value, k) => value * (as[k] ?? NaN));
      const onSignal = has('activation-of-signal', l) ?? has('derivative-of-signal', l);
      if (onSignal) {
        const by = onSignal.detail?.divided ? m : 1;
        d = signal.map((value) => {
          if (onSignal.code === 'activation-of-signal') return G[g]!.f(value / by) * by;
          return G[g]!.d(value / by) * (onSignal.detail?.form === 'alone' ? by : value);
        });
      }
      const zOf = has('derivative-of-other-layer', l)?.detail?.from as number | undefined;
      if (zOf) d = signal.map((value, k) => value * G[g]!.d(at2(z[zOf] ?? [], s, k)));
      if (has('softmax-diagonal', l)) d = signal.map((value, k) => value * (as[k] ?? NaN) * (1 - (as[k] ?? NaN)));
      delta[l]![s] = d;
    }
  }

  const dW: number[][][] = [];
  const db: number[][] = [];
  for (let l = 1; l < L; l++) {
    const D = delta[l + 1] ?? [];
    const W = net.W[l - 1] ?? [];
    const b = net.b[l - 1] ?? [];
    let input = a[l] ?? [];
    if (has('input-before-activation', l)) input = z[l] ?? [];
    const from = has('input-of-other-layer', l)?.detail?.from as number | undefined;
    if (from) input = a[from] ?? [];
    const rows = Array.from({ length: m }, (_, s) => s);
    const mean = (chosen: readonly number[], by: number) => ({
      W: W.map((w, i) =>
        w.map((_, j) => chosen.reduce((sum, s) => sum + omega(s) * at2(D, s, i) * at2(input, s, j), 0) / by),
      ),
      b: b.map((_, i) => chosen.reduce((sum, s) => sum + omega(s) * at2(D, s, i) * biasInput(l), 0) / by),
    });
    const plain = mean(rows, whole);
    const ofPenalty = has('penalty-missing', l)
      ? 0
      : has('penalty-sign', l)
        ? -1
        : has('penalty-scale', l)?.detail?.factor;
    const times = Number(ofPenalty ?? 1);
    const pen = W.map((w) => w.map((value) => times * lambda * value));
    const penOfBias = b.map((value) => times * ofBiases * value);
    const isWithoutInput = has('input-missing', l) !== undefined;
    let w = plain.W.map((row, i) =>
      row.map((value, j) => (isWithoutInput ? (plain.b[i] ?? NaN) / biasInput(l) : value) + at2(pen, i, j)),
    );
    let bias = plain.b.map((value, i) => value + (penOfBias[i] ?? NaN));
    const apply = (
      bug: Bug | undefined,
      f: (data: number, penalty: number, theta: number, bias: boolean) => number,
    ): void => {
      if (!bug) return;
      const part = bug.part ?? 'all';
      const data = bug.code === 'one-sample' || bug.code === 'row-missing' ? mean(picked(bug), divisor(bug)) : plain;
      if (part !== 'biases')
        w = W.map((row, i) => row.map((value, j) => f(at2(data.W, i, j), at2(pen, i, j), value, false)));
      if (part !== 'weights' && (part !== 'penalty' || ofBiases > 0))
        bias = b.map((value, i) => f(data.b[i] ?? NaN, penOfBias[i] ?? NaN, value, true));
    };
    const picked = (bug: Bug): number[] =>
      rows.filter((s) => (s + 1 === bug.detail?.sample) === (bug.code === 'one-sample'));
    const divisor = (bug: Bug): number =>
      Number(bug.code === 'one-sample' ? (bug.detail?.divided ? whole : 1) : bug.detail?.divisor);
    const onData = (code: string): boolean => has(code, l)?.part === 'data';
    apply(has('sign', l), (d, p) => (onData('sign') ? p - d : -d - p));
    const factor = Number(has('scale', l)?.detail?.factor);
    apply(has('scale', l), (d, p) => (onData('scale') ? factor * d + p : factor * (d + p)));
    const eta = Number((has('descent-step', l) ?? has('updated-parameters', l))?.detail?.learningRate);
    apply(has('descent-step', l), (d, p) => -eta * (d + p));
    apply(has('updated-parameters', l), (d, p, theta) => theta - eta * (d + p));
    apply(has('zeros', l), (_d, p) => (onData('zeros') ? p : 0));
    apply(has('penalty-on-biases', l), (d, p, theta, ofBias) => (ofBias ? d + lambda * theta : d + p));
    apply(has('one-sample', l), (d, p) => d + p);
    apply(has('row-missing', l), (d, p) => d + p);
    if (has('outer-product-transposed', l)) {
      const right = w;
      w = onData('outer-product-transposed')
        ? right.map((row, i) => row.map((_, j) => at2(plain.W, j, i) + at2(pen, i, j)))
        : right.map((row, i) => row.map((_, j) => at2(right, j, i)));
    }
    if (has('bias-summed-over-units', l)) bias = bias.map(() => plain.b.reduce((p, q) => p + q, 0));
    if (has('bias-from-weights', l))
      bias = (onData('bias-from-weights') ? plain.W : w).map(
        (row, i) => row.reduce((p, q) => p + q, 0) + (onData('bias-from-weights') ? (penOfBias[i] ?? NaN) : 0),
      );
    dW.push(w);
    db.push(bias);
  }
  return { dW, db };
}

/** D: m, the weights of the rows, or 1 of a sum. */
export function divisorOf({ X, conventions: { loss, weights } }: Net): number {
  if (loss?.samples) return 1;
  return weights ? weights.reduce((p, q) => p + q) : X.length;
}

/** What hidden layers may have. */
export const HIDDEN = Object.keys(G).filter((name) => name !== 'identity');
