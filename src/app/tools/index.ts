/**
 * Every tool for language models: one row each. The MCP server's list, the extension's language model tools, the schemas and
 * the reading of arguments follow from it. A tool's text is short and exact: every number reads back to the same double.
 */

import { chainShape } from '../../core/chain';
import { chainText } from '../../core/chain/render';
import { unpackReport } from '../../core/check/packed';
import type { CheckReport } from '../../core/check';
import { parameterLayout, sameParameter, type ParameterId } from '../../core/network';
import { parameterName } from '../../core/notation';
import { printable } from '../../core/printable';
import type { Orientation } from '../../format/gradients';
import { problemLines } from '../../format/places';
import { diagnosisText } from '../diagnosisText';
import { gradientText } from '../gradientText';
import { shapeSentence } from '../shapeSentence';
import { trainingText } from '../trainingText';
import { Arguments, schemaOf, ToolError, type Field, type Fields, type InputSchema } from './fields';
import { judgedLines } from './judged';
import { ToolNetwork, type ExerciseStatus, type ToolPlace } from './network';

export { ToolError } from './fields';
export type { ToolFile, ToolPlace } from './network';

/** As many as it takes to name a double. */
const ALL_DIGITS = 17;
/** Paths of a chain that are listed where the model asks for no number of them. */
const PATHS = 5;
/** Parameters of a check that are listed. */
const MOST_CHECKED = 20;

interface ToolRow {
  readonly title: string;
  /** For the model: what it answers, and when to ask. */
  readonly description: string;
  /** Besides `file`. */
  readonly takes: Fields;
  /** True where the answer holds a derivative, or numbers that one can be read off: an exercise hides it. */
  readonly hidden: boolean;
  /** True where it can write a file. */
  readonly writes: boolean;
  /** Lines. Throws a `ToolError` where the request or the file is wrong. */
  readonly answer: (subject: ToolNetwork, asked: Arguments) => Promise<readonly string[]>;
}

const ORIENTATIONS = ['units-by-inputs', 'inputs-by-units'] as const satisfies readonly Orientation[];

const FILE: Field = { type: 'string', description: 'path of a .nn.json file in the workspace' };
const PARAMETER: Field = {
  type: 'string',
  pattern: '^[0-9]+,[0-9]+,[0-9]+$',
  description: 'l,i,j of θ_ij^(l), such as 1,2,1; j = 0 is the bias',
};
const SAMPLE: Field = {
  type: 'integer',
  minimum: 1,
  optional: true,
  description: 'training row, from 1: E of this row alone, without the penalty',
};
const EPOCHS: Field = {
  type: 'integer',
  minimum: 0,
  maximum: 1_000_000_000,
  optional: true,
  description: 'in place of the file’s',
};

