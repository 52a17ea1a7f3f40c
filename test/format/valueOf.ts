import type { JsonDocument, JsonNode } from '../../src/format/json';

/** The tree of a valid text as the value that it stands for. */
export function valueOf(node: JsonNode, document: JsonDocument): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries([...node.members].map(([key, { value }]) => [key, valueOf(value, document)]));
    case 'array':
      return Array.from(node.items, (item) => valueOf(item, document));
    case 'numbers':
      return [...document.numbers.slice(node.first, node.count)];
    case 'invalid':
      throw new Error('the tree of a valid text has no invalid node');
    default:
      return node.value;
  }
}
