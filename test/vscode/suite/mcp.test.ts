import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openCopy } from './tools';

/** The server's tools, as VS Code names them: its own prefix, then their name. */
const toolsOf = (): readonly string[] =>
  vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('mcp_'));

describe('the MCP server', () => {
  it('is one that VS Code starts, and asks about files of the workspace', async () => {
    // Before 1.101, VS Code keeps this to itself: the function is there, and refuses.
    const [major = 0, minor = 0] = vscode.version.split('.').map(Number);
    if (major === 1 && minor < 101) {
      assert.deepEqual(toolsOf(), []);
      return;
    }
    await vscode.commands.executeCommand('workbench.mcp.startServer', '*', { waitForLiveTools: true });
    const names = [
      ...['validate_network', 'network_gradients', 'derivative_chain', 'check_gradients', 'judge_gradients'],
      ...['diagnose_network', 'train_network'],
    ];
    for (const name of names)
      assert.ok(
        toolsOf().some((own) => own.endsWith(name)),
        `${name} of ${toolsOf().join()}`,
      );

    const document = await openCopy('multiple-units-2-2-2.nn.json');
    await document.save();
    const file = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    const tool = toolsOf().find((own) => own.endsWith('network_gradients')) ?? '';
    const { content } = await vscode.lm.invokeTool(tool, { input: { file }, toolInvocationToken: undefined });
    const words = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('\n');
    assert.match(words, /0\.000166577316433507/);
  });
});
