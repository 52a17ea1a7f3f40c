/** `mcp`: the tools for language models over standard input and output, by the Model Context Protocol. */

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ChannelClosed } from '../../channel';
import { nodeWorker } from '../../disk/nodeWorker';
import { reasonOf } from '../../disk/reason';
import { inputSchema, runTool, TOOL_NAMES, TOOLS, ToolError } from '../../app/tools';
import { UsageError, type ExitStatus, type Request } from '../command';
import { rootFiles } from './files';

/** Set by the build from package.json. */
declare const VERSION: string;

export async function mcpCommand({ options }: Request): Promise<ExitStatus> {
  const root = resolve(options.text('root') ?? '.');
  requireFolder(root);
  const place = {
    open: rootFiles(root, options.text('exercises')),
    startWorker: nodeWorker(join(__dirname, 'worker.js')),
  };
  // Loaded by this command alone: a bundle of its own (esbuild.mjs).
  const { serveTools } = await import('./server');
  await serveTools({
    version: VERSION,
    tools: TOOL_NAMES.map((name) => {
      const { title, description, writes } = TOOLS[name];
      return { name, title, description, inputSchema: inputSchema(name), writes };
    }),
    call: async (asked, input, signal) => {
      const name = TOOL_NAMES.find((candidate) => candidate === asked);
      if (!name) return failed([`there is no tool “${asked}”, only ${TOOL_NAMES.join(', ')}`]);
      try {
        const text = await runTool(name, input, place, (cancel) => {
          signal.addEventListener('abort', cancel);
        });
        return { text, failed: false };
      } catch (error) {
        if (error instanceof ToolError) return failed(error.lines);
        if (error instanceof ChannelClosed) return failed(['canceled']);
        return failed([reasonOf(error)]);
      }
    },
  });
  return 0;
}

function failed(lines: readonly string[]): { readonly text: string; readonly failed: true } {
  return { text: lines.join('\n'), failed: true };
}

function requireFolder(root: string): void {
  try {
    if (statSync(root).isDirectory()) return;
  } catch (error) {
    throw new UsageError(`--root: “${root}” cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageError(`--root takes a folder, and “${root}” is none`);
}
