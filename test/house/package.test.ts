/** What is shipped: the bundles, media and the documents, and nothing else. */
import { readFileSync } from 'node:fs';
import { PackageManager, listFiles } from '@vscode/vsce';
import { expect, it } from 'vitest';

it('packages the bundles, media and the documents alone', async () => {
  const files = await listFiles({ packageManager: PackageManager.None });
  const [node, web] = [
    [
      'classes.js',
      'cli.js',
      'extension.js',
      'gradientFiles.js',
      'importers.js',
      'mcp.js',
      'poolWorker.js',
      'tools.js',
      'worker.js',
    ],
    ['extension.web.js', 'worker.web.js'],
  ];
  const fonts = ['math.woff2', 'math-letters-greek.woff2', 'math-letters-latin.woff2'];
  const bundles = [...node, ...web, ...fonts, 'page.html', 'panel.css', 'panel.js', 'THIRD_PARTY_NOTICES.txt'].map(
    (name) => `dist/${name}`,
  );
  const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
  // The command line's own files, which are named by their content.
  expect(files).toContainEqual(expect.stringMatching(/^dist\/cli-validate-\w+\.js$/));
  const named = files.filter((file) => !/^dist\/cli-[\w-]+\.js$/.test(file));
  expect(named.filter((file) => !file.startsWith('media/')).sort()).toEqual([...documents, ...bundles].sort());
  expect(files).toContain('media/examples/multiple-units-2-2-2.nn.json');
});

it('names every package that it contains, with its license', () => {
  const notices = readFileSync('dist/THIRD_PARTY_NOTICES.txt', 'utf8');
  for (const name of [
    '@modelcontextprotocol/sdk',
    'fflate',
    'jsonc-parser',
    'preact',
    'uplot',
    'valibot',
    '@vscode/webview-ui-toolkit',
  ]) {
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+`, 'm'));
  }
  expect(notices).not.toContain('undefined');
});
