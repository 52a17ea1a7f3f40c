/** What is shipped: the bundles, media and the documents, and nothing else. */
import { PackageManager, listFiles } from '@vscode/vsce';
import { expect, it } from 'vitest';

it('packages the bundles, media and the documents alone', async () => {
  const files = await listFiles({ packageManager: PackageManager.None });
  const [node, web] = [
    ['cli.js', 'extension.js', 'poolWorker.js', 'worker.js'],
    ['extension.web.js', 'worker.web.js'],
  ];
  const bundles = [...node, ...web, 'panel.css', 'panel.js'].map((name) => `dist/${name}`);
  const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
  expect(files.filter((file) => !file.startsWith('media/')).sort()).toEqual([...documents, ...bundles].sort());
  expect(files).toContain('media/examples/multiple-units-2-2-2.nn.json');
});
