/**
 * Every command, in the order of the help text: what it takes. The program of each, a file of its own, is loaded when it is run:
 * starting takes no longer than what is asked for.
 */

import { type Command, DIGITS_OPTION, KEY_OPTION, SAMPLE_OPTION } from './command';
import { MOST_INLINE } from '../format/import/limits';

export const EXPORT_FORMATS = ['pytorch', 'html'] as const;
export const GRADE_FORMATS = ['table', 'csv', 'json', 'junit', 'github', 'classroom50', 'gradescope'] as const;

export const COMMANDS: Readonly<Record<string, Command>> = {
  validate: {
    usage: 'validate FILE…',
    summary: 'the problems of each file; exit status 2 if any is an error',
    options: {},
    files: 'many',
    run: async (request) => (await import('./validate')).validateCommand(request),
  },
  gradients: {
    usage: 'gradients FILE [--sample N]',
    summary: 'J and every ∂J/∂θ, or E and ∂E/∂θ of one training row',
    options: {
      ...KEY_OPTION,
      ...SAMPLE_OPTION,
      ...DIGITS_OPTION,
    },
    files: 'one',
    run: async (request) => (await import('./gradients')).gradientsCommand(request),
  },
  chain: {
    usage: 'chain FILE --parameter l,i,j [--sample N] [--paths K] [--format text|latex|markdown|json]',
    summary: 'the derivative chain of one parameter: its largest paths, symbol and number',
    options: {
      ...KEY_OPTION,
      parameter: { type: 'string', argument: 'l,i,j', help: 'θ_ij^(l); j = 0 is the bias' },
      ...SAMPLE_OPTION,
      paths: { type: 'string', argument: 'K', help: 'number of paths to list, largest first; 10 by default' },
      format: { type: 'string', argument: 'FORMAT', help: 'text, latex, markdown or json; text by default' },
      ...DIGITS_OPTION,
    },
    files: 'one',
    run: async (request) => (await import('./chain')).chainCommand(request),
  },
  check: {
    usage:
      'check FILE… [--gradients GRADS] [--parameter l,i,j]… [--sample N] [--dual] [--hints] [--format text|json|github]',
    summary:
      'the gradient check, a verdict on every claimed ∂J/∂θ, and the mistake behind the wrong ones; of several files, one line each',
    options: {
      gradients: {
        type: 'string',
        argument: 'GRADS',
        help: 'judge these gradients: JSON as “gradients --json” prints it, .npz or .safetensors',
      },
      orientation: {
        type: 'string',
        argument: 'HOW',
        help: 'square matrices in GRADS: units-by-inputs (default, PyTorch) or inputs-by-units (X @ W, Keras)',
      },
      parameter: { type: 'string', multiple: true, argument: 'l,i,j', help: 'check only θ_ij^(l); can be repeated' },
      sample: { type: 'string', argument: 'N', help: 'check E of training row N alone, without the penalty' },
      ...KEY_OPTION,
      hints: { type: 'boolean', help: 'say what kind of mistake was made, and no right value' },
      format: { type: 'string', argument: 'FORMAT', help: 'text, json or github (annotations); text by default' },
      dual: { type: 'boolean', help: 'check against forward-mode dual numbers, not difference quotients' },
    },
    files: 'many',
    run: async (request) => (await import('./check')).checkCommand(request),
  },
  train: {
    usage: 'train FILE [--epochs N] [--output OUT]',
    summary: 'trains as the file’s “training” says; exit status 1 if it diverged',
    options: {
      ...KEY_OPTION,
      epochs: { type: 'string', argument: 'N', help: 'overrides the file’s' },
      output: { type: 'string', argument: 'OUT', help: 'write a copy with the trained weights' },
    },
    files: 'one',
    run: async (request) => (await import('./train')).trainCommand(request),
  },
  diagnose: {
    usage: 'diagnose FILE [--epochs N]',
    summary: 'why the network does not learn; exit status 1 if a finding is severe',
    options: {
      ...KEY_OPTION,
      epochs: { type: 'string', argument: 'N', help: 'epochs of the trial run, in place of the file’s' },
    },
    files: 'one',
    run: async (request) => (await import('./diagnose')).diagnoseCommand(request),
  },
  curvature: {
    usage: 'curvature FILE [--full]',
    summary: 'second derivatives: λ_max, λ_min, the largest stable learning rate, and whether θ is a minimum',
    options: {
      ...KEY_OPTION,
      full: {
        type: 'boolean',
        help: 'every eigenvalue, and with --json H itself; up to 2000 parameters',
      },
      ...DIGITS_OPTION,
    },
    files: 'one',
    run: async (request) => (await import('./curvature')).curvatureCommand(request),
  },
  diff: {
    usage: 'diff A B [--tolerance T]',
    summary: 'what differs between two networks, the largest difference of θ first; exit status 1 if anything does',
    options: {
      ...KEY_OPTION,
      tolerance: {
        type: 'string',
        argument: 'T',
        help: 'parameters that differ by no more than T count as equal; 0 by default',
      },
      ...DIGITS_OPTION,
    },
    files: 'many',
    run: async (request) => (await import('./diff')).diffCommand(request),
  },
  import: {
    usage: 'import MODEL [--output OUT]',
    summary:
      'a model of PyTorch, ONNX, Keras, TensorFlow.js, NumPy, brain.js, ConvNetJS, Synaptic or FANN as a network file',
    options: {
      output: { type: 'string', argument: 'OUT', help: 'the .nn.json file to write; - for standard output' },
      activations: {
        type: 'string',
        argument: 'A,B,…',
        help: 'if the file names none: one per layer after the input, or one for hidden layers and one for the output',
      },
      loss: { type: 'string', argument: 'L', help: 'the loss, if the file names none or another' },
      data: { type: 'string', argument: 'FILE', help: 'the samples, an .npz with X and y or a CSV, beside OUT' },
      orientation: { type: 'string', argument: 'O', help: 'inputs-by-units (X @ W) or units-by-inputs (W @ x)' },
      order: { type: 'string', argument: 'W,V,…', help: 'the weight tensors from the first layer to the last' },
      inline: { type: 'boolean', help: `write the numbers into the text, even more than ${String(MOST_INLINE)}` },
      sidecar: { type: 'boolean', help: 'write the numbers to a .safetensors file beside the text' },
    },
    files: 'one',
    run: async (request) => (await import('./import')).importCommand(request),
  },
  export: {
    usage: `export FILE [--format ${EXPORT_FORMATS.join('|')}] [--output OUT]`,
    summary: 'the network as a PyTorch script that computes the same, or as a web page that needs nothing else',
    options: {
      ...KEY_OPTION,
      format: { type: 'string', argument: 'FORMAT', help: `${EXPORT_FORMATS.join(' or ')}; pytorch by default` },
      output: {
        type: 'string',
        argument: 'OUT',
        help: 'write it to this file; very many numbers go to a file beside it',
      },
    },
    files: 'one',
    run: async (request) => (await import('./export')).exportCommand(request),
  },
  assign: {
    usage: 'assign SHEET --student ID… | --students ROSTER --output DIR [--key DIR]',
    summary:
      'the sheet with different numbers for each student, as DIR/ID/SHEET, and a key with the right answers apart',
    options: {
      student: { type: 'string', multiple: true, argument: 'ID', help: 'a student; can be repeated' },
      students: { type: 'string', argument: 'ROSTER', help: 'a CSV; its first column holds the students’ IDs' },
      output: { type: 'string', argument: 'DIR', help: 'the folder that gets one folder for each student' },
      key: { type: 'string', argument: 'DIR', help: 'the folder of the keys; “DIR of --output”.key by default' },
    },
    files: 'one',
    run: async (request) => (await import('./assign')).assignCommand(request),
  },
  grade: {
    usage: `grade FILE… [--sheet SHEET] [--key DIR] [--format ${GRADE_FORMATS.join('|')}] [--hints] [--reveal] [--report OUT]…`,
    summary: 'points, what is right and which mistakes were made; exit status 0 wherever it could grade',
    options: {
      sheet: {
        type: 'string',
        argument: 'SHEET',
        help: 'the sheet that was assigned: finds out what else was changed',
      },
      key: { type: 'string', argument: 'DIR', help: 'the keys that “assign” wrote: the same, without drawing again' },
      format: { type: 'string', argument: 'FORMAT', help: `${GRADE_FORMATS.join(', ')}; table by default` },
      hints: { type: 'boolean', help: 'say what kind of mistake was made, without a value' },
      reveal: { type: 'boolean', help: 'say the right values and the mistakes in full' },
      report: {
        type: 'string',
        multiple: true,
        argument: 'OUT',
        help: 'write a report on the class: .md, .html or .csv',
      },
    },
    files: 'many',
    run: async (request) => (await import('./grade')).gradeCommand(request),
  },
  'python-helper': {
    usage: 'python-helper > gradient_inspector.py',
    summary: 'prints the Python module that writes network files from PyTorch, Keras, scikit-learn and NumPy',
    options: {},
    files: 'none',
    run: async () => (await import('./pythonHelper')).pythonHelperCommand(),
  },
  mcp: {
    usage: 'mcp [--root DIR]',
    summary: 'the same for a language model: a Model Context Protocol server over standard input and output',
    options: {
      root: {
        type: 'string',
        argument: 'DIR',
        help: 'the folder whose files may be read and written; this one by default',
      },
      exercises: {
        type: 'string',
        argument: 'LIST',
        help: 'JSON array of the files whose gradients stay hidden until their claims are correct; read at each request',
      },
    },
    files: 'none',
    run: async (request) => (await import('./mcp')).mcpCommand(request),
  },
};
