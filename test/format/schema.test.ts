import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS, LOSSES, OPTIMIZERS } from '../../src/core/functions';
import { INIT_NAMES } from '../../src/format/network/init';
import { readTables } from '../../src/engine/kernels/wasm/build.mjs';
import { withTables } from '../../src/format/schema/build.mjs';
import { EXAMPLES, FIXTURES, GOLDENS, networkTexts } from './fixtures';

interface Definition {
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly definitions?: Readonly<Record<string, Definition>>;
}

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../media/nn.schema.json'), 'utf8')) as Definition;
// enumDescriptions and defaultSnippets are VS Code's; `layers` is a tuple of one item and then additionalItems.
const ajv = new Ajv({
  strict: true,
  allowUnionTypes: true,
  strictTuples: false,
  strictTypes: false,
  strictRequired: false,
});
ajv.addKeyword('enumDescriptions').addKeyword('defaultSnippets');
const accepts = ajv.compile(schema as object);

function parsed(text: string): unknown {
  return JSON.parse(text.replace(/^\ufeff/, ''));
}

describe('the schema agrees with the parser', () => {
  const sound = [...networkTexts(join(FIXTURES, 'valid')), ...networkTexts(EXAMPLES), ...networkTexts(GOLDENS)];

  test.each(sound)('accepts $name', ({ text }) => {
    accepts(parsed(text));
    expect(accepts.errors).toBeNull();
  });

  /** What a schema cannot say: syntax, shapes that hang on other keys, sums, the content of a CSV. */
  const beyond = [
    /^(brackets|commas-and-comments|strings|truncated|words|empty|duplicate-keys)\./,
    /^(row-lengths|annotations|too-many-parameters|class-count|binary-targets|cross-entropy-on-relu)\./,
    /^csv-(?!column-list)/,
  ];
  const unsound = networkTexts(join(FIXTURES, 'invalid')).filter(({ name }) => !beyond.some((some) => some.test(name)));

  test.each(unsound)('refuses $name', ({ text }) => {
    expect(accepts(parsed(text))).toBe(false);
  });

  test('there are such files', () => {
    expect(unsound.length).toBeGreaterThan(8);
  });
});

test('the committed schema is the one that the build makes', async () => {
  expect(schema).toEqual(withTables(schema as object, await readTables()));
});

describe('the schema offers what the tables hold', () => {
  const definitions = schema.definitions ?? {};

  test.each([
    ['activations', definitions.activationName, Object.keys(ACTIVATIONS)],
    ['losses', definitions.lossName, Object.keys(LOSSES)],
    ['initialisations', definitions.layer?.properties?.init, INIT_NAMES],
    ['optimizers', definitions.training?.properties?.optimizer?.properties?.type, Object.keys(OPTIMIZERS)],
  ])('%s, each with its description', (_, definition, names) => {
    expect(definition?.enum).toEqual(names);
    expect(definition?.enumDescriptions).toHaveLength(names.length);
  });

  test('the optimizers’ constants with their defaults, or where they differ each in words', () => {
    const properties = definitions.training?.properties?.optimizer?.properties ?? {};
    const constants = Object.values(OPTIMIZERS).flatMap((row) => row.constants);
    for (const { key, default: value } of constants) {
      const property = properties[key];
      const same = constants.every((other) => other.key !== key || other.default === value);
      if (same) expect(property?.default).toBe(value);
      else expect(property?.description).toContain(String(value));
    }
  });

  test('a description for every key', () => {
    const undescribed: string[] = [];
    const walk = (definition: Definition, path: string): void => {
      for (const [name, property] of Object.entries(definition.properties ?? {})) {
        const target = property.$ref ? definitions[property.$ref.replace('#/definitions/', '')] : property;
        // The names inside an object form are described by their enumDescriptions.
        if (!target?.description && !target?.enumDescriptions) undescribed.push(`${path}.${name}`);
        walk(property, `${path}.${name}`);
      }
    };
    walk(schema, '');
    for (const [name, definition] of Object.entries(definitions)) walk(definition, name);
    expect(undescribed).toEqual([]);
  });
});
