/** A WebAssembly module of one function, put together instruction by instruction. */

/** The value types, as the binary format has them. */
export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
type Type = typeof I32 | typeof F64 | typeof V128;

export type Local = number;

/** A function of another module. */
export interface Import {
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
}

/** Instructions without operands in the code; those of more than one byte are SIMD's. */
const OPERATIONS = {
  end: [0x0b],
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  select: [0x1b],
  'f64.gt': [0x64],
  'f64.sqrt': [0x9f],
  'f64.add': [0xa0],
  'f64.sub': [0xa1],
  'f64.mul': [0xa2],
  'f64.div': [0xa3],
  'f64.convert_i32_s': [0xb7],
  'f64x2.splat': [0xfd, 0x14],
  'f64x2.add': [0xfd, 0xf0, 0x01],
  'f64x2.sub': [0xfd, 0xf1, 0x01],
  'f64x2.mul': [0xfd, 0xf2, 0x01],
} as const;

/** Instructions that take an address from the stack and add a constant to it. */
const ACCESSES = {
  'f64.load': [0x2b],
  'f64.store': [0x39],
  'v128.load': [0xfd, 0x00],
  'v128.load64_splat': [0xfd, 0x0a],
  'v128.store': [0xfd, 0x0b],
} as const;

/**
 * The body of the function. It is made while somebody waits, by code that has just been loaded itself: hence no iterators and
 * no arrays in between. Every method appends an instruction and gives the code back.
 */
export class Code {
  private readonly bytes: number[] = [];
  private readonly locals: Type[] = [];

  constructor(
    private readonly imports: readonly Import[],
    private readonly parameters: readonly Type[],
  ) {}

  local(type: Type): Local {
    return this.parameters.length + this.locals.push(type) - 1;
  }

  do(...operations: (keyof typeof OPERATIONS)[]): this {
    for (let k = 0; k < operations.length; k++) this.append(OPERATIONS[operations[k] ?? 'end']);
    return this;
  }

  get(...locals: Local[]): this {
    for (let k = 0; k < locals.length; k++) this.operand(0x20, locals[k] ?? 0);
    return this;
  }

  set(local: Local): this {
    return this.operand(0x21, local);
  }

  i32(value: number): this {
    this.bytes.push(0x41);
    if (value >= 0 && value < 0x40) this.bytes.push(value);
    else this.append(signed(value));
    return this;
  }

  f64(value: number): this {
    this.bytes.push(0x44);
    return this.append(new Uint8Array(Float64Array.of(value).buffer));
  }

  /** Element 0 or 1 of the pair on the stack. */
  lane(lane: 0 | 1): this {
    this.bytes.push(0xfd, 0x21, lane);
    return this;
  }

  /** The address on the stack, plus `offset`. */
  access(instruction: keyof typeof ACCESSES, offset: number): this {
    this.append(ACCESSES[instruction]);
    // The alignment, as a power of two.
    return this.operand(3, offset);
  }

  /** The constant address `at`. */
  load(instruction: 'f64.load' | 'v128.load' | 'v128.load64_splat', at: number): this {
    return this.i32(0).access(instruction, at);
  }

  call(name: string): this {
    return this.operand(
      0x10,
      this.imports.findIndex((other) => other.name === name),
    );
  }

  private append(bytes: ArrayLike<number>): this {
    for (let k = 0; k < bytes.length; k++) this.bytes.push(bytes[k] ?? 0);
    return this;
  }

  private operand(opcode: number, value: number): this {
    this.bytes.push(opcode);
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.bytes.push((rest & 0x7f) + 0x80);
    this.bytes.push(rest);
    return this;
  }

  /** Goes around while the i32 that `body` leaves on the stack is not 0. */
  loop(body: () => void): this {
    this.bytes.push(0x03, 0x40);
    body();
    this.bytes.push(0x0d, 0);
    return this.do('end');
  }

  /** The module: it imports the functions and a memory from `env`, and exports the function as `run`. */
  module(): Uint8Array {
    const { imports, parameters, locals } = this;
    const types = [...imports, { parameters, results: [] }].map(({ parameters, results }) => [
      ...[0x60, ...vector(parameters.map((type) => [type])), ...vector(results.map((type) => [type]))],
    ]);
    const memory = [...text('env'), ...text('memory'), 0x02, 0x00, 1];
    const functions = imports.map(({ name }, type) => [...text('env'), ...text(name), 0x00, ...unsigned(type)]);
    const body = [...vector(locals.map((type) => [1, type])), ...this.bytes, 0x0b];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, types),
      ...section(2, [...functions, memory]),
      ...section(3, [unsigned(imports.length)]),
      ...section(7, [[...text('run'), 0x00, ...unsigned(imports.length)]]),
      ...section(10, [[...unsigned(body.length), ...body]]),
    ]);
  }
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const content = vector(entries);
  return [id, ...unsigned(content.length), ...content];
}

function vector(entries: readonly (readonly number[])[]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function text(value: string): number[] {
  return vector(Array.from(value, (character) => [character.charCodeAt(0)]));
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -0x40 || rest >= 0x40; rest >>= 7) bytes.push((rest & 0x7f) + 0x80);
  return [...bytes, rest & 0x7f];
}
