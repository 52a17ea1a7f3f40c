// The parts of media/nn.schema.json that the tables of src/core/functions say: names, descriptions, constants. The rest of the
// file is written by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format } from 'prettier';

const path = join(import.meta.dirname, '../../../media/nn.schema.json');

/** Brings media/nn.schema.json up to date. */
export async function writeSchema(tables) {
  const schema = JSON.parse(readFileSync(path, 'utf8'));
  const made = withTables(schema, tables);
  if (isDeepStrictEqual(schema, made)) return;
  writeFileSync(path, await format(JSON.stringify(made, undefined, 2), { parser: 'json', printWidth: 120 }));
}

/** The schema with what the tables say in its places. */
export function withTables(schema, { ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES }) {
  const made = structuredClone(schema);
  const { definitions } = made;
  Object.assign(definitions.activationName, names(ACTIVATIONS, activationDescription));
  Object.assign(definitions.lossName, names(LOSSES, lossDescription));
  const { layer, training } = definitions;
  const objectForm = ({ anyOf }) => anyOf.find(({ type }) => type === 'object').properties;
  setConstants(objectForm(layer.properties.activation), constantsOf(ACTIVATIONS), ['type']);
  setConstants(objectForm(made.properties.loss), constantsOf(LOSSES), ['type', 'half', 'outputs', 'samples']);
  const optimizer = training.properties.optimizer.properties;
  const formulaOf = ({ formula }) => formula;
  Object.assign(optimizer.type, names(OPTIMIZERS, formulaOf));
  setConstants(optimizer, constantsOf(OPTIMIZERS), ['type', 'learningRate']);
  Object.assign(definitions.scheduleName, names(SCHEDULES, formulaOf));
  setConstants(objectForm(training.properties.schedule), constantsOf(SCHEDULES), ['type']);
  const halved = Object.keys(LOSSES).filter((name) => LOSSES[name].withoutHalf);
  objectForm(made.properties.loss).half.description =
    `${list(halved)}: false leaves out the ½, so that E is twice as large.`;
  const he = Object.keys(ACTIVATIONS).filter((name) => ACTIVATIONS[name].init === 'heUniform');
  layer.properties.init.description =
    `How weights are drawn where they are not written out. Without it: heUniform for ${list(he)}, xavierUniform otherwise. ` +
    'fan-in is the number of units of the layer before, fan-out that of this one.';
  return made;
}

function names(table, describe) {
  return { enum: Object.keys(table), enumDescriptions: Object.values(table).map(describe) };
}

function activationDescription({ formula, withConstant, constant, note }) {
  return [(withConstant?.formula ?? formula).unicode, setting(constant), note].filter(Boolean).join('; ');
}

function lossDescription({ formula, constant, note, targets, needsProbabilities }) {
  const expected = targets.expected === 'a number' ? undefined : targets.expected.replace('a number ', '');
  const needs = [
    ...(expected ? [`targets ${expected}${targets.sumsToOne ? ' that sum to 1' : ''}`] : []),
    ...(needsProbabilities ? ['an output in (0, 1)'] : []),
  ];
  const needed = needs.length > 0 && `needs ${needs.join(' and ')}`;
  return [formula.unicode, setting(constant), needed, note].filter(Boolean).join('; ');
}

function setting(constant) {
  return constant && `${constant.symbol} = ${String(constant.default)} unless the object form sets it`;
}

/** Each constant of a table with its owners. */
function constantsOf(table) {
  const all = new Map();
  for (const [owner, row] of Object.entries(table)) {
    for (const constant of row.constants ?? (row.constant ? [row.constant] : [])) {
      all.set(constant.key, [...(all.get(constant.key) ?? []), { ...constant, owner }]);
    }
  }
  return all;
}

const RANGES = {
  finite: { type: 'number' },
  positive: { type: 'number', exclusiveMinimum: 0 },
  notNegative: { type: 'number', minimum: 0 },
  belowOne: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
  count: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
};

/** `properties` keeps what is written by hand, and gets one property for each constant. */
function setConstants(properties, constants, byHand) {
  for (const key of Object.keys(properties)) if (!byHand.includes(key)) delete properties[key];
  for (const [key, rows] of constants) {
    const [first] = rows;
    const sameDefault = rows.every((row) => row.default === first.default);
    const sameRange = rows.every((row) => row.range === first.range);
    const kinds = [...new Set(rows.map(({ meaning, default: value }) => `${meaning}\n${String(value)}`))];
    const parts = kinds.map((kind) => {
      const own = rows.filter((row) => `${row.meaning}\n${String(row.default)}` === kind);
      const usual = sameDefault ? '' : `, ${String(own[0].default)} unless set`;
      return `${list(own.map(({ owner }) => owner))}: ${own[0].meaning}${usual}`;
    });
    properties[key] = {
      description: `${parts.join('; ')}.`,
      ...(sameRange ? RANGES[first.range] : RANGES.finite),
      ...(sameDefault && { default: first.default }),
    };
  }
}

function list(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
