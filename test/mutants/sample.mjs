// The sample of `npm run mutants`, and the Stryker checker that drops every other mutant.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';

export const sampleFile = 'out/mutants.sample.json';

/** What identifies a mutant: its file below the project or a copy of it, its place, and its replacement. */
export function keyOf({ fileName, location: { start, end }, replacement }) {
  const path = fileName.replaceAll('\\', '/');
  const place = [start.line, start.column, end.line, end.column];
  return [path.slice(path.lastIndexOf('src/')), ...place, replacement].join(':');
}

function createSampleChecker() {
  const sample = new Set(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', sampleFile), 'utf8')));
  return {
    init: async () => {},
    check: async (mutants) =>
      Object.fromEntries(
        mutants.map((mutant) => [
          mutant.id,
          sample.has(keyOf(mutant)) ? { status: 'passed' } : { status: 'compileError', reason: 'not of the sample' },
        ]),
      ),
    group: async (mutants) => [mutants.map(({ id }) => id)],
  };
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.Checker, 'sample', createSampleChecker)];
