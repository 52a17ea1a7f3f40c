/** Reads the arguments, runs the command that they name and says what went wrong. */

import { parseArgs } from 'node:util';
import { COMMON_OPTIONS, type Command, type ExitStatus, FileError, type Option, Options, UsageError } from './command';
import { COMMANDS } from './commands';
import { PROGRAM } from './program';
import { complain, print } from './streams';

/** Set by the build from package.json. */
declare const VERSION: string;

/** Runs the command line `args`; never rejects. */
export async function run(args: readonly string[]): Promise<ExitStatus> {
  try {
    return await dispatch(args);
  } catch (error) {
    complain(errorLines(error));
    return 2;
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<ExitStatus> {
  if (name === '--version') return answer([VERSION]);
  if (name === '--help' || name === '-h' || name === 'help') return answer(programHelp().split('\n'));
  if (name === undefined) throw new UsageError(`the command is missing: ${Object.keys(COMMANDS).join(', ')}`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`unknown command “${name}”, expected ${Object.keys(COMMANDS).join(', ')}`);

  const { values, positionals } = parse(command, rest);
  const options = new Options(values);
  if (options.flag('help')) return answer(commandHelp(command).split('\n'));
  if (options.flag('version')) return answer([VERSION]);
  if (command.files === 'none') {
    if (positionals.length > 0) throw new UsageError(`${name} takes no file`);
    return command.run({ files: [], options });
  }
  if (positionals.length === 0) throw new UsageError(`the file is missing: ${PROGRAM} ${command.usage}`);
  if (command.files === 'one' && positionals.length > 1) {
    throw new UsageError(`${name} takes one file, not ${String(positionals.length)}`);
  }
  if (positionals.indexOf('-') !== positionals.lastIndexOf('-'))
    throw new UsageError('standard input can be read only once');
  return command.run({ files: positionals, options });
}

function answer(lines: readonly string[]): ExitStatus {
  print(lines);
  return 0;
}

function parse({ options }: Command, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...COMMON_OPTIONS, ...options }, allowPositionals: true });
  } catch (error) {
    // Node's first sentence says it all; the others explain how to escape a dash.
    if (error instanceof TypeError) throw new UsageError(error.message.split(/\.\s/)[0]);
    throw error;
  }
}

function errorLines(error: unknown): readonly string[] {
  if (error instanceof FileError) return error.lines;
  if (error instanceof UsageError) return [`${PROGRAM}: ${error.message}`, `Try ${PROGRAM} --help.`];
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${PROGRAM}: ${text}`.split('\n');
}

function programHelp(): string {
  const commands = Object.values(COMMANDS).map(({ usage, summary }) => `  ${usage}\n      ${summary}`);
  return `${PROGRAM} reads .nn.json network files and shows where their gradients come from.

Usage: ${PROGRAM} COMMAND FILE [OPTION]…

${commands.join('\n')}

FILE may be -, standard input. Options of every command:
${optionLines(COMMON_OPTIONS)}

Exit status: 0 all is well, 1 the answer is “no”, 2 the request or the file is wrong.`;
}

function commandHelp({ usage, summary, options }: Command): string {
  return `Usage: ${PROGRAM} ${usage}\n\n${summary}\n\n${optionLines({ ...options, ...COMMON_OPTIONS, ...options })}`;
}

function optionLines(options: Readonly<Record<string, Option>>): string {
  const lines = Object.entries(options).map(([name, { argument = '', help }]) => {
    return `  ${`--${name} ${argument}`.padEnd(20)} ${help}`;
  });
  return lines.join('\n');
}
