import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chain, chainShape } from '../../../src/core/chain';
import { chainLatex, chainMarkdown, chainText } from '../../../src/core/chain/render';
import { type Case, parameterCase } from '../arbitraries';
import { golden } from '../goldens';
import { networkOf, samplesOf } from '../networks';
import { objectiveOf } from '../../../src/core/network';

const first = { layer: 1, to: 1, from: 1 };

function derive({ network, samples }: Case, paths = 10, sample?: number) {
  return {
    chain: chain(objectiveOf(network, samples), first, { paths, sample }),
    options: { digits: 4, samples: samples.count, sample },
  };
}

describe('the lecture’s two paths and their sum', () => {
  const { network, samples } = golden('lecture-2-2-2');
  const { chain: paths, options } = derive({ network, samples });

  test('as text', () => {
    expect(chainText(network, paths, options)).toBe(`θ₁₁⁽¹⁾ = 0.1
∂J/∂θ₁₁⁽¹⁾ = 0.0001666
1 sample; 2 paths

path 1: θ₁₁⁽¹⁾ → z₁⁽²⁾ → a₁⁽²⁾ → z₁⁽³⁾ → a₁⁽³⁾ → E
    ∂E/∂a₁⁽³⁾    · ∂a₁⁽³⁾/∂z₁⁽³⁾ · ∂z₁⁽³⁾/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂θ₁₁⁽¹⁾
  = (a₁⁽³⁾ − y₁) · σ′(z₁⁽³⁾)     · θ₁₁⁽²⁾        · σ′(z₁⁽²⁾)     · x₁
  = 0.509        · 0.2499        · 0.5           · 0.2453        · 0.05
  = 0.0007803

path 2: θ₁₁⁽¹⁾ → z₁⁽²⁾ → a₁⁽²⁾ → z₂⁽³⁾ → a₂⁽³⁾ → E
    ∂E/∂a₂⁽³⁾    · ∂a₂⁽³⁾/∂z₂⁽³⁾ · ∂z₂⁽³⁾/∂a₁⁽²⁾ · ∂a₁⁽²⁾/∂z₁⁽²⁾ · ∂z₁⁽²⁾/∂θ₁₁⁽¹⁾
  = (a₂⁽³⁾ − y₂) · σ′(z₂⁽³⁾)     · θ₂₁⁽²⁾        · σ′(z₁⁽²⁾)     · x₁
  = (−0.3255)    · 0.2196        · 0.7           · 0.2453        · 0.05
  = −0.0006137

    0.0007803  path 1
  − 0.0006137  path 2
  = 0.0001666  ∂J/∂θ₁₁⁽¹⁾
`);
  });

  test('as LaTeX', () => {
    expect(chainLatex(network, paths, options)).toBe(String.raw`\begingroup\allowdisplaybreaks
\begin{align*}
  \frac{\partial J}{\partial \theta_{11}^{(1)}} &= p_{1} + p_{2} \\
  &= 0.0001666 \\
  p_{1} &= \frac{\partial E}{\partial a_{1}^{(3)}} \cdot \frac{\partial a_{1}^{(3)}}{\partial z_{1}^{(3)}} \cdot \frac{\partial z_{1}^{(3)}}{\partial a_{1}^{(2)}} \cdot \frac{\partial a_{1}^{(2)}}{\partial z_{1}^{(2)}} \cdot \frac{\partial z_{1}^{(2)}}{\partial \theta_{11}^{(1)}} \\
  &= \bigl(a_{1}^{(3)} - y_{1}\bigr) \cdot \sigma'\bigl(z_{1}^{(3)}\bigr) \cdot \theta_{11}^{(2)} \cdot \sigma'\bigl(z_{1}^{(2)}\bigr) \cdot x_{1} \\
  &= 0.509 \cdot 0.2499 \cdot 0.5 \cdot 0.2453 \cdot 0.05 \\
  &= 0.0007803 \\
  p_{2} &= \frac{\partial E}{\partial a_{2}^{(3)}} \cdot \frac{\partial a_{2}^{(3)}}{\partial z_{2}^{(3)}} \cdot \frac{\partial z_{2}^{(3)}}{\partial a_{1}^{(2)}} \cdot \frac{\partial a_{1}^{(2)}}{\partial z_{1}^{(2)}} \cdot \frac{\partial z_{1}^{(2)}}{\partial \theta_{11}^{(1)}} \\
  &= \bigl(a_{2}^{(3)} - y_{2}\bigr) \cdot \sigma'\bigl(z_{2}^{(3)}\bigr) \cdot \theta_{21}^{(2)} \cdot \sigma'\bigl(z_{1}^{(2)}\bigr) \cdot x_{1} \\
  &= (-0.3255) \cdot 0.2196 \cdot 0.7 \cdot 0.2453 \cdot 0.05 \\
  &= -0.0006137
\end{align*}
\endgroup
`);
  });

  test('as Markdown', () => {
    const text = chainMarkdown(network, paths, options);
    expect(text).toContain('## ∂J/∂θ₁₁⁽¹⁾ = 0.0001666\n\nθ₁₁⁽¹⁾ = 0.1; 2 paths for each sample.\n');
    expect(text).toContain(`### Path 2

θ₁₁⁽¹⁾ → z₁⁽²⁾ → a₁⁽²⁾ → z₂⁽³⁾ → a₂⁽³⁾ → E

| factor | is | value |
| --- | --- | ---: |
| ∂E/∂a₂⁽³⁾ | (a₂⁽³⁾ − y₂) | −0.3255 |
`);
    expect(text).toContain('| path 2 | −0.0006137 |\n| **∂J/∂θ₁₁⁽¹⁾** | **0.0001666** |\n');
  });
});

