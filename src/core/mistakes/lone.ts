/** One claim by itself: what each row of the table makes of ∂J/∂θ at its parameter. */

import { ACTIVATIONS, hasLossWithLogits } from '../functions';
import { type Network, type ParameterId, type Samples, layerAt } from '../network';
import { parameterName } from '../notation';
import { Block, type Parts, partsWithConstant } from './block';
import { layerWords, placed } from './diagnosis';
import type { Location } from './location';
import { ChangedBlock, isOfSum, touchesEntry } from './match';
import { derivativeName, numeral, productWithout, unitNames } from './names';
import type { BlockChange, Detail, MistakeRow, Part } from './row';
import type { Passes } from './passes';
import { MISTAKES } from './rows';
import { Tangent } from './tangent';

/** More units than this of one layer are not looked at one by one. */
export const MOST_LONE_UNITS = 64;
/** ∂J/∂θ with a mistake, in the data's part and the penalty's. */
export interface LoneValue extends Parts {
  readonly code: string;
  /** Of the one value in a thousand that is found, what is said of it. */
  readonly words: () => LoneWords;
  /** How far the value may be off, where the mistake does not say it to the last digit. */
  readonly reach?: number;
}

/** What is said of a value that explains a claim. */
export interface LoneWords {
  readonly hint: string;
  /** What the number is, where that can be said: `∂E/∂a₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₂`. */
  readonly form?: string;
  /** What went wrong: `the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.187 is missing`. */
  readonly fault: string;
  readonly detail: Detail;
  /** The place in the derivation, where it is one. */
  readonly location?: Location;
}

/** What is done with a finished derivative, whatever derivative was found. */
export interface Turn extends Pick<LoneValue, 'code' | 'words'> {
  turn(parts: Parts): Parts;
}

/** One parameter, with what is known of its derivative. */
export class Lone {
  readonly network: Network;
  readonly samples: Samples;
  readonly block: Block;
  readonly tangent: Tangent;
  readonly exact: Parts;
  readonly name: string;

  constructor(
    readonly passes: Passes,
    readonly parameter: ParameterId,
    /** Of the parameter in its block. */
    readonly k: number,
  ) {
    const { objective, right } = passes;
    const { layer } = parameter;
    ({ network: this.network, samples: this.samples } = objective);
    this.block = new Block(right.batch, layer, right.deltas[layer] ?? new Float64Array());
    this.tangent = new Tangent(right.batch, parameter);
    this.exact = this.block.parts(k);
    this.name = derivativeName(this.network, parameter);
  }

  /** The layers on the way from the parameter to the loss. */
  *layers(last = this.network.layers.length): Generator<number> {
    for (let l = this.parameter.layer + 1; l <= last; l++) yield l;
  }

  /** The derivative with more in the data's part; none where that is nothing, or no number. */
  gained(gain: number): Parts[] {
    return gain === 0 || !Number.isFinite(gain) ? [] : [{ ...this.exact, data: this.exact.data + gain }];
  }

  isVector(l: number): boolean {
    return ACTIVATIONS[layerAt(this.network, l).activation.type].vector;
  }

  /** What is done with the finished derivative. */
  turns(): Turn[] {
    return MISTAKES.flatMap((row) =>
      this.blockUses(row).flatMap(({ change, part }): Turn[] => {
        const { reparted, finish } = change;
        if (!reparted && !finish) return [];
        const constants = row.constant?.likely(this.network, this.samples) ?? [{ value: 0 }];
        return constants.map(({ value, reason }) => {
          const constant = row.constant ? { [row.constant.key]: value, ...(reason && { reason }) } : {};
          return {
            code: row.code,
            words: () => this.words(row, { ...change.detail, ...constant }, part),
            turn: (parts) => {
              const changed = reparted?.(parts, this.block, this.k) ?? parts;
              if (!finish) return partsWithConstant(changed, value);
              const { base, along } = finish(changed, this.block.theta(this.k), part);
              return { data: base + value * along, penalty: 0 };
            },
          };
        });
      }),
    );
  }

  /** A change of the sum that the entry is. */
  sums(row: MistakeRow): LoneValue[] {
    return this.blockUses(row).flatMap(({ change, part }): LoneValue[] => {
      if (!isOfSum(change)) return [];
      const parts = new ChangedBlock(this.block, [{ change, part }]).parts(this.k);
      const words = (): LoneWords => ({ ...this.words(row, change.detail, part), ...this.missing(row, parts) });
      return [{ code: row.code, ...parts, words }];
    });
  }

  private blockUses(row: MistakeRow): { change: BlockChange; part: Part }[] {
    const { batch } = this.passes.right;
    const bias = this.block.isBias(this.k);
    return (row.block?.(batch, this.parameter.layer) ?? []).flatMap((change) =>
      change.parts
        .filter((part) => touchesEntry(part, bias, this.network))
        // Of one claim, all is what the part of its kind is.
        .filter((part) => !change.parts.includes('all') || (part !== 'weights' && part !== 'biases'))
        .map((part) => ({ change, part })),
    );
  }

