/** Names and keys of other tools: what they are called here, or that there is no such thing. */

import type { ObjectNode } from '../json';

/** Written without case and separators. */
export type ForeignNames = Readonly<Record<string, string>>;

/** Stands for a name that exists elsewhere and not here: no name of ours is meant. */
export const UNSUPPORTED = '';

const unsupported = (...names: string[]): ForeignNames => Object.fromEntries(names.map((name) => [name, UNSUPPORTED]));

/** Activations of other tools that are not here; what ours are called elsewhere stands in their rows. */
export const FOREIGN_ACTIVATIONS = unsupported(
  ...['prelu', 'rrelu', 'celu', 'crelu', 'glu', 'swiglu', 'geglu', 'maxout', 'hardswish', 'hardshrink', 'softshrink'],
  ...[
    'tanhshrink',
    'threshold',
    'logsigmoid',
    'logsoftmax',
    'softmin',
    'sparsemax',
    'cos',
    'exp',
    'exponential',
    'step',
  ],
  ...['heaviside', 'sign', 'binarystep', 'rbf', 'square', 'arctan', 'atan', 'snake'],
);

export const FOREIGN_LOSSES = unsupported(
  ...['categoricalhinge', 'logcosh', 'rmse', 'cosine', 'cosinesimilarity', 'triplet', 'ctc', 'mape', 'msle', 'focal'],
  ...['gaussiannll', 'rootmeansquarederror', 'meansquaredlogarithmicerror', 'meanabsolutepercentageerror'],
);

export const FOREIGN_OPTIMIZERS = unsupported('adadelta', 'adamax', 'radam', 'amsgrad', 'ftrl', 'lion', 'lamb');

export const FOREIGN_SCHEDULES: ForeignNames = {
  ...{ steplr: 'step', stepdecay: 'step', exponentiallr: 'exponential', exponentialdecay: 'exponential' },
  ...{ cosineannealing: 'cosine', cosineannealinglr: 'cosine', cosinedecay: 'cosine', inversetimedecay: 'inverseTime' },
  ...{
    invscaling: 'inverseTime',
    inverse: 'inverseTime',
    linear: 'warmup',
    linearlr: 'warmup',
    linearwarmup: 'warmup',
  },
  ...unsupported('reducelronplateau', 'onplateau', 'plateau', 'onecycle', 'onecyclelr', 'cyclic', 'cycliclr'),
  ...unsupported('polynomial', 'polynomiallr', 'polynomialdecay', 'multistep', 'multisteplr', 'piecewiseconstant'),
  ...unsupported('constant', 'constantlr', 'adaptive', 'cosineannealingwarmrestarts', 'lambda', 'lambdalr'),
};

export const FOREIGN_INITS: ForeignNames = {
  ...{ glorotuniform: 'xavierUniform', glorotnormal: 'xavierNormal', glorot: 'xavierUniform', xavier: 'xavierUniform' },
  ...{ kaiminguniform: 'heUniform', kaimingnormal: 'heNormal', kaiming: 'heNormal', he: 'heNormal', zero: 'zeros' },
  ...unsupported('ones', 'normal', 'uniform', 'random', 'randomnormal', 'randomuniform', 'orthogonal', 'identity'),
  ...unsupported('lecunnormal', 'lecununiform', 'truncatednormal', 'constant', 'sparse', 'dirac'),
};

/** What other tools call the rows of a table, with the names that are `foreign` to it. */
export function foreignNames(
  table: Readonly<Record<string, { readonly aliases?: readonly string[] }>>,
  foreign: ForeignNames,
): ForeignNames {
  const known: Record<string, string> = { ...foreign };
  for (const [name, { aliases }] of Object.entries(table)) for (const alias of aliases ?? []) known[alias] = name;
  return known;
}

interface ForeignKey {
  /** Of the key without case and separators. */
  readonly matches: RegExp;
  /** What the format has in its place. */
  readonly here: string;
  /** The key of the same object that means the same. */
  readonly rename?: string;
}

