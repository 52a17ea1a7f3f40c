import { expect, it, vi } from 'vitest';
import type { Uri, Webview } from 'vscode';
import { noNetworkHtml, panelHtml } from '../../src/host/panel/html';

vi.mock('vscode', () => ({ Uri: { joinPath: (base: string, name: string) => `${base}/${name}` } }));

const webview = { asWebviewUri: (uri: unknown) => uri, cspSource: 'https://here' } as Webview;

/** What the page may load, by the directive. */
function policyOf(html: string): Map<string, string> {
  const content = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  return new Map(
    content.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

it('a page without a network may load nothing', () => {
  expect([...policyOf(noNetworkHtml())]).toEqual([['default-src', "'none'"]]);
});

it('the panel’s page may run its own script alone, by a nonce that is new each time', () => {
  const pages = [1, 2].map(() => panelHtml(webview, 'dist' as unknown as Uri));
  const nonces = pages.map((html) => {
    const policy = policyOf(html);
    expect(policy.get('default-src')).toBe("'none'");
    const nonce = /^'nonce-([0-9a-f]{32})'$/.exec(policy.get('script-src') ?? '')?.[1];
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual([`<script nonce="${String(nonce)}" src="dist/panel.js">`]);
    expect([...policy.values()].join(' ')).not.toMatch(/unsafe/);
    return nonce;
  });
  expect(new Set(nonces).size).toBe(2);
});
