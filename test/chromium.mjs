// Finds and starts the browser of the tests: Debian's chromium, or the one that CHROMIUM names.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const args = [
  '--no-sandbox', // root, as in continuous integration, has no sandbox; the pages are our own
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium without a window. Throws with what to do when there is none. */
export async function launchChromium() {
  return chromium.launch({ executablePath: findChromium(), args });
}

/** As `launchChromium`, for other processes to connect to. */
export async function serveChromium() {
  return chromium.launchServer({ executablePath: findChromium(), args });
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
  if (!found) throw new Error('No Chromium found: run “apt-get install chromium”, or set CHROMIUM to its path.');
  return found;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
