/** A text as it is searched: small letters, and digits on the line, so that “θ11(1)” and “11” find θ₁₁⁽¹⁾. */
export function searchable(text: string): string {
  return text
    .toLowerCase()
    .replace(/theta_?/g, 'θ')
    .replace(/[₀-₉]/g, (digit) => String(digit.charCodeAt(0) - 0x2080))
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾]/g, (char) => '0123456789()'.charAt('⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾'.indexOf(char)));
}

/** The indices in the order of their keys, NaN last; as they are where there are no keys. */
export function sortedBy(
  indices: readonly number[],
  keys: Float64Array | undefined,
  descending: boolean,
): readonly number[] {
  if (!keys) return descending ? [...indices].reverse() : indices;
  const sign = descending ? -1 : 1;
  return [...indices].sort((a, b) => {
    const x = keys[a] ?? NaN;
    const y = keys[b] ?? NaN;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y) || a - b;
  });
}
