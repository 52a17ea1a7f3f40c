/** A group of tabs of the window: its column, and the files whose text or inspector it holds. */
export interface Group {
  readonly column: number;
  readonly isActive: boolean;
  readonly texts: readonly string[];
  readonly inspectors: readonly string[];
}

/** The columns that a file's text and its inspector belong in. */
export interface Sides {
  readonly text: number;
  readonly inspector: number;
}

/**
 * Texts stay on their side and inspectors on theirs, however files are opened: where the file's inspector is already, or
 * another's, is the side of inspectors, and texts are elsewhere. A new column opens only where there is one alone, so that
 * file after file does not cut the window into strips.
 */
export function sidesFor(groups: readonly Group[], file: string): Sides {
  const inspectors =
    groups.find((group) => group.inspectors.includes(file)) ?? groups.find((group) => group.inspectors.length > 0);
  const others = groups.filter((group) => group !== inspectors);
  const active = others.find(({ isActive }) => isActive);
  const holding = others.filter(({ texts }) => texts.includes(file));
  if (inspectors) {
    const { column } = inspectors;
    const text =
      holding.find(({ isActive }) => isActive) ??
      holding[0] ??
      active ??
      others.find((group) => group.column === column - 1) ??
      others[0];
    return { text: text?.column ?? column + 1, inspector: column };
  }
  const text = holding.find(({ isActive }) => isActive) ?? holding[0] ?? active;
  const column = text?.column ?? 1;
  const beside = others.find((group) => group.column === column + 1) ?? others.find((group) => group !== text);
  return { text: column, inspector: beside?.column ?? column + 1 };
}
