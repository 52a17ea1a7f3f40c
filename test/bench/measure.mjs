// Interleaved measuring: in every round each contender runs for some milliseconds in turn, so that what else the machine
// does meets all of them. Medians over the rounds.

/** Epochs per second of each contender: { name, epoch() } with epoch a function that may be asynchronous. */
export async function race(contenders, { rounds, milliseconds }) {
  const rates = contenders.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [at, contender] of contenders.entries()) {
      const rate = contender.rate ? await contender.rate(milliseconds) : await rateOf(contender.epoch, milliseconds);
      // The first round is for the compilers.
      if (round >= 0) rates[at].push(rate);
    }
  }
  return rates.map(median);
}

async function rateOf(epoch, milliseconds) {
  let [epochs, batch] = [0, 1];
  const start = performance.now();
  let spent = 0;
  while (spent < milliseconds) {
    for (let k = 0; k < batch; k++) {
      const pending = epoch();
      if (pending) await pending;
    }
    epochs += batch;
    spent = performance.now() - start;
    // Looking at the clock must not be what is measured.
    if (spent < milliseconds / 10) batch *= 2;
  }
  return (epochs / spent) * 1000;
}

/** Milliseconds that `work` takes, the median of `rounds` after one that is not counted. */
export async function time(work, rounds) {
  const times = [];
  for (let round = -1; round < rounds; round++) {
    const start = performance.now();
    await work();
    if (round >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

export function median(values) {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)];
}

/** A Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** Three significant digits, with k and M. */
export function short(value) {
  if (!Number.isFinite(value)) return '–';
  const [scale, suffix] = value >= 1e6 ? [1e6, 'M'] : value >= 1e4 ? [1e3, 'k'] : [1, ''];
  return `${Number((value / scale).toPrecision(3))}${suffix}`;
}
