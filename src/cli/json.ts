/** JSON whose numbers read back to the same double; those that JSON has no word for are strings. */

/** `value` as one line. Typed arrays are arrays, members that are undefined are left out, −0 stays −0. */
export function toJson(value: unknown): string {
  if (typeof value === 'number') return numberToJson(value);
  if (value instanceof Float64Array) return `[${Array.from(value, numberToJson).join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

function numberToJson(value: number): string {
  if (!Number.isFinite(value)) return `"${String(value)}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
