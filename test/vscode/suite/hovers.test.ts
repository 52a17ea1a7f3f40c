import assert from 'node:assert/strict';
import { hoverAt, openCopy, rangeOf, replace } from './tools';

describe('the hover', () => {
  it('over a weight shows its name, value, ∂J/∂θ, both paths and a link to the chain', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json');
    const text = await hoverAt(document, rangeOf(document, '0.1', 'weights').start);
    assert.match(text, /\*\*θ₁₁⁽¹⁾\*\* = 0\.1/);
    // PyTorch's value for this network.
    assert.match(text, /∂J\/∂θ₁₁⁽¹⁾\*\* = 0\.00016658/);
    assert.match(text, /weight from x₁ to z₁⁽²⁾/);
    // A line that is too long breaks between two factors, never within one.
    assert.deepEqual(chainOf(text).slice(0, 2), [
      '∂E/∂a₁⁽³⁾ · ∂a₁⁽³⁾/∂z₁⁽³⁾ · ∂z₁⁽³⁾/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾',
      '  · ∂z₁⁽²⁾/∂θ₁₁⁽¹⁾',
    ]);
    assert.match(text, /command:gradientInspector\.showChain/);
    assert.equal(chainOf(text).length, 4);
  });

  it('speaks the file’s own parameter names', async () => {
    const document = await openCopy('univariate-logistic.nn.json');
    const text = await hoverAt(document, rangeOf(document, '-0.3').start);
    assert.match(text, /∂J\/∂θ₂/);
  });

  it('keeps to eight lines where there are more paths, and says how many more', async () => {
    const document = await openCopy('xor.nn.json');
    const samples = JSON.stringify({ inputs: Array(20).fill([1, 0]), targets: Array(20).fill([1]) });
    const start = document.getText().indexOf('{', document.getText().indexOf('"data"'));
    const end = document.getText().indexOf('}', start) + 1;
    await replace(document, document.getText().slice(start, end), samples);
    const text = await hoverAt(document, rangeOf(document, '0.9', 'weights').start);
    const chain = chainOf(text);
    assert.equal(chain.length, 8);
    assert.equal(chain.at(-1), 'and 14 more paths');
  });

  it('is right for the version on the screen', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json');
    const before = await hoverAt(document, rangeOf(document, '0.1', 'weights').start);
    await replace(document, '0.1', '1.25');
    const after = await hoverAt(document, rangeOf(document, '1.25').start);
    assert.match(after, /\*\*θ₁₁⁽¹⁾\*\* = 1\.25/);
    assert.notEqual(/∂J[^\n]*/.exec(after)?.[0], /∂J[^\n]*/.exec(before)?.[0]);
  });

  it('over an activation shows its formula and derivative, over the loss this file’s J with its convention', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json');
    // VS Code's own hover escapes the schema's text for Markdown.
    const activation = (await hoverAt(document, rangeOf(document, '"sigmoid"').start)).replaceAll('\\', '');
    assert.match(activation, /σ′\(z\) = /);
    // The schema's hover says what σ is; ours does not say it again.
    assert.equal(activation.match(/σ\(z\) = 1/g)?.length, 1);
    const loss = (await hoverAt(document, rangeOf(document, '"mse"').start)).replaceAll('\\', '');
    assert.match(loss, /\*\*J\*\* = \(1\/m\) Σ E = \*\*0\.18254\*\*/);
    assert.equal(loss.match(/E = ½ Σᵢ/g)?.length, 1);
  });

  it('does not let a parameter’s name smuggle in links or pictures', async () => {
    const evil = '![x](https://example.org/x.png) [y](command:workbench.action.quit)';
    const document = await openCopy('univariate-logistic.nn.json', (text) =>
      text.replace('"θ₁"', JSON.stringify(evil)),
    );
    const text = await hoverAt(document, rangeOf(document, '0.7').start);
    assert.ok(!text.slice(0, text.indexOf('```')).includes('](https'), text);
  });
});

/** The lines of the chain in a hover. */
function chainOf(hover: string): string[] {
  return hover
    .slice(hover.indexOf('```text') + 8, hover.lastIndexOf('```'))
    .trim()
    .split('\n');
}
