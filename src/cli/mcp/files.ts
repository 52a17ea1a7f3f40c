/** Network files in one folder, for tools: nothing outside it is read or written, not even through a link. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readInside, sameFile } from '../../disk/open';
import { reasonOf } from '../../disk/reason';
import { isTargetInside } from '../../disk/write';
import { ToolError, type ToolPlace } from '../../app/tools';
import { LARGEST_TEXT } from '../../format';
import { readGradients } from '../../format/gradients';
import { problemLines } from '../../format/places';
import { UsageError } from '../command';
import { readWithin } from '../input';
import { outputFile, writeOutput } from '../outputFile';
import { withWeights } from '../train';

/** Opens files of the folder `root`, an absolute path. `exercises` is a list of files that an exercise is on for. */
export function rootFiles(root: string, exercises: string | undefined): ToolPlace['open'] {
  return async (file) => {
    const { text, content } = await unreadable(file, () => readWithin(root, file));
    const target = async (output: string): Promise<string> => outputWithin(root, output);
    return {
      file,
      text,
      content,
      hidden: exercises !== undefined && isListed(exercises, resolve(root, file)),
      readGradients: async (name, network, orientation) => {
        const words = { name, rootName: `the root “${root}”` };
        const found = await unreadable(name, () => {
          const bytes = readInside(root, resolve(root, name), words, LARGEST_TEXT);
          return readGradients(bytes, network, orientation);
        });
        const isWrong = found.problems.some(({ severity }) => severity === 'error');
        if (isWrong) throw new ToolError(problemLines(name, found.text ?? '', found.problems));
        return found;
      },
      checkOutput: async (output) => void (await target(output)),
      write: async (output, theta) => {
        const { network } = content;
        if (!network) return;
        const input = { file: resolve(root, file), text, content: { ...content, network } };
        const failure = await writeOutput(await withWeights(input, theta, await target(output), root));
        if (failure) throw new ToolError(failure.lines);
      },
    };
  };
}

/** True where the JSON array of paths in the file `list` holds the file at `path`, and where it cannot be read. */
function isListed(list: string, path: string): boolean {
  try {
    const paths = JSON.parse(readFileSync(list, 'utf8')) as unknown;
    if (!Array.isArray(paths)) return true;
    return paths.some((one) => typeof one === 'string' && (resolve(one) === path || sameFile(one, path)));
  } catch {
    return true;
  }
}

/** What `read` gives; its error as that of a file. */
async function unreadable<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new ToolError([`${file}:1:1: error unreadable: ${reasonOf(error)}`]);
  }
}

/** The path of a file to write that is in `root` once all links are followed. What is there is replaced only where it is a network file. */
async function outputWithin(root: string, output: string): Promise<string> {
  const path = resolve(root, output);
  try {
    if (!(await isTargetInside(root, path))) throw new Error(`“${output}” is outside the root “${root}”`);
    if (existsSync(path) && !/\.nn\.json$/i.test(path)) {
      throw new Error(`“${output}” already exists and is not a .nn.json file`);
    }
    await outputFile(path);
    return path;
  } catch (error) {
    throw new ToolError([error instanceof UsageError ? error.message.replace(/^--/, '') : reasonOf(error)]);
  }
}