export const TOOLS = {
  validate_network: {
    title: 'Validate network',
    description: 'Checks a .nn.json network file. Returns its shape, or every problem as FILE:LINE:COL.',
    takes: {},
    hidden: false,
    writes: false,
    answer: ({ opened, network }) => {
      const { problems, data } = opened.content;
      const warnings = problemLines(opened.file, opened.text, problems);
      return Promise.resolve([`${opened.file}: valid; ${shapeSentence(network, data)}`, ...warnings]);
    },
  },
  network_gradients: {
    title: 'Compute gradients',
    description: 'J and every ∂J/∂θ of a network file by exact backpropagation in float64, one matrix per layer.',
    takes: { sample: SAMPLE },
    hidden: true,
    writes: false,
    answer: async (subject, asked) => {
      const { network } = subject;
      const samples = subject.requireSamples();
      const sample = subject.sample(asked.integer('sample'));
      const { gradient, ...analysis } = await subject.remote.analyse({
        theta: network.theta,
        ...(sample !== undefined && { sample }),
      });
      if (!gradient) throw new ToolError(['the gradients are hidden']);
      const options = { samples: samples.count, digits: ALL_DIGITS, more: 'derivative_chain gives each' };
      return gradientText(network, { ...analysis, gradient }, { ...options, ...(sample !== undefined && { sample }) });
    },
  },
  derivative_chain: {
    title: 'Derivative chain',
    description:
      'Why one ∂J/∂θ_ij^(l) has its value: the paths of the chain rule that contribute most, each factor with its number.',
    takes: {
      parameter: PARAMETER,
      sample: SAMPLE,
      paths: {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        optional: true,
        description: `how many paths to list; ${String(PATHS)} by default`,
      },
    },
    hidden: true,
    writes: false,
    answer: async (subject, asked) => {
      const { network } = subject;
      const parameter = subject.parameter(asked.text('parameter') ?? '');
      if (!subject.hasData) return symbolicChain(subject, parameter);
      const sample = subject.sample(asked.integer('sample'));
      const paths = asked.integer('paths') ?? PATHS;
      const chain = await subject.remote.chain({ theta: network.theta, parameter, paths, sample: sample ?? null });
      return chainText(network, chain, { digits: ALL_DIGITS, samples: subject.requireSamples().count, sample }).split(
        '\n',
      );
    },
  },
  check_gradients: {
    title: 'Check gradients',
    description:
      'The numerical gradient check of a network file: does backpropagation agree with difference quotients, parameter by parameter?',
    takes: { parameter: { ...PARAMETER, optional: true }, sample: SAMPLE },
    hidden: true,
    writes: false,
    answer: async (subject, asked) => {
      const { network } = subject;
      const wanted = asked.text('parameter');
      const parameter = wanted === undefined ? undefined : subject.parameter(wanted);
      const sample = subject.sample(asked.integer('sample'));
      subject.requireSamples();
      const packed = await subject.remote.check({ theta: network.theta, ...(sample !== undefined && { sample }) });
      return checkLines(subject, unpackReport(packed, parameterLayout(network.layers)), parameter);
    },
  },
  judge_gradients: {
    title: 'Judge claimed gradients',
    description:
      'Judges gradients worked out by hand or by a program: those in the file’s claimedGradients, or those in another file. Names the mistake behind wrong ones.',
    takes: {
      gradients: {
        type: 'string',
        optional: true,
        description: 'path of a file of gradients: JSON {"layers": [{"weights", "biases"}]}, .npz or .safetensors',
      },
      orientation: {
        type: 'string',
        enum: ORIENTATIONS,
        optional: true,
        description: 'of square matrices in that file; units-by-inputs (PyTorch) by default',
      },
    },
    hidden: false,
    writes: false,
    answer: async (subject, asked) => {
      const { opened, network } = subject;
      subject.requireSamples();
      const exercise = await subject.exercise();
      const file = asked.text('gradients');
      if (file === undefined) return exercise?.sheet ?? judgeOwn(subject, exercise?.hints);
      const orientation = ORIENTATIONS.find((word) => word === asked.text('orientation')) ?? 'units-by-inputs';
      const { claims, text } = await opened.readGradients(file, network, orientation);
      const judgment = await subject.judge(claims, true);
      return judgedLines(subject, { file, text, claims, open: 0, judgment }, exercise?.hints);
    },
  },
  diagnose_network: {
    title: 'Diagnose training',
    description:
      'Why a network does not learn: what a trial run of its training shows, and remedies that were tried. Writes nothing.',
    takes: { epochs: EPOCHS },
    hidden: true,
    writes: false,
    answer: async (subject, asked) => {
      const { network } = subject;
      subject.requireSamples();
      const epochs = asked.integer('epochs');
      const found = await subject.remote.diagnosis({
        theta: network.theta,
        ...(epochs !== undefined && { epochs }),
      });
      return diagnosisText(network, found);
    },
  },
  train_network: {
    title: 'Train network',
    description:
      'Trains as the file’s "training" says and returns J before and after. Writes a copy with the trained weights only if "output" is given.',
    takes: {
      epochs: EPOCHS,
      output: { type: 'string', optional: true, description: 'path of the .nn.json file to write' },
    },
    hidden: true,
    writes: true,
    answer: async (subject, asked) => {
      const { opened, network } = subject;
      subject.requireSamples();
      const output = asked.text('output');
      if (output !== undefined) await opened.checkOutput(output);
      const epochs = asked.integer('epochs');
      const run = { id: 1, theta: network.theta, epoch: 0, learningRates: [] };
      const outcome = await subject.remote.train({ run, ...(epochs !== undefined && { epochs }) });
      const { lossBefore, validationLoss } = subject;
      const summary = { epochs: outcome.epoch, before: lossBefore, after: outcome.loss, end: outcome.stopReason };
      const lines = trainingText(
        network,
        { ...summary, ...(validationLoss !== undefined && { validationLoss }) },
        ALL_DIGITS,
      );
      if (output === undefined) return lines;
      await opened.write(output, outcome.theta);
      return [...lines, `weights written to ${output}`];
    },
  },
} as const satisfies Readonly<Record<string, ToolRow>>;

