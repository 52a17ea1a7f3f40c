/** Before the tests of the panel: builds it, and starts the Chromium that all of them share. */

import type { TestProject } from 'vitest/node';
import { serveChromium } from '../chromium.mjs';
import { buildPanel } from './harness';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests connect to the browser. */
    chromium: string;
  }
}

/** Returns what ends the browser. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const [server] = await Promise.all([serveChromium(), buildPanel()]);
  provide('chromium', server.wsEndpoint());
  return () => server.close();
}
