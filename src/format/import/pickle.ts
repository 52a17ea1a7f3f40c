/**
 * Python's pickle, protocols 0 to 5, read as data: nothing of it is ever called. What a pickle wants to call becomes a
 * record of the wish where it is known to be harmless, and an error that names it otherwise.
 */

import { corrupt, unsupported } from './importError';
import { quoted } from './tensor';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleObject
  | PersistentId;

/** The name of a class or function. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An instance of a class, or what a known function would have made of its arguments. */
export class PickleObject {
  /** What `__setstate__` or `__dict__` would have been given. */
  state: PickleValue = null;
  /** Entries of a dict or list that is a class of its own. */
  readonly items = new Map<PickleValue, PickleValue>();

  constructor(
    readonly of: PickleGlobal,
    readonly args: readonly PickleValue[],
  ) {}
}

/** A reference to something outside of the pickle: PyTorch's storages. */
export class PersistentId {
  constructor(readonly id: PickleValue) {}
}

/** The value of the pickle at `start`, and where the next byte after it is. Throws an `ImportError`. */
export function readPickle(bytes: Uint8Array, start = 0): { readonly value: PickleValue; readonly end: number } {
  const machine = new Machine(bytes, start);
  return { value: machine.run(), end: machine.at };
}

/** Functions that build a value and do nothing else; a call of any other is refused. */
const HARMLESS =
  /^(collections\.(OrderedDict|defaultdict|Counter|deque)|(builtins|__builtin__)\.(set|frozenset|list|dict|tuple|complex|bytearray|slice|range|int|float|str|bool)|torch\._utils\._rebuild_\w+|torch\.(Size|device|dtype)|torch\.(nn\.parameter\.)?(Parameter|Buffer)|torch\.serialization\._get_layout|torch\._tensor\._rebuild_from_type_v2|torch\.nn\.[\w.]+|numpy\.(_?core\.multiarray\.(_reconstruct|scalar)|dtype|ndarray)|copy_?reg\._reconstructor|_codecs\.encode|datetime\.\w+|pathlib\.\w+|uuid\.UUID|decimal\.Decimal)$/;

const MARK = Symbol('mark');
type Entry = PickleValue | typeof MARK;

