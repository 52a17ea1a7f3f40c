import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openCopy, rangeOf, workspaceFile } from './tools';

/** Opens the 2-2-2 network with the cursor on θ₁₁⁽¹⁾. */
async function openAtTheta11(change?: (text: string) => string): Promise<void> {
  const document = await openCopy('multiple-units-2-2-2.nn.json', change);
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor);
  const place = rangeOf(document, '0.1', 'weights');
  editor.selection = new vscode.Selection(place.start, place.start);
}

async function copied(format: string): Promise<string> {
  await vscode.env.clipboard.writeText('');
  await vscode.commands.executeCommand('gradientInspector.copyDerivation', format);
  return vscode.env.clipboard.readText();
}

describe('“Copy derivation as…”', () => {
  it('puts LaTeX, Markdown or text of the parameter under the cursor on the clipboard', async () => {
    await openAtTheta11();
    const latex = await copied('latex');
    assert.match(latex, /\\begin\{align\*\}/);
    assert.match(latex, /\\frac\{\\partial J\}\{\\partial \\theta_\{11\}\^\{\(1\)\}\}/);
    assert.match(latex, /0\.00016658/);
    assert.match(await copied('markdown'), /^## ∂J\/∂θ₁₁⁽¹⁾ = 0\.00016658\n/);
    const text = await copied('text');
    assert.match(text, /^θ₁₁⁽¹⁾ = 0\.1\n∂J\/∂θ₁₁⁽¹⁾ = 0\.00016658\n/);
    assert.equal([...text.matchAll(/^path \d/gm)].length, 2);
  });

  it('writes as many digits as the reader has set', async () => {
    await openAtTheta11();
    const settings = vscode.workspace.getConfiguration('gradientInspector');
    await settings.update('digits', 12, vscode.ConfigurationTarget.Global);
    try {
      assert.match(await copied('text'), /∂J\/∂θ₁₁⁽¹⁾ = 0\.000166577316434\n/);
    } finally {
      await settings.update('digits', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('of a file without data, writes the symbols and says why there are no numbers', async () => {
    await openAtTheta11((text) => text.replace(/"data": \{[^}]*\},/, ''));
    const text = await copied('text');
    assert.match(text, /^∂J\/∂θ₁₁⁽¹⁾\n2 paths for each sample; the file has no data, so there are no numbers\n/);
    assert.ok(text.includes('σ′(z₁⁽³⁾)'), text);
  });
});

describe('“Save derivation…”', () => {
  it('saves in the format that the file’s name asks for', async () => {
    await openAtTheta11();
    for (const [name, start] of [
      ['theta.tex', '\\begingroup'],
      ['theta.md', '## ∂J/∂θ₁₁⁽¹⁾'],
      ['theta.txt', 'θ₁₁⁽¹⁾ = 0.1'],
    ] as const) {
      const target = workspaceFile(name);
      await vscode.commands.executeCommand('gradientInspector.saveDerivation', target);
      const saved = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
      assert.ok(saved.startsWith(start), saved);
    }
  });
});
