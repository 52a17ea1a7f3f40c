/**
 * Python's pickle, protocols 0 to 5, read as data: nothing of it is ever called. What a pickle wants to call becomes a
 * record of the wish where it is known to be harmless, and an error that names it otherwise.
 */

import { corrupt, unsupported } from './importError';
import { damaged, PickleReader } from './pickleReader';
import { PersistentId, PickleGlobal, PickleObject, type PickleValue } from './pickleValue';
import { quoted } from './tensor';

/** The value of the pickle at `start`, and where the next byte after it is. Throws an `ImportError`. */
export function readPickle(bytes: Uint8Array, start = 0): { readonly value: PickleValue; readonly end: number } {
  const reader = new PickleReader(bytes, start);
  return { value: new Machine(reader).run(), end: reader.at };
}

/** Functions that build a value and do nothing else; a call of any other is refused. */
const HARMLESS =
  /^(collections\.(OrderedDict|defaultdict|Counter|deque)|(builtins|__builtin__)\.(set|frozenset|list|dict|tuple|complex|bytearray|slice|range|int|float|str|bool)|torch\._utils\._rebuild_\w+|torch\.(Size|device|dtype)|torch\.(nn\.parameter\.)?(Parameter|Buffer)|torch\.serialization\._get_layout|torch\._tensor\._rebuild_from_type_v2|torch\.nn\.[\w.]+|numpy\.(_?core\.multiarray\.(_reconstruct|scalar)|dtype|ndarray)|copy_?reg\._reconstructor|_codecs\.encode|datetime\.\w+|pathlib\.\w+|uuid\.UUID|decimal\.Decimal)$/;

const MARK = Symbol('mark');
type Entry = PickleValue | typeof MARK;

class Machine {
  private readonly stack: Entry[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(private readonly reader: PickleReader) {}

  run(): PickleValue {
    for (;;) {
      const code = String.fromCharCode(this.reader.u8());
      if (code === '.') return this.pop();
      this.step(code);
    }
  }

  /** One opcode, by the character that Python's pickletools gives it. */
  private step(code: string): void {
    const { reader, stack } = this;
    switch (code) {
      case '\x80': // PROTO
        if (reader.u8() > 5) throw unsupported('the pickle has a protocol past 5');
        return;
      case '\x95': // FRAME
        reader.take(8);
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
        stack.push(reader.u8());
        return;
      case 'M':
        stack.push(reader.u16());
        return;
      case 'J':
        stack.push(reader.i32());
        return;
      case 'I': {
        const text = reader.line();
        stack.push(text === '01' ? true : text === '00' ? false : reader.integer(text));
        return;
      }
      case 'L':
        stack.push(reader.integer(reader.line().replace(/L$/, '')));
        return;
      case '\x8a':
        stack.push(reader.long(reader.u8()));
        return;
      case '\x8b':
        stack.push(reader.long(reader.u32()));
        return;
      case 'F':
        stack.push(reader.float(reader.line()));
        return;
      case 'G':
        stack.push(reader.f64());
        return;
      case 'S':
      case 'V':
        stack.push(reader.line().replaceAll(/^['"]|['"]$/g, ''));
        return;
      case 'T':
      case 'X':
        stack.push(reader.text(reader.u32()));
        return;
      case 'U':
      case '\x8c':
        stack.push(reader.text(reader.u8()));
        return;
      case '\x8d':
        stack.push(reader.text(reader.u64()));
        return;
      case 'B':
        stack.push(reader.raw(reader.u32()));
        return;
      case 'C':
        stack.push(reader.raw(reader.u8()));
        return;
      case '\x8e':
      case '\x96':
        stack.push(reader.raw(reader.u64()));
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
        this.memo.set(Number(reader.line()), this.top());
        return;
      case 'q':
        this.memo.set(reader.u8(), this.top());
        return;
      case 'r':
        this.memo.set(reader.u32(), this.top());
        return;
      case '\x94':
        this.memo.set(this.memo.size, this.top());
        return;
      case 'g':
        stack.push(this.remembered(Number(reader.line())));
        return;
      case 'h':
        stack.push(this.remembered(reader.u8()));
        return;
      case 'j':
        stack.push(this.remembered(reader.u32()));
        return;
      case 'c': {
        const module = reader.line();
        stack.push(new PickleGlobal(module, reader.line()));
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
        stack.push(new PersistentId(reader.line()));
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
        const module = reader.line();
        stack.push(instance(new PickleGlobal(module, reader.line()), this.sinceMark()));
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
}

function instance(named: PickleValue, args: PickleValue): PickleObject {
  // PyTorch before 1.6 stores the source of a module's class beside the class.
  const told = named instanceof PersistentId && Array.isArray(named.id) && named.id[0] === 'module';
  const of = told && Array.isArray(named.id) ? named.id[1] : named;
  if (!(of instanceof PickleGlobal) || !Array.isArray(args)) throw damaged();
  return new PickleObject(of, args);
}
