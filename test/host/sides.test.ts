import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sidesFor, type Group } from '../../src/host/panel/sides';

const group = (column: number, texts: string[], inspectors: string[] = [], isActive = false): Group => ({
  column,
  isActive,
  texts,
  inspectors,
});

describe('text and inspector', () => {
  it('of the first file stand side by side, the text where it is', () => {
    expect(sidesFor([group(1, ['a'], [], true)], 'a')).toEqual({ text: 1, inspector: 2 });
    expect(sidesFor([group(1, [], []), group(2, ['a'], [], true)], 'a')).toEqual({ text: 2, inspector: 1 });
    expect(sidesFor([group(1, ['b'], [], true)], 'a')).toEqual({ text: 1, inspector: 2 });
  });

  it('of the next file stand where those of the first do, wherever the file was opened', () => {
    const sides = { text: 1, inspector: 2 };
    expect(sidesFor([group(1, ['a', 'b'], [], true), group(2, [], ['a'])], 'b')).toEqual(sides);
    // The explorer opens a file in the active group: among the inspectors.
    expect(sidesFor([group(1, ['a']), group(2, ['b'], ['a'], true)], 'b')).toEqual(sides);
    expect(sidesFor([group(1, []), group(2, [], ['a'], true)], 'b')).toEqual(sides);
    // The reader has the inspector on the left.
    expect(sidesFor([group(1, ['b'], ['a'], true), group(2, ['a'])], 'b')).toEqual({ text: 2, inspector: 1 });
  });

  it('stay apart where the inspector is alone', () => {
    expect(sidesFor([group(1, [], ['a'], true)], 'a')).toEqual({ text: 2, inspector: 1 });
  });

  it('never share a column, and never change sides from one file to the next', () => {
    const names = ['a', 'b', 'c', 'd'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...names), fc.boolean()), { minLength: 2, maxLength: 8 }),
        (opened) => {
          let groups: Group[] = [group(1, [], [], true)];
          let first: ReturnType<typeof sidesFor> | undefined;
          for (const [file, amongInspectors] of opened) {
            // Where a click in the explorer puts it.
            const target = amongInspectors ? groups.at(-1) : groups[0];
            groups = groups.map((one) =>
              one === target ? { ...one, texts: [...one.texts, file], isActive: true } : { ...one, isActive: false },
            );
            const sides = sidesFor(groups, file);
            expect(sides.text).not.toBe(sides.inspector);
            first ??= sides;
            expect(sides).toEqual(first);
            const columns = [...new Set([...groups.map(({ column }) => column), sides.text, sides.inspector])].sort();
            groups = columns.map((column) => {
              const before = groups.find((one) => one.column === column) ?? group(column, []);
              const texts = before.texts.filter((text) => text !== file || column !== sides.inspector);
              return {
                column,
                isActive: column === sides.text,
                texts: column === sides.text ? [...new Set([...texts, file])] : texts,
                inspectors: column === sides.inspector ? [...new Set([...before.inspectors, file])] : before.inspectors,
              };
            });
          }
        },
      ),
    );
  });
});
