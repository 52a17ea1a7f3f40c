import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hoverAt, openCopy, problemsOf, rangeOf, replace } from './tools';

const actionsAt = (document: vscode.TextDocument, range: vscode.Range) =>
  vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range);

/** The output layer of 2-2-2 with a claim for θ₁₁⁽²⁾ alone. ∂J/∂θ₁₁⁽²⁾ = 0.0722996 there. */
const claiming = (number: string) => (text: string) => {
  const at = text.lastIndexOf('"biases": false');
  const claims = `"claimedGradients": { "weights": [[${number}, null], [null, null]] }, `;
  return text.slice(0, at) + claims + text.slice(at);
};

describe('gradients worked out by hand', () => {
  it('are a Problem with its reason where they are wrong, until they are right', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json', claiming('-0.0723'));
    const [problem] = await problemsOf(document, (all) => all.length > 0);
    assert.ok(problem);
    assert.equal(document.getText(problem.range), '-0.0723');
    assert.equal(problem.code, 'sign');
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(problem.message, /sign/);

    const actions = await actionsAt(document, problem.range);
    const chain = actions.find(({ title }) => title === 'Show the derivative chain of θ₁₁⁽²⁾');
    assert.equal(chain?.command?.command, 'gradientInspector.showChain');
    assert.deepEqual(chain.command.arguments, [document.uri.toString(), { layer: 2, to: 1, from: 1 }]);

    await replace(document, '-0.0723', '0.0723');
    await problemsOf(document, (all) => all.length === 0);
    // Right is not merely not yet judged: a wrong one beside it is told alone.
    await replace(document, 'null', '7');
    const [other, ...more] = await problemsOf(document, (all) => all.length > 0);
    assert.deepEqual(more, []);
    assert.equal(other && document.getText(other.range), '7');
  });

  it('say which factor is missing, and lead to the chain', async () => {
    // 0.0723 without ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.2499.
    const document = await openCopy('multiple-units-2-2-2.nn.json', claiming('0.2893'));
    const [problem] = await problemsOf(document, (all) => all.length > 0);
    assert.equal(
      problem?.message,
      '0.2893 is ∂E/∂a₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₁₁⁽²⁾: the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.2499 is missing',
    );
    const hover = await hoverAt(document, problem.range.start);
    assert.match(hover, /Your \*\*∂J\/∂θ₁₁⁽²⁾\*\*/);
    assert.match(hover, /\[Show the derivative chain\]\(command:gradientInspector\.showChain/);
  });

  it('begin with an empty sheet for a layer, which claims nothing', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json');
    const title = 'Add empty claims for this layer';
    const place = rangeOf(document, '[0.5, -0.6]');
    const add = (await actionsAt(document, place)).find((action) => action.title === title);
    assert.ok(add?.edit, 'it is offered');
    assert.ok(await vscode.workspace.applyEdit(add.edit));
    assert.equal(document.getText().match(/\[null, null\]/g)?.length, 2);
    const after = await actionsAt(document, rangeOf(document, '[0.5, -0.6]'));
    assert.ok(!after.some((action) => action.title === title), 'once is enough');
    assert.deepEqual(await problemsOf(document, (all) => all.length === 0), []);

    await replace(document, 'null', '12');
    const [problem] = await problemsOf(document, (all) => all.length > 0);
    assert.equal(problem && document.getText(problem.range), '12');
  });
});
