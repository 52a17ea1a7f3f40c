/** Opens the built panel in headless Chromium under its real content security policy, with the application beside it. */

import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../chromium.mjs';
import type { Fixture } from './pageApp';
import { THEMES, type ThemeKind } from './themes';

const root = join(import.meta.dirname, '..', '..');
const examples = join(root, 'media', 'examples');

export interface OpenOptions {
  /** A file of media/examples, without `.nn.json`; or a text. */
  readonly example?: string;
  readonly text?: string;
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly digits?: number;
  /** A screen that is touched. */
  readonly touch?: boolean;
  /** Pixels of the screen for one of the page: 2 where VS Code is zoomed to 200 %. */
  readonly zoom?: number;
}

/** A page with the panel in it, and what went wrong in it. */
export interface OpenPanel {
  readonly page: Page;
  /** Console errors, exceptions and refusals of the policy; empty in a sound panel. */
  readonly errors: readonly string[];
}

export class Harness {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly origin: string,
  ) {}

  /** Builds panel and application, and starts the server and the browser. */
  static async start(): Promise<Harness> {
    const files = await bundles();
    const server = createServer((request, response) => {
      const nonce = crypto.randomUUID().replaceAll('-', '');
      const path = request.url ?? '/';
      const file = files.get(path);
      if (file) {
        response.setHeader('content-type', contentTypes[path.slice(path.lastIndexOf('.'))] ?? 'text/javascript');
        response.end(file);
        return;
      }
      response.setHeader('content-type', 'text/html');
      response.setHeader('content-security-policy', policy(nonce, `http://${request.headers.host ?? ''}`));
      response.end(html(nonce));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new Harness(await launchChromium(), server, `http://127.0.0.1:${String(port)}`);
  }

  async open(options: OpenOptions): Promise<OpenPanel> {
    const { width = 1200, height = 900, touch = false, zoom = 1 } = options;
    const context = await this.browser.newContext({
      viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
      deviceScaleFactor: zoom,
      hasTouch: touch,
      isMobile: touch,
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    await page.addInitScript((fixture: Fixture) => {
      window.fixture = fixture;
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) => {
        // The application's engine tries WebAssembly, which in the product runs in a worker of its own.
        if (sourceFile.endsWith('/pageApp.js')) return;
        console.error(`refused by the policy: ${violatedDirective} in ${sourceFile}`);
      });
    }, fixtureFor(options));
    await page.goto(this.origin);
    await page.locator('.header h1:not(:empty), .empty').first().waitFor();
    return { page, errors };
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function fixtureFor({ example, text, theme = 'dark', digits = 5 }: OpenOptions): Fixture {
  const { bodyClass, variables } = THEMES[theme];
  const own = text ?? readFileSync(join(examples, `${example ?? ''}.nn.json`), 'utf8');
  const { data } = text === undefined ? (JSON.parse(own) as { data?: { file?: string } }) : {};
  return {
    fileName: `${example ?? 'network'}.nn.json`,
    text: own,
    csv: data?.file ? readFileSync(join(examples, data.file), 'utf8') : '',
    bodyClass,
    variables: { ...fonts, ...variables },
    digits,
  };
}

const contentTypes: Readonly<Record<string, string>> = { '.css': 'text/css', '.woff2': 'font/woff2' };

/** As VS Code on Linux sets them. */
const fonts = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
  '--vscode-editor-font-family': '"Droid Sans Mono", monospace',
};

/** The policy of src/host/panel/html.ts. */
function policy(nonce: string, source: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
  ].join('; ');
}

function html(nonce: string): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta property="csp-nonce" content="${nonce}" />
    <link rel="stylesheet" href="/main.css" />
    <link rel="icon" href="data:," />
    <title>Gradient Inspector</title>
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="/pageApp.js"></script>
    <script nonce="${nonce}" src="/main.js"></script>
  </body>
</html>`;
}

/** The panel as esbuild.mjs builds it, and the application. */
async function bundles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'webview/main.tsx', pageApp: 'test/webview/pageApp.ts' },
    outdir: 'out/panel-test',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'chrome120',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.woff2': 'file' },
    assetNames: '[name]',
    mainFields: ['module', 'main'],
    write: false,
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf('/')), contents]));
}
