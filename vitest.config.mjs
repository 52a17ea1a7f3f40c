import { defineConfig } from 'vitest/config';

// The suites of `npm test` that vitest runs: `npx vitest run --project unit`, or any test by its path.
const panel = ['test/webview/**/*.browser.test.ts'];
const house = ['test/house/**/*.test.ts'];
const start = ['test/vscode/*.test.ts'];
const vscode = ['test/vscode/**'];
/**
 * Unit tests with modules of their own: those that put something in the place of a module, or rows into a table of one; and the
 * longest ones, which go to whichever core is free, where the others are dealt out beforehand.
 */
const alone = [
  'test/core/functions/madeUpRows.test.ts',
  'test/disk/write.test.ts',
  'test/engine/simd.test.ts',
  'test/host/**/*.test.ts',
  'test/cli/{check,classes,cli,locked,mcp,train}.test.ts',
  'test/core/doctor/doctor.test.ts',
  'test/core/mistakes/claims.test.ts',
  'test/engine/{checking,training}.test.ts',
  'test/format/fuzz.test.ts',
  'test/worker/{run,service}.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: './src/engine/kernels/wasm/build.mjs',
    setupFiles: './test/propertySeed.ts',
    // Suites run side by side, and would write the same file.
    cache: false,
    // Most of what the tests make is short-lived: with room for it, it is collected in half the time.
    execArgv: ['--max-semi-space-size=64'],
    // A limit for what hangs, not a measure of speed: the machine may be busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // npm run coverage: what the unit tests do not reach, in out/coverage.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/engine/kernels/wasm/**', 'src/engine/kernels/kernelBytes.ts'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: 'out/coverage',
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...panel, ...house, ...vscode, ...alone, '**/node_modules/**'],
          // The modules of the product have no state: they are loaded once, not once a file.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'unit-alone', include: alone } },
      {
        extends: true,
        test: { name: 'panel', include: panel, isolate: false, globalSetup: './test/webview/browser.ts' },
      },
      { extends: true, test: { name: 'start', include: start } },
      { extends: true, test: { name: 'house', include: house } },
    ],
  },
});