/** Keys that change what a network computes or how it learns: to pass over one would give its file another meaning. */
const FOREIGN_KEYS: readonly ForeignKey[] = [
  { matches: /^(spatial|alpha)?drop(out|connect)?(rate|prob|probability|p)?$/, here: 'dropout is not supported' },
  {
    matches: /^(use)?(batch|layer|group|instance|weight|spectral)norm(alization|alisation)?$/,
    here: 'normalization layers are not supported',
  },
  {
    matches: /^(skip|shortcut|residual|highway)(s|connections?|from|to)?$/,
    here: 'skip connections are not supported: each layer is fully connected to the next',
  },
  {
    matches: /^(conv|deconv|maxpool|avgpool|pool|kernelsize|filters?|strides?|padding|dilation|flatten)/,
    here: 'convolutions and pooling are not supported',
  },
  {
    matches: /^(recurrent|rnn|lstm|gru|returnsequences|bidirectional|attention|numheads|transformer|embedding)/,
    here: 'only fully connected layers are supported',
  },
  { matches: /^(layertype|classname)$/, here: 'every layer is fully connected' },
  {
    matches: /^(units|neurons|nodes|size|outputs?|outdim|outfeatures|width)$/,
    here: 'the number of units is "units"',
    rename: 'units',
  },
  {
    matches: /^(activationfunction|activationfn|act|nonlinearity|transfer(function)?)$/,
    here: 'it is called "activation"',
    rename: 'activation',
  },
  { matches: /^(kernel|weightmatrix|theta|w)$/, here: 'it is called "weights"', rename: 'weights' },
  { matches: /^(bias|biasvector|intercepts?|b)$/, here: 'it is called "biases"', rename: 'biases' },
  { matches: /^usebias$/, here: '"biases": false is a layer without biases' },
  { matches: /^(trainable|requiresgrad|freeze)$/, here: 'what does not learn is "frozen": true' },
  {
    matches: /^(kernel|weight|bias)?init(ializer|ialization|ialisation)?$/,
    here: 'it is called "init"',
    rename: 'init',
  },
  { matches: /^(loss(function|fn)|cost(function)?|criterion|objective)$/, here: 'it is called "loss"', rename: 'loss' },
  {
    matches: /^reduction$/,
    here: 'J is the mean over the samples of the sum over the outputs; "loss": { "outputs": "mean" } and { "samples": "sum" } change that',
  },
  { matches: /^(fromlogits|ignoreindex|labelsmoothing|posweight)$/, here: 'a loss has no such option' },
  { matches: /^classweights?$/, here: 'it is "classWeights" of "data"', rename: 'classWeights' },
  { matches: /^(sample|row|instance|example)weights?$/, here: 'it is "weights" of "data"' },
  {
    matches: /^(gradient|grad)?clip(ping)?by(value)$|^(gradient|grad)?clipvalue$/,
    here: 'it is "clipValue" of "training"',
    rename: 'clipValue',
  },
  {
    matches: /^(gradient|grad)?clip(ping)?(by)?(global)?(grad)?norm$|^maxgrad(ient)?norm$/,
    here: 'it is "clipNorm" of "training"',
    rename: 'clipNorm',
  },
  {
    matches: /^(gradient|grad)?clip(ping|grad)?$|^gradient(clip|norm)/,
    here: '"clipNorm" of "training" limits the norm of the gradient, "clipValue" each entry of it',
  },
  {
    matches: /^(kernel|weight|bias)?(max(imum)?norm|constraint)(constraint)?$/,
    here: '"maxNorm" of "training" limits the norm of the weights into each unit',
    rename: 'maxNorm',
  },
  { matches: /^(threshold|bias)(input|unit|value)$/, here: 'it is "biasInput" of a layer', rename: 'biasInput' },
  {
    matches: /^(lr|eta|stepsize|learningrate|alpha)$/,
    here: '"learningRate" belongs in "training": { "optimizer": … }',
    rename: 'learningRate',
  },
  { matches: /^(lr|learningrate)?scheduler?$/, here: 'it is "schedule" of "training"', rename: 'schedule' },
  {
    matches: /^((lr|learningrate)decay|warmup(steps|epochs)?)$/,
    here: '"schedule" of "training" changes the learning rate from epoch to epoch',
  },
  { matches: /^half$/, here: '"half" belongs in "loss" or "regularization"' },
  { matches: /^persample$/, here: '"perSample" belongs in "regularization"' },
  {
    matches: /^(l1|l2|weightdecay|lambda|kernelregularizer|regularizer|penalty)$/,
    here: '"regularization": { "l1": …, "l2": … } is the penalty, and "weightDecay" belongs to adamw',
  },
  {
    matches: /^(epochs?|maxepochs|iterations|maxiter|numepochs)$/,
    here: '"epochs" belongs in "training"',
    rename: 'epochs',
  },
  { matches: /^(batchsize|batch|minibatch(size)?)$/, here: '"batchSize" belongs in "training"', rename: 'batchSize' },
  { matches: /^(optimizer|solver|optimiser|updater)$/, here: '"optimizer" belongs in "training"', rename: 'optimizer' },
  {
    matches: /^(momentum|nesterov|dampening|beta1|beta2|betas|epsilon|eps|rho|decay|amsgrad|maximize)$/,
    here: 'the constants of an optimizer belong in "training": { "optimizer": … }',
  },
  {
    matches: /^(early(stopping)?|patience|tol|tolerance|mindelta)$/,
    here: '"training": { "stop": … } says when a run ends',
  },
  {
    matches: /^(standardi[sz]e|normali[sz]e|scaler|scale|validation(split|fraction)?|testsize|augment(ation)?)$/,
    here: '"data" has "standardize" and "validation", and no other preparation',
  },
  { matches: /^(x|features?|samples|inputdata|xtrain)$/, here: 'they are called "inputs" of "data"', rename: 'inputs' },
  {
    matches: /^(y|labels?|outputdata|ytrain|classes)$/,
    here: 'they are called "targets" of "data"',
    rename: 'targets',
  },
];

