// Builds everything that runs: the extension, its worker, the command line, the panel and the suite for VS Code's tests.
//   node esbuild.mjs            production: minified, no source maps
//   node esbuild.mjs --dev      readable, with source maps
//   node esbuild.mjs --watch    the same, again on every change
// What went into each file stands in out/meta-<name>.json: the tests of the import rule and the size budgets read it.
import { context, transform } from 'esbuild';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { readTables, writeKernels } from './src/engine/kernels/wasm/build.mjs';
import { writeSchema } from './src/format/schema/build.mjs';

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--dev');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const common = {
  bundle: true,
  metafile: true,
  minify: !development,
  sourcemap: development,
  legalComments: 'none',
  logLevel: 'warning',
};

const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // The `main` of jsonc-parser is a UMD file whose inner requires cannot be bundled.
  mainFields: ['module', 'main'],
};

const web = { ...common, platform: 'browser', target: 'chrome120' };

/**
 * `import * as vscode` becomes a bare require: esbuild would copy all of VS Code's API into an object of its own for each
 * file that imports it, which was half of the time that loading the extension took.
 */
const plainRequire = {
  name: 'plain-require',
  setup(build) {
    build.onLoad({ filter: /src[\\/](host[\\/].*|extension(\.web)?)\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        "import * as vscode from 'vscode'",
        "import vscode = require('vscode')",
      ),
      loader: 'ts',
    }));
  },
};

/**
 * The readers of other tools' files, the grading of a class, and the Model Context Protocol are bundles of their own, loaded when one is used: neither
 * starting nor the bundles that everybody loads grow by them.
 */
const importersApart = {
  name: 'importers-apart',
  setup(build) {
    const apart = {
      import: './importers.js',
      gradients: './gradientFiles.js',
      server: './mcp.js',
      answer: './tools.js',
      classes: './classes.js',
    };
    build.onResolve({ filter: /\/(import|gradients|server|answer|classes)$/ }, ({ kind, path, importer }) =>
      // The command line's own commands have such names, too.
      kind === 'dynamic-import' && basename(importer) !== 'commands.ts'
        ? { path: apart[path.split('/').at(-1)], external: true }
        : undefined,
    );
  },
};

/**
 * The command line is cut into files of which each command loads its own: reading, compiling and running the whole of it takes
 * as long as starting Node. esbuild cuts ES modules alone, which Node loads more slowly: each file is rewritten as CommonJS.
 */
const commonJsFiles = {
  name: 'common-js-files',
  setup(build) {
    build.onEnd(async ({ outputFiles = [], errors }) => {
      if (errors.length > 0) return;
      const { minify, target, entryPoints } = build.initialOptions;
      for (const { path, text } of outputFiles) {
        const supported = { 'dynamic-import': false };
        const { code } = await transform(text, { format: 'cjs', platform: 'node', minify, target, supported });
        const isProgram = basename(path, '.js') in entryPoints;
        await writeFile(path, isProgram ? `#!/usr/bin/env node\n${code}` : code, { mode: isProgram ? 0o755 : 0o644 });
      }
    });
  },
};

/** One page with nothing beside it: the program, its style sheet, and the policy that allows these two by their hashes alone. */
const pageTemplate = {
  name: 'page-template',
  setup(build) {
    build.onEnd(async ({ outputFiles = [], errors }) => {
      if (errors.length > 0) return;
      const textOf = (extension) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
      await writeFile('dist/page.html', pageHtml(textOf('.js'), textOf('.css')));
    });
  },
};

function pageHtml(program, style) {
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  // The program is more than half of the page: it travels deflated, and only as itself may it run.
  const start = `(async () => {
const bytes = Uint8Array.from(atob(document.getElementById('program').textContent), (c) => c.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
const script = document.createElement('script');
script.textContent = await new Response(stream).text();
document.body.append(script);
})();`;
  // The controls' library tries its selectors on a style element of its own, which is empty.
  const policy = `default-src 'none'; script-src ${hash(start)} ${hash(program)}; style-src ${hash(style)} ${hash('')}; font-src data:; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title><!--title--></title>
<style>${style}</style>
</head>
<body>
<div id="root"></div>
<footer class="page-foot">
<span>Gradient Inspector</span>
<p id="status" role="status"></p>
<button id="link" type="button">Copy link</button>
<button id="download" type="button">Download network file</button>
</footer>
<script type="application/json" id="network"><!--network--></script>
<script type="text/plain" id="program">${deflateRawSync(program, { level: 9 }).toString('base64')}</script>
<script>${start}</script>
</body>
</html>
`;
}

