// npm run mutants: how many small changes of core, format and app the unit tests notice. By hand: it takes hours.
//   npm run mutants -- --mutate 'src/core/chain/**/*.ts'    one room
export default {
  packageManager: 'npm',
  testRunner: 'vitest',
  vitest: { configFile: 'test/stryker.vitest.mjs' },
  mutate: ['src/core/**/*.ts', 'src/format/**/*.ts', 'src/app/**/*.ts'],
  reporters: ['clear-text', 'progress', 'html'],
  htmlReporter: { fileName: 'out/mutants.html' },
  tempDirName: 'out/stryker',
  coverageAnalysis: 'perTest',
  // Vitest checks no types, and AssemblyScript's decorators are not TypeScript's.
  disableTypeChecks: false,
  // The first run is of all unit tests that reach what is mutated.
  dryRunTimeoutMinutes: 60,
  incremental: true,
  incrementalFile: 'out/stryker-incremental.json',
};
