import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parameterAt } from '../../src/core/network';
import { emptyClaims, parseNetworkFile, writeWeights } from '../../src/format';
import type { ParsedText } from '../../src/format';
import { EXAMPLES, FIXTURES, apply, networkTexts } from './fixtures';

function parse(text: string): ParsedText & { network: NonNullable<ParsedText['network']> } {
  const parsed = parseNetworkFile(text, { fileName: 'test.nn.json' });
  const { network } = parsed;
  if (!network) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return { ...parsed, network };
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const anyNumber = fc.oneof(
  finite,
  fc.constantFrom(0, -0, 5e-324, -1.7976931348623157e308, 0.1, 1e21, 123456789012345680000),
);

function next(stream: fc.Stream<number>): number {
  const { value } = stream.next() as { value: number };
  return value;
}

/** A file's text in one of several layouts, some layers with weights and biases written out, some without. */
const layerArbitrary = fc.record({
  units: fc.integer({ min: 1, max: 4 }),
  weights: fc.boolean(),
  biases: fc.constantFrom('numbers', 'none', 'left out'),
});
const fileText = fc
  .tuple(
    fc.array(layerArbitrary, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(0, 2, '\t'),
    fc.infiniteStream(anyNumber),
  )
  .map(([layers, indent, stream]) => {
    const number = (): number => next(stream);
    let previous = 3;
    const written = layers.map(({ units, weights, biases }) => {
      const columns = previous;
      previous = units;
      return {
        units,
        ...(weights && { weights: Array.from({ length: units }, () => Array.from({ length: columns }, number)) }),
        ...(biases === 'numbers' && { biases: Array.from({ length: units }, number) }),
        ...(biases === 'none' && { biases: false }),
      };
    });
    return JSON.stringify({ layers: [{ units: 3 }, ...written], seed: 5 }, null, indent);
  });

/** The text without its numbers; what stays has to be byte for byte the same. */
function withoutNumbers(text: string): string {
  return text.replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi, '#');
}

describe('writing weights', () => {
  test('the file reads back to the same bits, and nothing but numbers changes', () => {
    fc.assert(
      fc.property(fileText, fc.infiniteStream(anyNumber), (text, stream) => {
        const { network, source } = parse(text);
        const theta = network.theta.map(() => next(stream));
        const edited = apply(text, writeWeights(text, source, theta));
        const again = parse(edited);
        expect([...again.network.theta]).toEqual([...theta]);
        for (const [at, value] of theta.entries()) expect(Object.is(again.network.theta[at], value)).toBe(true);
        const complete = network.layers.slice(1).every((layer, index) => {
          const node = source.layerSource(index + 2);
          return node?.weights && (node.biases ?? !layer.hasBiases);
        });
        if (complete) expect(withoutNumbers(edited)).toBe(withoutNumbers(text));
      }),
    );
  });

  test('a parameter that is unchanged makes no edit', () => {
    fc.assert(
      fc.property(fileText, fc.nat(), anyNumber, (text, at, value) => {
        const { network, source } = parse(text);
        expect(writeWeights(text, source, network.theta)).toEqual([]);
        const theta = network.theta.slice();
        const index = at % theta.length;
        if (Object.is(theta[index], value)) return;
        theta[index] = value;
        expect(writeWeights(text, source, theta)).toHaveLength(1);
      }),
    );
  });

  test('numbers are replaced in place, with the shortest digits', () => {
    const text =
      '{ "layers": [{ "units": 2 }, { "weights": [ [ 1.50,\t-2e0 ] ], "biases": [0.0], "x-note": "1.50" }] }';
    const { source } = parse(text);
    const edited = apply(text, writeWeights(text, source, Float64Array.of(0.1 + 0.2, -2, -0)));
    expect(edited).toBe(
      '{ "layers": [{ "units": 2 }, { "weights": [ [ 0.30000000000000004,\t-2e0 ] ], "biases": [-0], "x-note": "1.50" }] }',
    );
  });

  test('weights and biases that the file leaves out are inserted in its own layout', () => {
    const text = ['{', '  "layers": [', '    { "units": 1 },', '    {', '      "units": 2', '    }', '  ]', '}'].join(
      '\n',
    );
    const edited = apply(text, writeWeights(text, parse(text).source, Float64Array.of(1, 2, 3, 4)));
    expect(edited).toBe(
      [
        '{',
        '  "layers": [',
        '    { "units": 1 },',
        '    {',
        '      "units": 2,',
        '      "weights": [',
        '        [1],',
        '        [2]',
        '      ],',
        '      "biases": [3, 4]',
        '    }',
        '  ]',
        '}',
      ].join('\n'),
    );
  });

  test('a key on the brace’s own line keeps its column, tabs stay tabs, and one line stays one line', () => {
    const write = (text: string): string => apply(text, writeWeights(text, parse(text).source, Float64Array.of(1, 2)));
    expect(write('{ "layers": [\r\n\t{ "units": 1 },\r\n\t{ "units": 1 }\r\n] }')).toBe(
      '{ "layers": [\r\n\t{ "units": 1 },\r\n\t{ "units": 1,\r\n\t  "weights": [\r\n\t  \t[1]\r\n\t  ],\r\n\t  "biases": [2] }\r\n] }',
    );
    expect(write('{"layers":[{"units":1},{"units":1}]}')).toBe(
      '{"layers":[{"units":1},{"units":1, "weights": [[1]], "biases": [2]}]}',
    );
  });

  test('parameters of another number, or not finite, are refused', () => {
    const text = '{ "layers": [{ "units": 1 }, { "units": 1 }] }';
    const { source } = parse(text);
    expect(() => writeWeights(text, source, new Float64Array(3))).toThrow(RangeError);
    expect(() => writeWeights(text, source, Float64Array.of(1, NaN))).toThrow(RangeError);
  });
});

describe('empty claims', () => {
  const add = (text: string, layer: number): string => {
    const edit = emptyClaims(text, parse(text).source, layer);
    return edit ? apply(text, [edit]) : text;
  };

  test('stand below the layer’s keys, in its shape and the file’s layout', () => {
    const file = networkTexts(EXAMPLES).find(({ name }) => name === 'multiple-units-2-2-2.nn.json');
    expect(add(file?.text ?? '', 3)).toContain(
      [
        '      "biases": false,',
        '      "claimedGradients": {',
        '        "weights": [',
        '          [null, null],',
        '          [null, null]',
        '        ]',
        '      }',
        '    }',
        '  ],',
      ].join('\n'),
    );
    const line = '{"layers":[{"units":2},{"units":1}]}';
    expect(add(line, 2)).toBe(
      '{"layers":[{"units":2},{"units":1, "claimedGradients": { "weights": [[null, null]], "biases": [null] }}]}',
    );
    expect(add(line, 1)).toBe(line);
    expect(add(add(line, 2), 2)).toBe(add(line, 2));
  });

  test('read back without a problem, claim nothing, and leave the network as it was', () => {
    fc.assert(
      fc.property(fileText, (text) => {
        const { network } = parse(text);
        let edited = text;
        for (const at of network.layers.slice(1).keys()) edited = add(edited, at + 2);
        const again = parse(edited);
        const codes = ({ problems }: ParsedText): readonly string[] => problems.map(({ code }) => code);
        expect(codes(again)).toEqual(codes(parse(text)));
        expect(again.claims).toEqual([]);
        expect([...again.network.theta]).toEqual([...network.theta]);
      }),
    );
  });
});

describe('places of parameters', () => {
  test('every parameter that is written out is found by its place, and its place by the parameter', () => {
    fc.assert(
      fc.property(fileText, (text) => {
        const { network, source } = parse(text);
        for (let index = 0; index < network.theta.length; index++) {
          const parameter = parameterAt(source.layout, index);
          const span = source.parameterRange(parameter);
          if (!span) continue;
          expect(Object.is(Number(text.slice(span.offset, span.offset + span.length)), network.theta[index])).toBe(
            true,
          );
          expect(source.parameterAt(span.offset)).toEqual(parameter);
          expect(source.parameterAt(span.offset + span.length)).toEqual(parameter);
        }
      }),
    );
  });

  test('what a place of the text is: parameter, claim, activation, loss, layer or nothing', () => {
    const file = networkTexts(`${FIXTURES}/valid`).find(({ name }) => name === 'every-key.nn.json');
    if (!file) throw new Error('the fixture is gone');
    const { text } = file;
    const { source, claims } = parse(text);
    const at = (needle: string): number => text.indexOf(needle);
    expect(source.parameterAt(at('-1.25e-3'))).toEqual({ layer: 1, to: 1, from: 2 });
    expect(source.parameterAt(at('0.1, 2],'))).toEqual({ layer: 1, to: 1, from: 0 });
    expect(source.claimAt(at('0.0822'))).toMatchObject({ parameter: { layer: 1, to: 1, from: 1 }, value: 0.0822 });
    expect(claims.map(({ text: written }) => written)).toEqual(['0.0822', '-1e-3', '0.10']);
    expect(source.activationAt(at('leakyRelu'))?.layer).toBe(2);
    expect(source.lossAt(at('huber'))).toBeDefined();
    expect(source.elementAt(at('"heNormal"'))).toMatchObject({ kind: 'layer', layer: 3 });
    expect(source.elementAt(at('"regularization"'))).toBeUndefined();
    expect(source.parameterRange({ layer: 2, to: 1, from: 1 })).toBeUndefined();
  });
});