/** No name of another tool is longer. */
const LONGEST = 60;

/** What a key of another tool is here, with the key of ours that is `known` in its object and means the same. */
export function foreignKey(
  name: string,
  known: readonly string[],
): { readonly here: string; readonly rename?: string } | undefined {
  if (name.length > LONGEST) return undefined;
  const bare = bareName(name);
  const row = FOREIGN_KEYS.find(({ matches }) => matches.test(bare));
  if (!row) return undefined;
  const { here, rename } = row;
  return rename !== undefined && known.includes(rename) ? { here: `it is called "${rename}" here`, rename } : { here };
}

/** Without case and separators. */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** By what a file of another tool is known. */
const FILES: readonly { readonly name: string; readonly is: (file: ObjectNode) => boolean }[] = [
  {
    name: 'a TensorFlow.js model',
    is: ({ members }) => members.has('modelTopology') || members.has('weightsManifest'),
  },
  { name: 'a Keras model', is: ({ members }) => members.has('class_name') && members.has('config') },
  { name: 'a brain.js network', is: ({ members }) => members.has('sizes') && members.has('layers') },
  { name: 'a Synaptic network', is: ({ members }) => members.has('neurons') && members.has('connections') },
  { name: 'a ConvNetJS network', is: hasConvNetLayers },
];

/** The other tool that wrote the file, in words. */
export function foreignFile(file: ObjectNode): string | undefined {
  return FILES.find(({ is }) => is(file))?.name;
}

function hasConvNetLayers({ members }: ObjectNode): boolean {
  const layers = members.get('layers')?.value;
  if (layers?.kind !== 'array') return false;
  const [first] = layers.items;
  return first?.kind === 'object' && first.members.has('layer_type');
}
