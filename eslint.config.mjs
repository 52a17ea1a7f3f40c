import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importRules } from './test/house/rooms.mjs';

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
  ...importRules(),
  { files: ['**/*.mjs'], extends: [tseslint.configs.recommended] },
);
