import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { columnsOf, problemsOf, replace, workspaceFile } from './tools';

/** ∂J/∂θ of the 2-2-2 network, from PyTorch, by layer. */
const RIGHT = [
  [
    [1.666e-4, 0.002998],
    [-0.001619, -0.02914],
  ],
  [
    [0.0723, 0.05259],
    [-0.04062, -0.02954],
  ],
];
/** Those of layer 2 with the wrong sign. */
const WRONG_SIGN = RIGHT.map((rows, l) => rows.map((row) => row.map((value) => (l === 1 ? -value : value))));

const asJson = (layers: typeof RIGHT): string =>
  `{\n  "layers": [\n${layers.map((weights) => `    { "weights": ${JSON.stringify(weights)} }`).join(',\n')}\n  ]\n}\n`;

/** The same as a .safetensors file: its header's length, the header, the numbers. */
function asSafetensors(layers: typeof RIGHT): Uint8Array {
  const numbers = Float64Array.from(layers.flat(2));
  const entries = layers.map((_, l) => [
    `layers.${String(l)}.weight`,
    { dtype: 'F64', shape: [2, 2], data_offsets: [32 * l, 32 * (l + 1)] },
  ]);
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, BigInt(header.length), true);
  return Buffer.concat([new Uint8Array(size.buffer), header, new Uint8Array(numbers.buffer)]);
}

let folders = 0;
/** A folder with the 2-2-2 network, or the homework, and a file of gradients in it. Nothing is open. */
async function folderWith(
  name: string,
  gradients: string | Uint8Array,
  example = 'multiple-units-2-2-2.nn.json',
): Promise<{ network: vscode.Uri; file: vscode.Uri }> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const folder = `judge-${String(Date.now())}-${String(folders++)}`;
  const network = workspaceFile(`${folder}/${example}`);
  const file = workspaceFile(`${folder}/${name}`);
  await vscode.workspace.fs.copy(workspaceFile(example), network);
  const bytes = typeof gradients === 'string' ? new TextEncoder().encode(gradients) : gradients;
  await vscode.workspace.fs.writeFile(file, bytes);
  return { network, file };
}

/** Judges the file; asked what a row of a square matrix is, gives the first answer: a unit. */
async function judge(file: vscode.Uri): Promise<void> {
  let done = false;
  const judging = vscode.commands.executeCommand('gradientInspector.judgeGradients', file);
  void judging.then(() => (done = true));
  while (!done) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}

const some = (all: readonly vscode.Diagnostic[]): boolean => all.length > 0;
const none = (all: readonly vscode.Diagnostic[]): boolean => all.length === 0;

describe('“Judge gradients from a file…”', () => {
  it('says in one Problem, at the first wrong number, what is wrong with all of them', async () => {
    const { network, file } = await folderWith('grads.json', asJson(WRONG_SIGN));
    await judge(file);
    assert.deepEqual(columnsOf(network).inspector.length, 1, 'the inspector shows the judgment');
    const gradients = await vscode.workspace.openTextDocument(file);
    const [problem, ...more] = await problemsOf(gradients, some);
    assert.ok(problem);
    assert.deepEqual(more, []);
    assert.equal(gradients.getText(problem.range), '-0.0723');
    assert.equal(problem.range.start.line, 3);
    assert.equal(problem.code, 'sign');
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(problem.message, /sign.*layer 2.*This explains all 4 wrong gradients\.$/);
  });

  it('judges the file again when another program writes it', async () => {
    const { file } = await folderWith('grads.json', asJson(WRONG_SIGN));
    await judge(file);
    await problemsOf({ uri: file }, some);
    const negated = RIGHT.map((rows) => rows.map((row) => row.map((value) => -value)));
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(asJson(negated)));
    await problemsOf({ uri: file }, ([problem]) => /in every layer.*all 8/.test(problem?.message ?? ''));
  });

  it('withdraws what it said of a file that is deleted', async () => {
    const { file } = await folderWith('grads.json', asJson(WRONG_SIGN));
    await judge(file);
    await problemsOf({ uri: file }, some);
    await vscode.workspace.fs.delete(file);
    await problemsOf({ uri: file }, none);
  });

  it('takes the Problem back when the file is edited, and says what is left when it is judged again', async () => {
    const { file } = await folderWith('grads.json', asJson(WRONG_SIGN));
    await judge(file);
    const gradients = await vscode.workspace.openTextDocument(file);
    await problemsOf(gradients, some);
    await replace(gradients, '-0.0723', '0.0723');
    await problemsOf(gradients, none);
    await gradients.save();
    await judge(file);
    const [other] = await problemsOf(gradients, some);
    assert.equal(other && gradients.getText(other.range), '-0.05259');
  });

  it('has nothing to say of gradients that are right', async () => {
    const { network, file } = await folderWith('grads.json', asJson(RIGHT));
    await judge(file);
    assert.equal(columnsOf(network).inspector.length, 1);
    assert.deepEqual(await problemsOf(await vscode.workspace.openTextDocument(file), none), []);
  });

  it('of a binary file, puts the Problem at the parameter in the network', async () => {
    const { network, file } = await folderWith('grads.safetensors', asSafetensors(WRONG_SIGN));
    await judge(file);
    const document = await vscode.workspace.openTextDocument(network);
    const [problem, ...more] = await problemsOf(document, some);
    assert.ok(problem);
    assert.deepEqual(more, []);
    assert.equal(document.getText(problem.range), '0.5');
    assert.match(problem.message, /This explains all 4 wrong gradients\.$/);
  });

  it('shows what is wrong with a file that is not JSON, or holds other shapes, where it stands', async () => {
    const { file } = await folderWith('grads.json', asJson(RIGHT).replace('[[', '[[,'));
    await judge(file);
    const gradients = await vscode.workspace.openTextDocument(file);
    const [problem] = await problemsOf(gradients, some);
    assert.equal(problem?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(problem.range.start.line, 2);
    await replace(gradients, '[[,', '[[1, 2, 3], [');
    await gradients.save();
    await judge(file);
    const [shape] = await problemsOf(gradients, some);
    assert.equal(shape?.code, 'wrong-length');
    assert.equal(shape.range.start.line, 2);
  });

  it('gives the kind of mistake alone in an exercise', async () => {
    const { network, file } = await folderWith('grads.json', asJson(WRONG_SIGN), 'homework-2-2-2.nn.json');
    await vscode.window.showTextDocument(network);
    await vscode.commands.executeCommand('gradientInspector.startExercise');
    await judge(file);
    const [problem, ...more] = await problemsOf(await vscode.workspace.openTextDocument(file), some);
    assert.deepEqual(more, []);
    assert.match(problem?.message ?? '', /^One mistake explains all wrong claims: .*\(layer 2\)\.$/);
    assert.doesNotMatch(problem?.message ?? '', /\d\.\d|∂|θ|δ/);
    await vscode.commands.executeCommand('gradientInspector.endExercise');
  });
});
