/** The page that stands alone, opened from disk in Chromium without a server: its policy kept, its console clean. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { linkOf } from '../../src/page/link';

const root = join(import.meta.dirname, '..', '..');
const examples = join(root, 'media', 'examples');
let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await chromium.connect(inject('chromium'));
  folder = mkdtempSync(join(tmpdir(), 'gradient-inspector-'));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page of a network file, by the command line as it is shipped. */
function exported(file: string, name = 'page.html'): string {
  const output = join(folder, name);
  execFileSync(process.execPath, [
    join(root, 'dist', 'cli.js'),
    'export',
    file,
    '--format',
    'html',
    '--output',
    output,
  ]);
  return output;
}

interface Opened {
  readonly page: Page;
  /** All that the console said, and refusals of the policy. */
  readonly said: string[];
  /** Addresses that were asked for, besides the page itself. */
  readonly requests: string[];
}

async function open(file: string, hash = ''): Promise<Opened> {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
  const [said, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  const address = pathToFileURL(file).href + hash;
  await page.goto(address);
  await page.locator('.header h1:not(:empty), .empty, .notice').first().waitFor();
  return { page, said, requests };
}

/** Nothing was said, and nothing asked for but the page and what is in it. */
function expectClean({ said, requests }: Opened): void {
  expect(said).toEqual([]);
  expect(requests.slice(1).filter((url) => !url.startsWith('data:') && !url.startsWith('blob:'))).toEqual([]);
}

test('shows the network, its chains, and trains it, without a server', async () => {
  const file = exported(join(examples, 'multiple-units-2-2-2.nn.json'));
  expect(statSync(file).size).toBeLessThan(1_000_000);
  const opened = await open(file);
  const { page } = opened;
  expect(await page.title()).toBe('Multiple units 2-2-2');
  await page.getByText('0.18254').first().waitFor();
  await page.getByRole('button', { name: /Show the largest gradient/ }).click();
  await page.locator('.chain-head').waitFor();
  await page.getByRole('button', { name: 'Train' }).first().click();
  await page.getByText('trained, not in the file').waitFor();
  await page.getByRole('tab', { name: 'Gradient check' }).click();
  await page.getByRole('button', { name: 'Run check' }).click();
  await page.locator('.check-summary').waitFor();
  for (const name of ['Learning', 'Parameters', 'Predictions', 'Data']) {
    await page.getByRole('tab', { name }).click();
  }
  await page.getByRole('button', { name: 'Write to file' }).click();
  await page.getByText('trained, not in the file').waitFor({ state: 'hidden' });
  expectClean(opened);
});

test('holds the CSV that the network reads', async () => {
  const opened = await open(exported(join(examples, 'iris.nn.json')));
  await opened.page.getByRole('tab', { name: 'Data' }).click();
  await opened.page
    .getByText(/\b1[0-5]0\b/)
    .first()
    .waitFor();
  await opened.page.getByRole('button', { name: 'Copy link' }).click();
  await opened.page.getByText('A link cannot hold a network that reads other files.').waitFor();
  expectClean(opened);
});

test('hostile text stays text', async () => {
  const hostile = '</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> \u2028\u2029 ]]> $& $1';
  const network = JSON.parse(readFileSync(join(examples, 'xor.nn.json'), 'utf8')) as Record<string, unknown>;
  const file = join(folder, 'hostile.nn.json');
  const text = JSON.stringify({ ...network, name: `</title>${hostile}`, description: hostile });
  writeFileSync(file, text);
  const opened = await open(exported(file));
  const { page } = opened;
  const data = JSON.parse((await page.locator('#network').textContent()) ?? '') as { text: string };
  expect(data.text).toBe(text);
  expect(await page.locator('script').count()).toBe(4);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toContain('</title></script><script>alert(1)');
  expectClean(opened);
});

test('the policy names what may run by its hash, and allows nothing else', () => {
  const html = readFileSync(exported(join(examples, 'xor.nn.json')), 'utf8');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+' 'sha256-[^ ]+'; style-src 'sha256-/);
  expect(policy).not.toMatch(/unsafe|https?:|\*|nonce|strict-dynamic/);
  expect(html).not.toMatch(/\s(src|href)="(?!data:)/);
});

test('opens the network that its address holds', async () => {
  const file = exported(join(examples, 'xor.nn.json'));
  const toy = readFileSync(join(examples, 'multiple-units-2-2-2.nn.json'), 'utf8');
  const plain = JSON.stringify(JSON.parse(toy));
  for (const hash of [linkOf(toy), `#${encodeURIComponent(plain)}`, `#${Buffer.from(plain).toString('base64url')}`]) {
    expect(hash).toBeDefined();
    const opened = await open(file, hash);
    await opened.page.getByText('0.18254').first().waitFor();
    expectClean(opened);
  }
});

test('says what is wrong with an address, and shows its own network', async () => {
  const file = exported(join(examples, 'xor.nn.json'));
  for (const [hash, message] of [
    ['#%', 'it is damaged'],
    ['#z.AAAA', 'it is damaged'],
    [`#${'A'.repeat(40_000)}`, 'it is longer than 32768 characters'],
  ] as const) {
    const opened = await open(file, hash);
    await opened.page.getByText(`Could not open the network in the address: ${message}.`).waitFor();
    expect(await opened.page.locator('.header h1').textContent()).toBe('XOR');
    expectClean(opened);
  }
  // A text that is no network is shown as its problems.
  const opened = await open(file, `#${encodeURIComponent('{"layers": [{"units": 2}, {"units": 0}]}')}`);
  await opened.page
    .getByText(/expected/)
    .first()
    .waitFor();
  expectClean(opened);
});

test('follows the theme of the system', async () => {
  const file = exported(join(examples, 'xor.nn.json'));
  const { page } = await open(file);
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await background()).toBe('rgb(255, 255, 255)');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background()).toBe('rgb(31, 31, 31)');
});
