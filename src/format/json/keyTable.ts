/** The names of nodes, told apart without making a string of each. */
export interface KeyNames {
  /** Of any name, where `seed` is the same, the same number of 32 bits. */
  hash(node: number, seed: number): number;
  isSame(one: number, other: number): boolean;
  isNamed(node: number, name: string): boolean;
}

/** Of more keys that repeat another, nobody is told. */
const MOST_REPEATED = 200;

/** Slots of a region: what of the table is written to at one time fits into a processor's own memory. */
const REGION_BITS = 12;

/**
 * The keys of one object with very many: a hash table with open addressing, without an object for each key. Its seed is
 * drawn, so that nobody can write keys that all have one hash.
 */
export class KeyTable {
  /** The first of the keys whose name another one before has, in the order of `keys`. */
  readonly repeated: readonly number[];
  /** Of each slot the node, plus 1, and its hash. */
  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly seed = Math.floor(Math.random() * 2 ** 32);

  constructor(
    keys: Uint32Array,
    private readonly names: KeyNames,
  ) {
    const size = 2 ** Math.ceil(Math.log2(keys.length * 1.25));
    this.slots = new Int32Array(2 * size);
    this.mask = size - 1;
    this.repeated = this.fill(keys);
  }

  /** The last node of that name, or −1. */
  find(name: string): number {
    const { slots, names, mask } = this;
    const hash = hashOf(name, 0, name.length, this.seed);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const node = (slots[2 * slot] ?? 0) - 1;
      if (node < 0 || (slots[2 * slot + 1] === hash && names.isNamed(node, name))) return node;
    }
  }

  /** Puts the keys in, one region of the table after the other, those of one region in their order. */
  private fill(keys: Uint32Array): number[] {
    const { slots, names, seed, mask } = this;
    const count = keys.length;
    const hashes = new Int32Array(count);
    const next = new Uint32Array((mask >>> REGION_BITS) + 2);
    for (let at = 0; at < count; at++) {
      const hash = names.hash(keys[at] ?? 0, seed);
      hashes[at] = hash;
      const behind = ((hash & mask) >>> REGION_BITS) + 1;
      next[behind] = (next[behind] ?? 0) + 1;
    }
    for (let region = 1; region < next.length; region++) next[region] = (next[region] ?? 0) + (next[region - 1] ?? 0);
    const order = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const region = ((hashes[at] ?? 0) & mask) >>> REGION_BITS;
      const place = next[region] ?? 0;
      order[place] = at;
      next[region] = place + 1;
    }
    const isRepeated = new Uint8Array(count);
    for (let place = 0; place < count; place++) {
      const at = order[place] ?? 0;
      const key = keys[at] ?? 0;
      const hash = hashes[at] ?? 0;
      let slot = hash & mask;
      for (; ; slot = (slot + 1) & mask) {
        const node = (slots[2 * slot] ?? 0) - 1;
        if (node < 0) break;
        if (slots[2 * slot + 1] !== hash || !names.isSame(node, key)) continue;
        isRepeated[at] = 1;
        break;
      }
      slots[2 * slot] = key + 1;
      slots[2 * slot + 1] = hash;
    }
    const repeated: number[] = [];
    for (let at = isRepeated.indexOf(1); at >= 0 && repeated.length < MOST_REPEATED;) {
      repeated.push(keys[at] ?? 0);
      at = isRepeated.indexOf(1, at + 1);
    }
    return repeated;
  }
}

const MOST_AT_ONCE = 1024;

/** Finds repeated keys among up to 1024 of one object; the same table serves one object after the other. */
export class Repetitions {
  private readonly nodes = new Uint32Array(2 * MOST_AT_ONCE);
  /** Of each slot, the object that it was last written to for. */
  private readonly owners = new Uint32Array(2 * MOST_AT_ONCE);
  private owner = 0;
  private readonly seed = Math.floor(Math.random() * 2 ** 32);

  constructor(private readonly names: KeyNames) {}

  /** Begins with another object. */
  clear(): void {
    this.owner++;
  }

  /** True where another key since `clear` has its name. */
  isRepeated(key: number): boolean {
    const { nodes, owners, owner, names } = this;
    const mask = nodes.length - 1;
    let slot = names.hash(key, this.seed) & mask;
    for (; owners[slot] === owner; slot = (slot + 1) & mask) {
      if (names.isSame(nodes[slot] ?? 0, key)) return true;
    }
    owners[slot] = owner;
    nodes[slot] = key;
    return false;
  }
}

/** FNV-1a over the code units from `start` to `end`, its bits mixed once more (MurmurHash3's last step). */
export function hashOf(text: string, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) hash = hashStep(hash, text.charCodeAt(at));
  return hashEnd(hash);
}

/** The hash with one code unit more; `hashEnd` finishes it. */
export function hashStep(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

export function hashEnd(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