class Machine {
  private readonly view: DataView;
  private stack: Entry[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickleValue {
    try {
      for (;;) {
        const code = String.fromCharCode(this.view.getUint8(this.at++));
        if (code === '.') return this.pop();
        this.step(code);
      }
    } catch (error) {
      if (error instanceof RangeError) throw corrupt('the pickle is cut off');
      throw error;
    }
  }

  /** One opcode, by the character that Python's pickletools gives it. */
  private step(code: string): void {
    const { view, stack } = this;
    switch (code) {
      case '\x80': // PROTO
        if (this.u8() > 5) throw unsupported('the pickle has a protocol past 5');
        return;
      case '\x95': // FRAME
        this.take(8);
        return;
      case '(':
        stack.push(MARK);
        return;
      case '0':
        if (stack.pop() === undefined) throw damaged();
        return;
      case '1':
        this.sinceMark();
        return;
      case '2':
        stack.push(this.top());
        return;
      case 'N':
        stack.push(null);
        return;
      case '\x88':
      case '\x89':
        stack.push(code === '\x88');
        return;
      case 'K':
        stack.push(this.u8());
        return;
      case 'M':
        stack.push(view.getUint16(this.take(2), true));
        return;
      case 'J':
        stack.push(view.getInt32(this.take(4), true));
        return;
      case 'I': {
        const text = this.line();
        stack.push(text === '01' ? true : text === '00' ? false : this.integer(text));
        return;
      }
      case 'L':
        stack.push(this.integer(this.line().replace(/L$/, '')));
        return;
      case '\x8a':
        stack.push(this.long(this.u8()));
        return;
      case '\x8b':
        stack.push(this.long(this.u32()));
        return;
      case 'F':
        stack.push(this.float(this.line()));
        return;
      case 'G':
        stack.push(view.getFloat64(this.take(8)));
        return;
      case 'S':
      case 'V':
        stack.push(this.line().replaceAll(/^['"]|['"]$/g, ''));
        return;
      case 'T':
      case 'X':
        stack.push(this.text(this.u32()));
        return;
      case 'U':
      case '\x8c':
        stack.push(this.text(this.u8()));
        return;
      case '\x8d':
        stack.push(this.text(this.u64()));
        return;
      case 'B':
        stack.push(this.raw(this.u32()));
        return;
      case 'C':
        stack.push(this.raw(this.u8()));
        return;
      case '\x8e':
      case '\x96':
        stack.push(this.raw(this.u64()));
        return;
      case ']':
      case ')':
      case '\x8f':
        stack.push([]);
        return;
      case '}':
        stack.push(new Map());
        return;
      case 'l':
      case 't':
      case '\x91':
        stack.push(this.sinceMark());
        return;
      case 'd':
        stack.push(this.fill(new Map(), this.sinceMark()));
        return;
      case '\x85':
      case '\x86':
      case '\x87': {
        const items = Array.from({ length: code.charCodeAt(0) - 0x84 }, () => this.pop());
        stack.push(items.reverse());
        return;
      }
      case 'a':
        this.append([this.pop()]);
        return;
      case 'e':
      case '\x90':
        this.append(this.sinceMark());
        return;
      case 's': {
        const value = this.pop();
        const key = this.pop();
        this.fill(this.top(), [key, value]);
        return;
      }
      case 'u': {
        const items = this.sinceMark();
        this.fill(this.top(), items);
        return;
      }
      case 'p':
        this.memo.set(Number(this.line()), this.top());
        return;
      case 'q':
        this.memo.set(this.u8(), this.top());
        return;
      case 'r':
        this.memo.set(this.u32(), this.top());
        return;
      case '\x94':
        this.memo.set(this.memo.size, this.top());
        return;
      case 'g':
        stack.push(this.remembered(Number(this.line())));
        return;
      case 'h':
        stack.push(this.remembered(this.u8()));
        return;
      case 'j':
        stack.push(this.remembered(this.u32()));
        return;
      case 'c': {
        const module = this.line();
        stack.push(new PickleGlobal(module, this.line()));
        return;
      }
      case '\x93': {
        const name = this.pop();
        const module = this.pop();
        if (typeof name !== 'string' || typeof module !== 'string') throw damaged();
        stack.push(new PickleGlobal(module, name));
        return;
      }
      case 'P':
        stack.push(new PersistentId(this.line()));
        return;
      case 'Q':
        stack.push(new PersistentId(this.pop()));
        return;
      case 'R': {
        const args = this.pop();
        stack.push(this.called(this.pop(), args));
        return;
      }
      case '\x81': {
        const args = this.pop();
        stack.push(instance(this.pop(), args));
        return;
      }
      case '\x92': {
        this.pop(); // keyword arguments
        const args = this.pop();
        stack.push(instance(this.pop(), args));
        return;
      }
      case 'i': {
        const module = this.line();
        stack.push(instance(new PickleGlobal(module, this.line()), this.sinceMark()));
        return;
      }
      case 'o': {
        const [of = null, ...args] = this.sinceMark();
        stack.push(instance(of, args));
        return;
      }
      case 'b': {
        const state = this.pop();
        const target = this.top();
        if (target instanceof PickleObject) target.state = state;
        return;
      }
      default:
        throw corrupt(`the pickle has the unknown opcode 0x${code.charCodeAt(0).toString(16)}`);
    }
  }

  /** What a call would give; made here for the few that build plain values, a record of it for other harmless ones. */
  private called(of: PickleValue, args: PickleValue): PickleValue {
    if (!(of instanceof PickleGlobal) || !Array.isArray(args)) throw damaged();
    if (!HARMLESS.test(of.path)) {
      throw unsupported(
        `the pickle would call ${quoted(of.path)}, which is not run here and never part of a model’s weights`,
      );
    }
    if (/\.(OrderedDict|dict)$/.test(of.path) && args.length === 0) return new Map();
    if (/\.(set|frozenset|list|tuple)$/.test(of.path) && Array.isArray(args[0] ?? [])) return args[0] ?? [];
    return new PickleObject(of, args);
  }

  private fill(target: PickleValue, items: readonly PickleValue[]): PickleValue {
    const map = target instanceof PickleObject ? target.items : target;
    if (!(map instanceof Map) || items.length % 2 !== 0) throw damaged();
    for (let index = 0; index < items.length; index += 2) map.set(items[index] ?? null, items[index + 1] ?? null);
    return target;
  }

  private append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (list instanceof PickleObject) return;
    if (!Array.isArray(list)) throw damaged();
    for (const item of items) list.push(item);
  }

  private sinceMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw damaged();
    const items = this.stack.splice(mark + 1) as PickleValue[];
    this.stack.pop();
    return items;
  }

  private pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === MARK) throw damaged();
    return value;
  }

  private top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined || value === MARK) throw damaged();
    return value;
  }

  private remembered(key: number): PickleValue {
    const value = this.memo.get(key);
    if (value === undefined) throw damaged();
    return value;
  }

  /** Moves past `count` bytes; gives where they begin. */
  private take(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw corrupt('the pickle is cut off');
    this.at += count;
    return start;
  }

  private u8(): number {
    return this.view.getUint8(this.take(1));
  }

  private u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  private u64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  private raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  private text(length: number): string {
    return new TextDecoder().decode(this.raw(length));
  }

  private line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0 || end - this.at > LONGEST_LINE) throw corrupt('the pickle is cut off');
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  /** Little-endian, in two's complement. */
  private long(length: number): number | bigint {
    if (length > LONGEST_INTEGER) throw corrupt('the pickle holds an integer of too many digits');
    const digits = this.raw(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(digits[index] ?? 0);
    if (length > 0 && (digits[length - 1] ?? 0) > 127) value -= 1n << BigInt(8 * length);
    return plain(value);
  }

  private integer(text: string): number | bigint {
    if (!/^[+-]?\d{1,600}$/.test(text)) throw damaged();
    return plain(BigInt(text.replace('+', '')));
  }

  private float(text: string): number {
    const value = Number(text.replace(/^([+-]?)inf$/, '$1Infinity'));
    if (Number.isNaN(value) && text !== 'nan') throw damaged();
    return value;
  }
}

const LONGEST_LINE = 2 ** 16;
const LONGEST_INTEGER = 256;

function instance(of: PickleValue, args: PickleValue): PickleObject {
  if (!(of instanceof PickleGlobal) || !Array.isArray(args)) throw damaged();
  return new PickleObject(of, args);
}

function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function damaged(): Error {
  return corrupt('the pickle is damaged');
}
