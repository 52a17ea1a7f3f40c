/** One name, one thing: what a module exports has a name of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** VS Code's own name for both entry points, and the same functions for numbers and in the kernels. */
const SHARED = ['activate', 'sigmoid', 'softplus'];
const EXPORT =
  /^(?:@inline )?export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|enum) (\w+)/gm;

it('exports no name from two modules', () => {
  const modulesOf = new Map<string, string[]>();
  for (const folder of ['src', 'webview'])
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/.test(name),
    )) {
      const module = join(folder, file);
      for (const [, name = ''] of readFileSync(module, 'utf8').matchAll(EXPORT)) {
        const modules = modulesOf.get(name) ?? [];
        modulesOf.set(name, modules.includes(module) ? modules : [...modules, module]);
      }
    }
  const shared = [...modulesOf].filter(([, modules]) => modules.length > 1);
  expect(shared.filter(([name]) => !SHARED.includes(name))).toEqual([]);
  expect(shared.map(([name]) => name).sort()).toEqual(SHARED);
});
