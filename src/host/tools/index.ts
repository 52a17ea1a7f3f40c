import * as vscode from 'vscode';
import type { ToolName } from '../../app/tools';
import type { StartWorker } from '../../app/compute';
import type { Sessions } from '../platform/sessions';

/** Of the manifest: a test holds them to the table in app/tools. */
interface Manifest {
  readonly contributes: { readonly languageModelTools: readonly { readonly name: ToolName }[] };
}

/**
 * Makes every tool of the table one that VS Code's language models can use. What answers is a bundle of its own, loaded when
 * the first tool is used.
 */
export function languageModelTools(
  { extension }: vscode.ExtensionContext,
  sessions: Sessions,
  startWorker: StartWorker,
): vscode.Disposable {
  const { languageModelTools: tools } = (extension.packageJSON as Manifest).contributes;
  return vscode.Disposable.from(
    ...tools.map(({ name }) =>
      vscode.lm.registerTool<object>(name, {
        prepareInvocation: async ({ input }) => (await import('./answer')).prepare(name, input),
        invoke: async ({ input }, token) =>
          (await import('./answer')).answer(name, input, sessions, startWorker, token),
      }),
    ),
  );
}