test('a batch: each path names its sample, what is not listed and the penalty are terms of the sum', () => {
  const network = networkOf({
    layers: [{ units: 1 }, { activation: 'relu', weights: [[1]] }, { weights: [[2]], biases: false }],
    regularization: { l1: 0.5 },
  });
  const samples = samplesOf({ inputs: [[1], [-1], [2]], targets: [[0], [0], [0]] });
  const { chain: one, options } = derive({ network, samples }, 1);
  const text = chainText(network, one, options);
  expect(text).toContain('the mean over 3 samples; 1 path for each\n');
  expect(text).toContain('path 1, sample 3: θ₁₁⁽¹⁾ →');
  expect(text).toContain('  = 16 / 3 = 5.333\n');
  expect(text).toMatch(/ {4}5\.333 {2}path 1\n {2}\+ 1\.333 {2}2 more\n {2}\+ 0\.5 {4}penalty\n {2}= 7\.167 {2}∂J/);
  expect(chainLatex(network, one, options)).toContain(
    String.raw`&= p_{1} + \underbrace{\cdots}_{\text{2 more}} + \frac{\partial R}{\partial \theta_{11}^{(1)}} \\`,
  );
  // The paths that are dead say why.
  const all = derive({ network, samples });
  expect(chainText(network, all.chain, all.options)).toContain(
    '= 0 / 3 = 0, because a₁⁽³⁾ − y₁ = 0: the output meets its target\n',
  );
  const dead = derive({ network, samples: samplesOf({ inputs: [[-1]], targets: [[1]] }) });
  expect(chainText(network, dead.chain, dead.options)).toContain(
    '= 0, because relu′(z₁⁽²⁾) = 0: relu is inactive at z = −1\n',
  );
});

test('without data there are symbols and no numbers', () => {
  const { network } = golden('lecture-2-2-2');
  const shape = chainShape(network, first, 1);
  const options = { digits: 4, samples: 0 };
  const text = chainText(network, shape, options);
  expect(text).toContain('2 paths for each sample; the file has no data, so there are no numbers\n');
  expect(text).toContain('  = (a₁⁽³⁾ − y₁) · σ′(z₁⁽³⁾)     · θ₁₁⁽²⁾        · σ′(z₁⁽²⁾)     · x₁\n\nand 1 more\n');
  for (const written of [chainLatex(network, shape, options), chainMarkdown(network, shape, options)]) {
    expect(written).not.toMatch(/NaN|undefined/);
  }
});

test('any chain of any network: brackets close, rows of a table have its columns, nothing is undefined', () => {
  fc.assert(
    fc.property(parameterCase, fc.integer({ min: 3, max: 17 }), ({ network, samples, parameter }, digits) => {
      const result = chain(objectiveOf(network, samples), parameter, { paths: 5 });
      const options = { digits, samples: samples.count };
      const latex = chainLatex(network, result, options);
      expect(unclosed(latex)).toEqual(0);
      expect(latex).not.toMatch(/[^\x20-\x7e\n]|undefined/);
      const markdown = chainMarkdown(network, result, options);
      let columns = 0;
      for (const line of markdown.split('\n')) {
        const bars = line.match(/(?<!\\)\|/g)?.length ?? 0;
        if (columns > 0 && bars > 0) expect(bars).toBe(columns);
        columns = bars;
      }
      for (const line of chainText(network, result, options).split('\n'))
        expect([...line].length).toBeLessThanOrEqual(130);
    }),
  );
});

/** Opened minus closed braces, −1 where one is closed that was never opened. */
function unclosed(latex: string): number {
  let depth = 0;
  for (const [brace] of latex.matchAll(/(?<!\\)[{}]/g)) {
    depth += brace === '{' ? 1 : -1;
    if (depth < 0) return depth;
  }
  return depth;
}
