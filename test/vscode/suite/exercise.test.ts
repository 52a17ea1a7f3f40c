import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hoverAt, openCopy, problemsOf, rangeOf, replace } from './tools';

/** ∂J/∂θ of the 2-2-2 network, from PyTorch, in the text's order. */
const ANSWERS = ['1.666e-4', '0.002998', '-0.001619', '-0.02914', '0.07230', '0.05259', '-0.04062', '-0.02954'];

const start = () => vscode.commands.executeCommand('gradientInspector.startExercise');
const overFirstWeight = (document: vscode.TextDocument) => hoverAt(document, rangeOf(document, '0.1', 'weights').start);

/** What the hover over θ₁₁⁽¹⁾ says as soon as it is `wanted`: a verdict comes a moment after its text. */
async function hoverOnce(document: vscode.TextDocument, wanted: RegExp): Promise<string> {
  for (;;) {
    const text = await overFirstWeight(document);
    if (wanted.test(text)) return text;
  }
}

async function fillIn(document: vscode.TextDocument, answers: readonly string[]): Promise<void> {
  for (const answer of answers) await replace(document, 'null', answer);
}

describe('an exercise', () => {
  it('hides the gradients from hovers and clipboard until every claim is right', async () => {
    const document = await openCopy('homework-2-2-2.nn.json');
    assert.match(await overFirstWeight(document), /∂J\/∂θ₁₁⁽¹⁾\*\* = 0\.00016658/);
    await start();
    const hidden = await hoverOnce(document, /0 of 8/);
    assert.match(hidden, /\*\*∂J\/∂θ₁₁⁽¹⁾\*\* is hidden until all claims are correct \(0 of 8\)/);
    assert.doesNotMatch(hidden, /0\.00016658|∂E/);
    assert.match(await hoverAt(document, rangeOf(document, '"mse"').start), /0\.18254/, 'J stays in sight');

    const editor = await vscode.window.showTextDocument(document);
    const place = rangeOf(document, '0.1', 'weights');
    editor.selection = new vscode.Selection(place.start, place.end);
    await vscode.commands.executeCommand('gradientInspector.copyDerivation', 'text');
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /∂z₁⁽²⁾\/∂θ₁₁⁽¹⁾/);
    assert.doesNotMatch(copied, /\d\.\d/, 'the derivation has symbols alone');

    await fillIn(document, ANSWERS.slice(0, 7));
    assert.match(await hoverOnce(document, /7 of 8/), /is hidden/);
    await fillIn(document, ANSWERS.slice(7));
    await hoverOnce(document, /= 0\.00016658/);
  });

  it('says which kind of slip a claim is, and not the number', async () => {
    const document = await openCopy('homework-2-2-2.nn.json');
    await start();
    await fillIn(document, [...ANSWERS.slice(0, 4), '0.2893', ...ANSWERS.slice(5)]);
    const [problem] = await problemsOf(document, (all) => all.length > 0);
    assert.equal(problem?.message, '0.2893 is not ∂J/∂θ₁₁⁽²⁾: a factor is missing on the way back');
    assert.equal(problem.code, 'activation-derivative-missing');
    await hoverOnce(document, /7 of 8/);

    await vscode.commands.executeCommand('gradientInspector.endExercise');
    const [told] = await problemsOf(document, (all) => all.some(({ message }) => message.includes('0.2499')));
    assert.match(told?.message ?? '', /the factor ∂a₁⁽³⁾\/∂z₁⁽³⁾ = 0\.2499 is missing/);
    await hoverOnce(document, /= 0\.00016658/);
  });

  it('trains nothing: the first step would tell the gradients', async () => {
    const document = await openCopy('homework-2-2-2.nn.json');
    await start();
    await vscode.commands.executeCommand('gradientInspector.stepEpoch');
    const hover = await hoverOnce(document, /is hidden/);
    assert.match(hover, /\*\*θ₁₁⁽¹⁾\*\* = 0\.1 ·/);
    await vscode.commands.executeCommand('gradientInspector.endExercise');
  });

  it('outlives the closing of its file', async () => {
    const document = await openCopy('homework-2-2-2.nn.json');
    await start();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const again = await vscode.workspace.openTextDocument(document.uri);
    await vscode.window.showTextDocument(again);
    await hoverOnce(again, /is hidden/);
    await vscode.commands.executeCommand('gradientInspector.endExercise');
    await hoverOnce(again, /= 0\.00016658/);
  });
});
