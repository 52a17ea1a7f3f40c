/** The rooms of the house: who may import whom. Held by imports.test.ts over the bundles, and by ESLint in the editor. */

/**
 * @typedef {object} Room
 * @property {RegExp} files Matches the paths of its files; the first room that fits counts.
 * @property {readonly string[]} globs The same for ESLint.
 * @property {readonly string[]} imports What its files may import beside each other: rooms, and packages by name (`node`
 *   is all that is Node's).
 */

/** @type {Readonly<Record<string, Room>>} */
export const ROOMS = {
  core: { files: /^src\/core\//, globs: ['src/core/**/*.{ts,tsx}'], imports: [] },
  format: {
    files: /^src\/format\//,
    globs: ['src/format/**/*.{ts,tsx}'],
    imports: ['core', 'jsonc-parser', 'd3-dsv', 'pure-rand', 'fflate', 'valibot'],
  },
  engine: { files: /^src\/engine\//, globs: ['src/engine/**/*.{ts,tsx}'], imports: ['core', 'pure-rand'] },
  disk: { files: /^src\/disk\//, globs: ['src/disk/**/*.{ts,tsx}'], imports: ['format', 'node'] },
  worker: {
    files: /^src\/worker\//,
    globs: ['src/worker/**/*.{ts,tsx}'],
    imports: ['engine', 'core', 'messages', 'node'],
  },
  app: { files: /^src\/app\//, globs: ['src/app/**/*.{ts,tsx}'], imports: ['core', 'format', 'messages', 'valibot'] },
  host: {
    files: /^src\/host\//,
    globs: ['src/host/**/*.{ts,tsx}'],
    imports: ['app', 'core', 'format', 'disk', 'messages', 'valibot', 'vscode', 'node'],
  },
  messages: {
    files: /^src\/(protocol|readings|channel|wire)\.ts$/,
    globs: ['src/{protocol,readings,channel,wire}.ts'],
    imports: ['core', 'valibot'],
  },
  extension: {
    files: /^src\/extension(\.web)?\.ts$/,
    globs: ['src/extension.ts', 'src/extension.web.ts'],
    imports: ['host', 'disk', 'vscode', 'node'],
  },
  cli: {
    files: /^src\/cli(\.ts$|\/)/,
    globs: ['src/cli.ts', 'src/cli/**/*.{ts,tsx}'],
    imports: ['format', 'core', 'engine', 'app', 'messages', 'disk', 'node', '@modelcontextprotocol/sdk'],
  },
  // Fonts, which the panel's style sheet names.
  media: { files: /^media\//, globs: ['media/**/*.ts'], imports: [] },
  webview: {
    files: /^webview\//,
    globs: ['webview/**/*.{ts,tsx}'],
    imports: ['core', 'messages', 'media', 'preact', 'uplot', '@vscode/webview-ui-toolkit'],
  },
  // The page that stands alone: a composition root, as those of the extension are.
  page: {
    files: /^src\/page\//,
    globs: ['src/page/**/*.{ts,tsx}'],
    imports: ['webview', 'app', 'worker', 'format', 'core', 'messages', 'fflate'],
  },
};

/** For ESLint: one entry a room, which refuses to import a room or `vscode` that the house does not allow. */
export function importRules() {
  return Object.entries(ROOMS).map(([name, { globs, imports }]) => {
    const rooms = Object.entries(ROOMS).filter(([other]) => other !== name && !imports.includes(other));
    const patterns = rooms.map(([other, { files }]) => ({
      regex: `^(\\.\\./)+${files.source
        .slice(1)
        .replace(/^src\\\//, '(src/)?')
        .replace('\\.ts$', '$')}`,
      message: `${name} may not import ${other}: see "Who may import whom" in CONTRIBUTING.md.`,
    }));
    if (!imports.includes('vscode')) patterns.push({ regex: '^vscode$', message: `${name} must not need VS Code.` });
    if (!imports.includes('node')) patterns.push({ regex: '^node:', message: `${name} must run without Node.` });
    return { files: [...globs], rules: { 'no-restricted-imports': ['error', { patterns }] } };
  });
}