export type ToolName = keyof typeof TOOLS;
export const TOOL_NAMES = Object.keys(TOOLS) as readonly ToolName[];

/** What a tool takes, as a JSON schema. */
export function inputSchema(name: ToolName): InputSchema {
  return schemaOf(fieldsOf(name));
}

/**
 * The answer of a tool. While an exercise hides gradients it is the score and hints, never a value. Rejects with a `ToolError`
 * where the request or the file is wrong, and with a `ChannelClosed` once `onCancel`’s listener was called.
 */
export async function runTool(
  name: ToolName,
  input: unknown,
  place: ToolPlace,
  onCancel: (listener: () => void) => void,
): Promise<string> {
  const asked = new Arguments(fieldsOf(name), input);
  const opened = await place.open(asked.text('file') ?? '');
  const subject = ToolNetwork.open(opened, place.startWorker);
  onCancel(() => {
    subject.dispose();
  });
  try {
    const row: ToolRow = TOOLS[name];
    const exercise = row.hidden ? await subject.exercise() : undefined;
    const lines = exercise ? await hiddenAnswer(exercise, name, subject, asked) : await row.answer(subject, asked);
    // A model reads ASCII’s minus as part of a number.
    return lines
      .map((line) => printable(line).replaceAll('−', '-'))
      .join('\n')
      .trimEnd();
  } finally {
    subject.dispose();
  }
}

function fieldsOf(name: ToolName): Fields {
  return { file: FILE, ...TOOLS[name].takes };
}

/** During an exercise: how far it is, what kinds of mistakes the claims hold, and of a chain its symbols. */
async function hiddenAnswer(
  { sheet, hints }: ExerciseStatus,
  name: ToolName,
  subject: ToolNetwork,
  asked: Arguments,
): Promise<readonly string[]> {
  const lines = sheet ?? [
    'exercise: gradients stay hidden until all claims are correct',
    ...(await judgeOwn(subject, hints)),
  ];
  const parameter = name === 'derivative_chain' ? asked.text('parameter') : undefined;
  return parameter === undefined ? lines : [...lines, '', ...symbolicChain(subject, subject.parameter(parameter))];
}

async function judgeOwn(subject: ToolNetwork, hints: number | undefined): Promise<readonly string[]> {
  const { file, text, content } = subject.opened;
  const { claims, source } = content;
  const open = source.openClaims.length;
  if (claims.length + open === 0) return ['the file claims no gradients: it has no "claimedGradients"'];
  return judgedLines(subject, { file, text, claims, open, judgment: await subject.judgeOwn() }, hints);
}

function symbolicChain({ network, opened }: ToolNetwork, parameter: ParameterId): readonly string[] {
  const shape = chainShape(network, parameter, PATHS);
  const samples = opened.content.data?.training.count ?? 0;
  return chainText(network, shape, { digits: ALL_DIGITS, samples }).split('\n');
}

/** The verdict, and each parameter that did not pass, or the worst of those that did. */
function checkLines(
  { network }: ToolNetwork,
  { verdict, method, parameters }: CheckReport,
  only: ParameterId | undefined,
): string[] {
  const looked = only ? parameters.filter(({ parameter }) => sameParameter(parameter, only)) : parameters;
  const doubtful = looked.filter((one) => one.verdict !== 'pass');
  const passed = looked.length - doubtful.length;
  const overall = only ? (looked[0]?.verdict ?? verdict) : verdict;
  const listed = doubtful.length > 0 ? doubtful : looked.slice(0, 1);
  const lines = [
    `${overall}: ${String(passed)} of ${String(looked.length)} parameters pass`,
    `against ${method}`,
    ...listed.slice(0, MOST_CHECKED).map(({ parameter, analytic, numeric, relativeError, ...one }) => {
      const { layer, to, from } = parameter;
      const name = `${String(layer)},${String(to)},${String(from)} ${parameterName(network, parameter)}`;
      const values = `backpropagation ${String(analytic)}, numerical ${String(numeric)}`;
      const reason = one.verdict === 'pass' ? '' : `; ${one.reason}`;
      return `${name}: ${one.verdict}; ${values}, relative error ${String(relativeError)}${reason}`;
    }),
  ];
  if (listed.length > MOST_CHECKED) lines.push(`… and ${String(listed.length - MOST_CHECKED)} more`);
  return lines;
}
