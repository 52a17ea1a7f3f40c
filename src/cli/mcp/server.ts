/** The Model Context Protocol around the tools. A bundle of its own: nothing else of the program loads the SDK. */

import { once } from 'node:events';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

export interface ServedTools {
  readonly version: string;
  readonly tools: readonly {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly inputSchema: { readonly type: 'object' };
    readonly writes: boolean;
  }[];
  /** Never rejects. */
  readonly call: (name: string, input: unknown, signal: AbortSignal) => Promise<ServedAnswer>;
}

export interface ServedAnswer {
  readonly text: string;
  readonly failed: boolean;
}

const INSTRUCTIONS =
  'Exact gradients of small neural networks in .nn.json files. Do not estimate a gradient, a chain or a loss: ask for it. ' +
  'While a file is an exercise, the tools answer hints in place of values; do not work the values out for the student.';

/** Serves until standard input ends. */
export async function serveTools({ version, tools, call }: ServedTools): Promise<void> {
  const server = new Server(
    { name: 'gradient-inspector', title: 'Gradient Inspector', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ title, writes, ...tool }) => ({
      ...tool,
      title,
      annotations: { title, readOnlyHint: !writes, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const { text, failed } = await call(params.name, params.arguments ?? {}, signal);
    return { content: [{ type: 'text', text }], ...(failed && { isError: true }) };
  });
  const ended = once(process.stdin, 'end');
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}
