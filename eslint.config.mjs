import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The rooms that the files of each room may not import. */
const forbidden = {
  'src/core': ['format', 'engine', 'app', 'worker', 'host', 'cli', 'protocol', 'channel', 'webview'],
  'src/format': ['engine', 'app', 'worker', 'host', 'cli', 'protocol', 'channel', 'webview'],
  'src/engine': ['format', 'app', 'worker', 'host', 'cli', 'protocol', 'channel', 'webview'],
  'src/app': ['engine', 'worker', 'host', 'cli', 'webview'],
  'src/worker': ['format', 'app', 'host', 'cli', 'webview'],
  'src/host': ['cli', 'webview'],
  'src/cli': ['worker', 'host', 'channel', 'webview'],
  webview: ['format', 'engine', 'app', 'worker', 'host', 'cli'],
};
/** Rooms that know neither VS Code nor Node. */
const pure = ['src/core', 'src/format', 'src/engine', 'src/app', 'webview'];

export default defineConfig(
  { ignores: ['**/node_modules/', 'dist/', 'out/', 'src/engine/kernels/wasm/', 'src/engine/kernels/kernelBytes.ts'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_$', argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_$' },
      ],
    },
  },
  // Who may import whom, shown in the editor; test/house/imports.test.ts holds the bundles to the same rules.
  ...Object.entries(forbidden).map(([folder, rooms]) => ({
    files: [`${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...rooms.map((room) => ({
              regex: `^(\\.\\./)+(src/)?${room}(/|$)`,
              message: `${folder} may not import ${room}: see "Who may import whom" in CONTRIBUTING.md.`,
            })),
            ...(pure.includes(folder) ? [{ regex: '^(vscode$|node:)', message: `${folder} runs anywhere.` }] : []),
          ],
        },
      ],
    },
  })),
  { files: ['**/*.mjs'], extends: [tseslint.configs.recommended] },
);
