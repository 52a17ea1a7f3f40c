/** Opens the built panel in headless Chromium under its real content security policy, with the application beside it. */

import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Fixture } from './pageApp';
import { THEMES, type ThemeKind } from './themes';

const root = join(import.meta.dirname, '..', '..');
const examples = join(root, 'media', 'examples');
const built = join(root, 'out', 'panel-test');

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
  /** With axe-core in the page. */
  readonly axe?: boolean;
}

/** A page with the panel in it, and what went wrong in it. */
export interface OpenPanel {
  readonly page: Page;
  /** Console errors, exceptions and refusals of the policy; empty in a sound panel. */
  readonly errors: readonly string[];
}

/** Builds the panel as esbuild.mjs does, the application beside it, and axe, into out/panel-test. */
export async function buildPanel(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'webview/main.tsx', pageApp: 'test/webview/pageApp.ts', axe: 'axe-core' },
    outdir: built,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'chrome120',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.woff2': 'file' },
    assetNames: '[name]',
    mainFields: ['module', 'main'],
  });
}

/** Panels in the pages of one browser. */
export class Harness {
  /** Pages whose panel is not needed any more: a panel starts three times as fast in the process of an earlier one. */
  private readonly idle: Page[] = [];
  /** Pages on a screen of another kind. */
  private readonly apart = new WeakSet<Page>();

  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly origin: string,
    private readonly opened: OpenOptions[],
  ) {}

  /** Serves what `buildPanel` has built to pages of this browser. */
  static async start(browser: Browser): Promise<Harness> {
    const opened: OpenOptions[] = [];
    const server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname !== '/') {
        response.setHeader('content-type', contentTypes[extname(pathname)] ?? 'text/javascript');
        response.end(readFileSync(join(built, basename(pathname))));
        return;
      }
      const nonce = crypto.randomUUID().replaceAll('-', '');
      response.setHeader('content-type', 'text/html');
      response.setHeader('content-security-policy', policy(nonce, `http://${request.headers.host ?? ''}`));
      response.end(html(nonce, opened[Number(search.slice(1))] ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new Harness(browser, server, `http://127.0.0.1:${String(port)}`, opened);
  }

  async open(options: OpenOptions): Promise<OpenPanel> {
    const { width = 1200, height = 900, touch = false, zoom = 1 } = options;
    const isApart = touch || zoom !== 1;
    const screen = { deviceScaleFactor: zoom, hasTouch: touch, isMobile: touch };
    const page = (isApart ? undefined : this.idle.pop()) ?? (await (await this.browser.newContext(screen)).newPage());
    if (isApart) this.apart.add(page);
    // A limit for what hangs: the machine may be busy.
    page.setDefaultTimeout(120_000);
    await page.setViewportSize({ width: Math.round(width / zoom), height: Math.round(height / zoom) });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    const number = this.opened.push(options) - 1;
    await page.goto(`${this.origin}/?${String(number)}`);
    await page.locator('.header h1:not(:empty), .empty').first().waitFor();
    return { page, errors };
  }

  /** Leaves the page of a panel to the next one. */
  async close(page: Page): Promise<void> {
    page.removeAllListeners();
    if (this.apart.has(page)) {
      await page.context().close();
      return;
    }
    await page.mouse.move(-1, -1); // else the next panel finds the mouse where this one was pointed at
    this.idle.push(page);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function fixtureFor({ example, text, theme = 'dark', digits = 5 }: OpenOptions): Fixture {
  const own = text ?? readFileSync(join(examples, `${example ?? ''}.nn.json`), 'utf8');
  const { data } = text === undefined ? (JSON.parse(own) as { data?: { file?: string } }) : {};
  return {
    fileName: `${example ?? 'network'}.nn.json`,
    text: own,
    csv: data?.file ? readFileSync(join(examples, data.file), 'utf8') : '',
    ...look(theme),
    digits,
  };
}

const look = (theme: ThemeKind): Pick<Fixture, 'bodyClass' | 'variables'> => {
  const { bodyClass, variables } = THEMES[theme];
  return { bodyClass, variables: { ...fonts, ...variables } };
};

/** The panel is in this theme now, and drawn. */
export async function setTheme(page: Page, theme: ThemeKind): Promise<void> {
  await page.evaluate(async (next) => {
    window.pageApp.setTheme(next);
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame(); // what is drawn by program is drawn again
    await frame(); // colors have begun to change
    await Promise.all(document.getAnimations().map(({ finished }) => finished));
  }, look(theme));
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

function html(nonce: string, options: OpenOptions): string {
  const fixture = JSON.stringify(fixtureFor(options)).replaceAll('<', '\\u003c');
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
    <script nonce="${nonce}">
      window.fixture = ${fixture};
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) => {
        // The application's engine tries WebAssembly, which in the product runs in a worker of its own.
        if (sourceFile.endsWith('/pageApp.js')) return;
        console.error(\`refused by the policy: \${violatedDirective} in \${sourceFile}\`);
      });
    </script>
    ${options.axe ? `<script nonce="${nonce}" src="/axe.js"></script>` : ''}
    <script nonce="${nonce}" src="/pageApp.js"></script>
    <script nonce="${nonce}" src="/main.js"></script>
  </body>
</html>`;
}