/** A page's strict policy allows no WebAssembly: the plain engine computes, and the kernels' bytes are left out. */
const withoutKernels = {
  name: 'without-kernels',
  setup(build) {
    build.onLoad({ filter: /src\/engine\/kernels\/kernelBytes\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/(KERNEL_BYTES\s*=\s*)(['"`])[^'"`]*\2/, "$1''"),
      loader: 'ts',
    }));
  },
};

const builds = {
  extension: {
    ...node,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode'],
    plugins: [plainRequire, importersApart],
  },
  gradientFiles: { ...node, entryPoints: ['src/format/gradients.ts'], outfile: 'dist/gradientFiles.js' },
  classes: { ...node, entryPoints: ['src/app/classes/index.ts'], outfile: 'dist/classes.js' },
  importers: { ...node, entryPoints: ['src/format/import/index.ts'], outfile: 'dist/importers.js' },
  tools: {
    ...node,
    entryPoints: ['src/host/tools/answer.ts'],
    outfile: 'dist/tools.js',
    external: ['vscode'],
    plugins: [plainRequire, importersApart],
  },
  mcp: { ...node, entryPoints: ['src/cli/mcp/server.ts'], outfile: 'dist/mcp.js' },
  'extension.web': {
    ...web,
    format: 'cjs',
    entryPoints: ['src/extension.web.ts'],
    outfile: 'dist/extension.web.js',
    external: ['vscode'],
    plugins: [plainRequire],
  },
  'worker.web': { ...web, format: 'iife', entryPoints: ['src/worker/web.ts'], outfile: 'dist/worker.web.js' },
  worker: { ...node, entryPoints: ['src/worker/node.ts'], outfile: 'dist/worker.js' },
  poolWorker: { ...node, entryPoints: ['src/worker/poolWorker.ts'], outfile: 'dist/poolWorker.js' },
  cli: {
    ...node,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: 'dist',
    chunkNames: 'cli-[name]-[hash]',
    format: 'esm',
    splitting: true,
    sourcemap: false,
    write: false,
    plugins: [importersApart, commonJsFiles],
    define: { VERSION: JSON.stringify(version) },
  },
  panel: {
    ...web,
    entryPoints: { panel: 'webview/main.tsx' },
    charset: 'utf8', // the page says that it is: escapes would be twice as long
    outdir: 'dist',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.woff2': 'file' },
    assetNames: '[name]',
  },
  page: {
    ...web,
    entryPoints: { page: 'src/page/main.ts' },
    outdir: 'dist',
    write: false,
    sourcemap: false,
    minify: true,
    format: 'iife',
    mainFields: ['module', 'main'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.woff2': 'dataurl' },
    plugins: [pageTemplate, withoutKernels],
  },
  'vscode-suite': {
    ...node,
    entryPoints: ['test/vscode/suite/index.ts', 'test/vscode/suite/web.ts', 'test/vscode/suite/*.test.ts'],
    outdir: 'out/vscode-suite',
    minify: false,
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
  },
};

/** Writes a build's metafile beside those of the others, each time it has succeeded. */
const writeMetafile = (name) => ({
  name: 'metafile',
  setup(build) {
    build.onEnd(({ metafile, errors }) => {
      if (metafile && errors.length === 0) writeFileSync(`out/meta-${name}.json`, JSON.stringify(metafile));
    });
  },
});

for (const folder of ['dist', 'out/vscode-suite']) rmSync(folder, { recursive: true, force: true });
for (const folder of ['out', 'dist']) mkdirSync(folder, { recursive: true });
await writeKernels();
await writeSchema(await readTables());

const contexts = await Promise.all(
  Object.entries(builds).map(([name, options]) =>
    context({ ...options, plugins: [...(options.plugins ?? []), writeMetafile(name)] }),
  ),
);
if (watch) console.log('building');
// esbuild prints each error with its place.
const results = await Promise.allSettled(contexts.map((build) => build.rebuild()));
if (watch) {
  await Promise.all(contexts.map((build) => build.watch()));
  console.log('watching'); // .vscode/tasks.json waits for this line
} else {
  await Promise.all(contexts.map((build) => build.dispose()));
  if (results.some(({ status }) => status === 'rejected')) process.exitCode = 1;
  else {
    writeFileSync('dist/THIRD_PARTY_NOTICES.txt', thirdPartyNotices(results.map(({ value }) => value.metafile)));
  }
}

/** The license of every package that is part of a bundle which is shipped, as those licenses ask. */
function thirdPartyNotices(metafiles) {
  const shipped = metafiles.flatMap(({ inputs, outputs }) =>
    Object.keys(outputs).some((path) => path.startsWith('dist/')) ? Object.keys(inputs) : [],
  );
  const packages = new Set(shipped.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const notices = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : `License: ${license}`;
    return `${name} ${version}\n\n${text}`;
  });
  return `Gradient Inspector contains the following packages.\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
