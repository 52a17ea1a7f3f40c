/** The manifest's menus: what they name is there, and a command that cannot run is not offered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Entry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

const { contributes } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
  contributes: {
    commands: { command: string; title: string; enablement?: string }[];
    submenus: { id: string; label: string }[];
    menus: Record<string, Entry[]>;
    configuration: { properties: Record<string, { scope?: string; default: unknown }> };
  };
};
const { commands, submenus, menus, configuration } = contributes;

test('every entry is a command or a submenu of the manifest', () => {
  for (const entry of Object.values(menus).flat()) {
    const isThere = commands.some(({ command }) => command === entry.command);
    expect(isThere || submenus.some(({ id }) => id === entry.submenu), JSON.stringify(entry)).toBe(true);
  }
  for (const { id } of submenus) expect(menus[id]?.length).toBeGreaterThan(1);
});

test('the panel’s … menu is short: what belongs together stands in a submenu', () => {
  const flat = (menus['editor/title'] ?? []).filter(({ when }) => when?.includes('activeCustomEditorId'));
  expect(flat.length).toBeLessThanOrEqual(10);
  expect((menus['webview/context'] ?? []).every(({ when }) => when?.includes('gradientInspector.inspector'))).toBe(
    true,
  );
});

test.each([
  ['pause', "training == 'running'"],
  ['resume', "training == 'paused'"],
  ['stop', "training == 'running'"],
  ['writeWeights', 'unwritten'],
  ['reset', 'unwritten'],
  ['lookBack', 'trained'],
  ['saveHistory', 'trained'],
  ['train', "training != 'running' && !gradientInspector.exercise"],
  ['stepEpoch', "training != 'running' && !gradientInspector.exercise"],
  ['stepBatch', "training != 'running' && !gradientInspector.exercise"],
])('%s is offered only where it can run', (name, condition) => {
  const enablement = commands.find(({ command }) => command === `gradientInspector.${name}`)?.enablement;
  expect(enablement).toContain(`gradientInspector.${condition}`);
});

test.each(['compareWith', 'exportPage'])('%s would reveal gradients, and is not offered in an exercise', (name) => {
  const offered = commands.find(({ command }) => command === `gradientInspector.${name}`);
  expect(offered?.enablement).toBe('!gradientInspector.exercise');
});

test('the panel’s entries of the … menu are not among those of VS Code, whose groups begin with 3', () => {
  const own = (menus['editor/title'] ?? []).filter(({ when }) => when?.includes('activeCustomEditorId'));
  for (const { group } of own) expect(group).toMatch(/^(navigation@|1_network@|2_mode@)/);
});

test('every setting says its scope', () => {
  for (const [name, { scope }] of Object.entries(configuration.properties))
    expect(scope, name).toMatch(/^(resource|window)$/);
  expect(configuration.properties['gradientInspector.inlayHints']?.default).toBe('claims');
});
