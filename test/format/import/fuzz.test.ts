import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { describe, expect, it } from 'vitest';
import { imported, mutated, seeds } from './mutate';

// FUZZ_FILES=5000 npx vitest run --project unit test/format/import/fuzz.test.ts: as many damaged files of each ending.
const FILES = Number(process.env['FUZZ_FILES'] ?? 200);

describe('damaged model files', () => {
  it.each([...seeds()])('of .%s are refused in one line, or read as a sound model', (_ending, files) => {
    const generator = xoroshiro128plus(20261128);
    const random = (): number => uniformFloat64(generator);
    let slowest = { time: 0, name: '' };
    let refused = 0;
    const memory = process.memoryUsage.rss();
    for (let count = 0; count < FILES; count++) {
      const seed = files[count % files.length];
      if (!seed) continue;
      const bytes = mutated(seed.bytes, random);
      const start = performance.now();
      try {
        if (imported(seed, bytes) !== undefined) refused++;
      } catch (error) {
        throw new Error(`file ${String(count)}, ${seed.name}`, { cause: error });
      }
      const time = performance.now() - start;
      if (time > slowest.time) slowest = { time, name: seed.name };
    }
    if (FILES > 1000) {
      const grown = (process.memoryUsage.rss() - memory) / 2 ** 20;
      console.log(
        `.${_ending}: ${String(refused)} of ${String(FILES)} refused, slowest ${slowest.time.toFixed(1)} ms (${slowest.name}), memory +${grown.toFixed(0)} MB`,
      );
    }
    expect(refused).toBeGreaterThan(FILES / 10);
  });
});
