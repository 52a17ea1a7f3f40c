/** Where a hash table has no free place within so many steps, the key goes to a map, whose own hash nobody can foresee. */
const MOST_STEPS = 64;

/** The names of nodes, told apart without making a string of each. */
export interface Names {
  hash(node: number): number;
  isSame(one: number, other: number): boolean;
  isNamed(node: number, name: string): boolean;
  nameOf(node: number): string;
}

/** The keys of one object with very many: a hash table with open addressing, without an object for each key. */
export class KeyTable {
  /** Nodes, each plus 1, and their hashes. */
  private readonly slots: Uint32Array;
  private readonly hashes: Int32Array;
  private readonly crowded = new Map<string, number>();

  /** Room for `count` nodes. */
  constructor(
    count: number,
    private readonly names: Names,
  ) {
    const size = 2 ** Math.ceil(Math.log2(count * 1.5));
    this.slots = new Uint32Array(size);
    this.hashes = new Int32Array(size);
  }

  /** Adds a node; true where its name was there before. The newest of a name is found. */
  put(node: number): boolean {
    const { names, slots } = this;
    const hash = names.hash(node);
    const slot = this.slotOf(hash, (other) => names.isSame(other, node));
    if (slot < 0) {
      const name = names.nameOf(node);
      const known = this.crowded.has(name);
      this.crowded.set(name, node);
      return known;
    }
    const known = slots[slot] !== 0;
    slots[slot] = node + 1;
    this.hashes[slot] = hash;
    return known;
  }

  /** The node of that name, or −1. */
  find(name: string): number {
    const slot = this.slotOf(hashOf(name, 0, name.length), (node) => this.names.isNamed(node, name));
    return slot < 0 ? (this.crowded.get(name) ?? -1) : (this.slots[slot] ?? 0) - 1;
  }

  /** The place of the name with that hash, or the free one where it belongs; −1 where the table is too crowded there. */
  private slotOf(hash: number, isIt: (node: number) => boolean): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let step = 0; step < MOST_STEPS; step++) {
      const slot = (hash + step) & mask;
      const node = slots[slot] ?? 0;
      if (node === 0 || (hashes[slot] === hash && isIt(node - 1))) return slot;
    }
    return -1;
  }
}

/** FNV-1a over the code units from `start` to `end`, its bits mixed once more (MurmurHash3's last step). */
export function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
