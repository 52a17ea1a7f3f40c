/** What a tool takes: the JSON schema that says so, and the reading of what was given, from one declaration. */

/** The request cannot be answered; each line is for the model, a file's problem as `FILE:LINE:COL: error CODE: message`. */
export class ToolError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** One argument of a tool, a member of its schema's `properties`. */
export type Field = {
  readonly description: string;
  readonly optional?: true;
} & (
  | { readonly type: 'string'; readonly pattern?: string; readonly enum?: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum?: number }
);

export type Fields = Readonly<Record<string, Field>>;

/** A JSON schema (draft-07) of an object with these members and no others. */
export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Omit<Field, 'optional'>>>;
  readonly required: string[];
  readonly additionalProperties: false;
}

export function schemaOf(fields: Fields): InputSchema {
  const members = Object.entries(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(([name, { optional: _, ...schema }]) => [name, schema])),
    required: members.filter(([, { optional }]) => !optional).map(([name]) => name),
    additionalProperties: false,
  };
}

/** What was given for each field, of its type and within its range. */
export class Arguments {
  private readonly values: ReadonlyMap<string, unknown>;

  /** Throws a `ToolError` where `input` does not follow the schema of `fields`. */
  constructor(fields: Fields, input: unknown) {
    if (typeof input !== 'object' || input === null) throw new ToolError(['the arguments must be an object']);
    this.values = new Map(Object.entries(input).filter(([, value]) => value !== undefined && value !== null));
    for (const name of this.values.keys()) {
      if (!Object.hasOwn(fields, name)) {
        throw new ToolError([`unknown argument “${name}”, expected ${Object.keys(fields).join(', ')}`]);
      }
    }
    for (const [name, field] of Object.entries(fields)) {
      const value = this.values.get(name);
      if (value === undefined && field.optional) continue;
      const problem = problemOf(field, value);
      if (problem) throw new ToolError([`“${name}” takes ${problem}`]);
    }
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  integer(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === 'number' ? value : undefined;
  }
}

/** What the field takes, where `value` is not that. */
function problemOf(field: Field, value: unknown): string | undefined {
  if (field.type === 'integer') {
    const { minimum, maximum } = field;
    const fits = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= (maximum ?? Infinity);
    const range = maximum === undefined ? `from ${String(minimum)} on` : `${String(minimum)}…${String(maximum)}`;
    return fits ? undefined : `a whole number ${range}`;
  }
  if (typeof value !== 'string' || value === '') return `text: ${field.description}`;
  if (field.enum && !field.enum.includes(value)) return field.enum.join(' or ');
  return field.pattern !== undefined && !new RegExp(field.pattern).test(value) ? field.description : undefined;
}
