import * as vscode from 'vscode';
import { EXERCISES_FILE, type Exercises } from '../../app/exercise';
import { forEachFile } from '../../app/editor';
import type { Sessions } from '../platform/sessions';

/** The id in the manifest's `mcpServerDefinitionProviders`. */
const PROVIDER = 'gradientInspector.mcp';

interface McpProvider {
  provideMcpServerDefinitions(): Promise<object[]>;
}
/** What VS Code has from 1.101 on; the types of the oldest that is supported do not know it. */
interface McpApi {
  registerMcpServerDefinitionProvider(id: string, provider: McpProvider): vscode.Disposable;
}
type NewDefinition = new (
  label: string,
  command: string,
  args: string[],
  env: Readonly<Record<string, string>>,
  version: string,
) => object;

/**
 * Offers the command line's MCP server for every workspace folder on disk, where VS Code can start one. The files whose
 * gradients an exercise hides stand in a file that the server reads at each request.
 */
export function mcpServer(
  { extensionUri, storageUri, extension }: vscode.ExtensionContext,
  sessions: Sessions,
  exercises: Exercises,
): vscode.Disposable {
  const { lm, McpStdioServerDefinition } = vscode as unknown as {
    readonly lm: Partial<McpApi>;
    readonly McpStdioServerDefinition?: NewDefinition;
  };
  if (!lm.registerMcpServerDefinitionProvider || !McpStdioServerDefinition || !storageUri) {
    return vscode.Disposable.from();
  }
  const list = vscode.Uri.joinPath(storageUri, EXERCISES_FILE);
  const writeList = (): Promise<void> => {
    const paths = exercises.files.map((uri) => vscode.Uri.parse(uri, true).fsPath);
    return sessions.files.write(list, new TextEncoder().encode(JSON.stringify(paths)));
  };
  const program = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  const version = String((extension.packageJSON as { readonly version?: unknown }).version);
  const provider: McpProvider = {
    provideMcpServerDefinitions: async () => {
      await vscode.workspace.fs.createDirectory(storageUri);
      await writeList();
      const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
      return folders.map(({ name, uri }) => {
        const label = folders.length > 1 ? `Gradient Inspector (${name})` : 'Gradient Inspector';
        const args = [program, 'mcp', '--root', uri.fsPath, '--exercises', list.fsPath];
        // On a desktop the process is VS Code's own program, which this makes run as Node.
        return new McpStdioServerDefinition(label, process.execPath, args, { ELECTRON_RUN_AS_NODE: '1' }, version);
      });
    },
  };
  let registered: vscode.Disposable;
  try {
    registered = lm.registerMcpServerDefinitionProvider(PROVIDER, provider);
  } catch {
    // VS Code 1.100 has an unfinished form of it, which wants another manifest and throws.
    return vscode.Disposable.from();
  }
  return vscode.Disposable.from(
    registered,
    forEachFile(sessions, ({ grading }) =>
      grading.onDidHide(() => {
        writeList().catch(() => undefined);
      }),
    ),
  );
}