  /** A change on the way back, or of the outputs: at one unit, in one layer, in all. */
  ofPass(row: MistakeRow): LoneValue[] {
    const { right } = this.passes;
    const { layer, to } = this.parameter;
    const last = this.network.layers.length;
    const values: LoneValue[] = [];
    for (const l of this.layers(row.weights ? last - 1 : last)) {
      const before = (row.weights ? right.signals : right.deltas)[l - 1];
      if (!before) continue;
      for (const { detail, made } of this.passes.at(row, l)) {
        const gains = this.tangent.gains(row.weights ? 'a' : 'z', l, before, made);
        const alone = l === layer + 1 && (!row.weights || !this.isVector(l));
        // What a row does through the weights, and in units that depend on each other, it does in a whole layer.
        const byUnit = !row.weights && (alone || (gains.length <= MOST_LONE_UNITS && !this.isVector(l)));
        for (const [i, gain] of gains.entries()) {
          if (byUnit && (!alone || i + 1 === to)) values.push(...this.withGain(row, detail, gain, l, i + 1));
        }
        if (!byUnit || (!alone && gains.length > 1)) {
          values.push(
            ...this.withGain(
              row,
              detail,
              gains.reduce((sum, gain) => sum + gain, 0),
              l,
            ),
          );
        }
      }
    }
    for (const { detail, layers, way } of row.output || !this.passes.isSmall ? [] : this.passes.everywhere(row)) {
      const on = layers.filter((l) => l > layer);
      const delta = way.deltas[layer];
      if (on.length < 2 || !delta) continue;
      const data = new Block(way.batch, layer, delta).data(this.k);
      values.push(...this.withGain(row, detail, data - this.exact.data));
    }
    return values;
  }

  /** Another forward pass. */
  ofForward(): LoneValue[] {
    const { layer } = this.parameter;
    return this.passes.forward().map(({ row, detail, layers, way }): LoneValue => ({
      code: row.code,
      ...this.exact,
      data: new Block(way.batch, layer, way.deltas[layer] ?? new Float64Array()).data(this.k),
      words: () => {
        const place = {
          network: this.network,
          rows: this.samples,
          layer: layers[0] ?? 1,
          detail,
          part: 'all' as const,
          everywhere: false,
        };
        return {
          ...this.words(row, detail, 'all'),
          fault: placed(row.sentence(place), layerWords({ row, layers }, this.network)),
          detail: layers.length === 1 ? { ...detail, layer: layers[0] ?? 1 } : detail,
        };
      },
    }));
  }

  private withGain(row: MistakeRow, detail: Detail, gain: number, layer?: number, unit?: number): LoneValue[] {
    return this.gained(gain).map((parts) => ({
      code: row.code,
      ...parts,
      words: () => this.ofGain(row, detail, parts, layer, unit),
    }));
  }

  private ofGain(row: MistakeRow, detail: Detail, parts: Parts, layer?: number, unit?: number): LoneWords {
    const place = {
      network: this.network,
      rows: this.samples,
      layer: layer ?? this.network.layers.length - 1,
      detail,
      part: 'all' as const,
      everywhere: layer === undefined,
    };
    const where =
      unit !== undefined && layerAt(this.network, layer ?? 1).units > 1
        ? `at unit ${String(unit)} of layer ${String(layer)}`
        : layer === undefined
          ? 'in every layer'
          : `in layer ${String(layer)}`;
    return {
      ...this.words(row, detail, 'all', layer, unit),
      fault: placed(row.sentence(place), where),
      detail: { ...detail, ...(layer && { layer }), ...(unit && { unit }) },
      ...this.missing(row, parts, layer, unit),
    };
  }

  private words(row: MistakeRow, detail: Detail, part: Part, layer?: number, unit?: number): LoneWords {
    const { network, parameter } = this;
    const { factor } = row;
    const place = { network, rows: this.samples, layer: layer ?? parameter.layer, detail, part, everywhere: false };
    // A loss with logits is one factor with the activation of the outputs.
    const merged = layer === network.layers.length && factor?.factor === 'activation' && hasLossWithLogits(network);
    return {
      hint: row.hint,
      fault: row.sentence(place),
      detail: { ...detail, ...(part === 'all' ? {} : { part }) },
      ...(factor && {
        location: {
          fault: factor.fault,
          factor: merged ? 'lossOfLogit' : factor.factor,
          ...(layer && { layer }),
          ...(unit && { unit }),
        },
      }),
    };
  }

  /** The words for a factor that is left out: with its value, and what is left, where there is one path. */
  private missing(
    { factor }: MistakeRow,
    changed: Parts,
    layer?: number,
    unit?: number,
  ): Pick<LoneWords, 'form' | 'fault'> | undefined {
    if (factor?.fault !== 'missing') return undefined;
    const { network, parameter, samples } = this;
    const own = unitNames(network, parameter.layer + 1, parameter.to);
    const only = (l: number): number | undefined => (layerAt(network, l).units === 1 ? 1 : undefined);
    const at = (l: number, i = only(l)): ReturnType<typeof unitNames> => unitNames(network, l, i);
    const symbol =
      factor.factor === 'input'
        ? `∂${own.z}/∂${parameterName(network, parameter)}`
        : layer === undefined
          ? factor.factor === 'weight'
            ? '∂z/∂a = θ'
            : '∂a/∂z'
          : factor.factor === 'weight'
            ? `∂${at(layer + 1).z}/∂${at(layer).a}`
            : `∂${at(layer, unit).a}/∂${at(layer, unit).z}`;
    const form = samples.count === 1 ? productWithout(network, parameter, symbol) : undefined;
    const value = form === undefined ? '' : ` = ${numeral(this.exact.data / changed.data)}`;
    // From the only unit of a layer to the only one of the next, it is one weight.
    const isOne = layer !== undefined && only(layer) === 1 && (factor.factor !== 'weight' || only(layer + 1) === 1);
    const theta = isOne && factor.factor === 'weight' ? ` = ${parameterName(network, { layer, to: 1, from: 1 })}` : '';
    const where =
      factor.factor === 'input' || unit !== undefined || isOne
        ? ''
        : layer === undefined
          ? ' in every layer'
          : ` in every unit of layer ${String(layer)}`;
    return { fault: `the factor ${symbol}${theta}${value} is missing${where}`, ...(form && { form }) };
  }
}
