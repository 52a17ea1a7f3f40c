import type { JsonNode, StringNode } from '../../format/json';
import { touches } from '../../format/json';

/** Arrays of more items than these hold rows, not names. */
const MOST_ITEMS = 10_000;

/** The string value at `offset` in a node, however deep. */
export function stringAt(node: JsonNode, offset: number): StringNode | undefined {
  if (!touches(node, offset)) return undefined;
  if (node.kind === 'string') return node;
  const inner =
    node.kind === 'object'
      ? [...node.members].map(([, { value }]) => value)
      : node.kind === 'array' && node.items.length <= MOST_ITEMS
        ? [...node.items]
        : [];
  for (const one of inner) {
    const found = stringAt(one, offset);
    if (found) return found;
  }
  return undefined;
}
