/** Which place of the text is which part of the network, and the other way round. */

import { parameterLayout } from '../../core/network';
import type { ParameterId, ParameterLayout } from '../../core/network';
import type { PlacedClaim, OpenClaim } from './annotations';
import { touches } from './index';
import type { NumberPool, NumbersNode, ObjectNode } from './index';
import type { TensorReference } from '../network/beside';
import type { LayerSource, ReadLayer } from '../network/layers';
import type { Span } from '../problems';

/** What stands at a place of the text, innermost first. */
export type SourceElement =
  | { readonly kind: 'parameter'; readonly parameter: ParameterId; readonly span: Span }
  | { readonly kind: 'claim'; readonly claim: PlacedClaim; readonly span: Span }
  | { readonly kind: 'activation'; readonly layer: number; readonly span: Span }
  | { readonly kind: 'layer'; readonly layer: number; readonly span: Span }
  | { readonly kind: 'loss'; readonly span: Span };

export class SourceMap {
  readonly layout: ParameterLayout;
  private readonly sources: readonly LayerSource[];

  constructor(
    layers: readonly ReadLayer[],
    private readonly numbers: NumberPool,
    /** The value of `loss`; undefined where the file leaves it to its default. */
    private readonly lossRange: Span | undefined,
    /** The file's parameters, those that it leaves to `init` and to zero included; undefined for a file with errors. */
    readonly theta: Float64Array | undefined,
    /** The whole file; undefined where it is not an object. */
    readonly file?: ObjectNode,
  ) {
    this.layout = parameterLayout(layers.map(({ layer }) => layer));
    this.sources = layers.map(({ source }) => source);
  }

  /** The number of θ_ij^(l) in the text; undefined where the text does not write it out. */
  parameterRange({ layer, to, from }: ParameterId): Span | undefined {
    const source = this.layerSource(layer + 1);
    const row = from === 0 ? source?.biases : source?.rows[to - 1];
    const column = from === 0 ? to : from;
    return row && column >= 1 && column <= row.count ? this.numbers.span(row.first + column - 1) : undefined;
  }

  /**
   * The parameters whose numbers are written out in a part of the text, in its order. Rows of more than `longest` numbers are
   * left out.
   */
  *parametersIn({ offset, length }: Span, longest: number): Generator<Span & { readonly parameter: ParameterId }> {
    const overlaps = (span: Span): boolean => span.offset <= offset + length && span.offset + span.length >= offset;
    for (const { number, node, rows, biases } of this.sources) {
      if (!overlaps(node)) continue;
      for (const [index, row] of [...rows, biases].entries()) {
        if (!row || row.count > longest || !overlaps(row)) continue;
        for (let at = 0; at < row.count; at++) {
          const span = this.numbers.span(row.first + at);
          const isBias = index === rows.length;
          const unit = isBias ? { to: at + 1, from: 0 } : { to: index + 1, from: at + 1 };
          if (overlaps(span)) yield { ...span, parameter: { layer: number - 1, ...unit } };
        }
      }
    }
  }

  /** Every layer of the text and its nodes. */
  get layers(): readonly LayerSource[] {
    return this.sources;
  }

  /** The parameter whose number is at `offset`, its end included. */
  parameterAt(offset: number): ParameterId | undefined {
    const element = this.elementAt(offset);
    return element?.kind === 'parameter' ? element.parameter : undefined;
  }

  /** The layer (from 1) whose activation is named at `offset`. */
  activationAt(offset: number): { readonly layer: number; readonly span: Span } | undefined {
    const element = this.elementAt(offset);
    return element?.kind === 'activation' ? { layer: element.layer, span: element.span } : undefined;
  }

  /** The value of `loss`, where `offset` is in it. */
  lossAt(offset: number): Span | undefined {
    return this.lossRange && touches(this.lossRange, offset) ? this.lossRange : undefined;
  }

  /** The tensor that the text refers to at `offset`, and the part of θ that it is. */
  tensorAt(offset: number):
    | {
        readonly layer: number;
        readonly reference: TensorReference;
        readonly first: number;
        readonly shape: readonly number[];
      }
    | undefined {
    const source = this.sources.find(({ node }) => touches(node, offset));
    const block = source && this.layout.layers[source.number - 2];
    if (!block) return undefined;
    const { weights, biases } = source.tensors;
    if (weights && touches(weights.span, offset)) {
      return { layer: source.number, reference: weights, first: block.weights, shape: [block.rows, block.columns] };
    }
    if (biases && touches(biases.span, offset)) {
      return { layer: source.number, reference: biases, first: block.biases, shape: [block.rows] };
    }
    return undefined;
  }

  /** The claimed gradient whose number is at `offset`. */
  claimAt(offset: number): PlacedClaim | undefined {
    const element = this.elementAt(offset);
    return element?.kind === 'claim' ? element.claim : undefined;
  }

  /** The claimed gradients that are asked for and still null, in the text's order. */
  get openClaims(): readonly OpenClaim[] {
    return this.sources.flatMap(({ openClaims }) => openClaims);
  }

  /** The parameter whose claimed gradient, a number or null, is at `offset`. */
  claimedParameterAt(offset: number): ParameterId | undefined {
    const source = this.sources.find(({ node }) => touches(node, offset));
    const places = source ? [...source.claims, ...source.openClaims] : [];
    return places.find((place) => touches(place, offset))?.parameter;
  }

  /** The layer (from 1) whose object `offset` is in. */
  layerNumberAt(offset: number): number | undefined {
    return this.sources.find(({ node }) => touches(node, offset))?.number;
  }

  /** The object of a layer, from 1. */
  layerRange(layer: number): Span | undefined {
    const node = this.layerSource(layer)?.node;
    return node && { offset: node.offset, length: node.length };
  }

  /** The layer of the text (from 1) and its nodes. */
  layerSource(layer: number): LayerSource | undefined {
    return this.sources.find(({ number }) => number === layer);
  }

  /** The part of the network at `offset`, or undefined where there is none. */
  elementAt(offset: number): SourceElement | undefined {
    const loss = this.lossAt(offset);
    if (loss) return { kind: 'loss', span: loss };
    const source = this.sources.find(({ node }) => touches(node, offset));
    if (!source) return undefined;
    const layer = source.number;
    const { activation } = source;
    if (activation && touches(activation, offset)) {
      return { kind: 'activation', layer, span: { offset: activation.offset, length: activation.length } };
    }
    const claim = source.claims.find((candidate) => touches(candidate, offset));
    if (claim) return { kind: 'claim', claim, span: { offset: claim.offset, length: claim.length } };
    const parameter = this.findParameter(source, offset);
    if (parameter) return parameter;
    return { kind: 'layer', layer, span: { offset: source.node.offset, length: source.node.length } };
  }

  private findParameter(source: LayerSource, offset: number): SourceElement | undefined {
    const index = this.numbers.indexAt(offset);
    if (index < 0) return undefined;
    const inRow = (row: NumbersNode | undefined): boolean =>
      row !== undefined && index >= row.first && index < row.first + row.count;
    const to = source.rows.findIndex(inRow);
    const layer = source.number - 1;
    const span = this.numbers.span(index);
    if (to >= 0) {
      const from = index - (source.rows[to]?.first ?? 0) + 1;
      return { kind: 'parameter', parameter: { layer, to: to + 1, from }, span };
    }
    if (!inRow(source.biases)) return undefined;
    const unit = index - (source.biases?.first ?? 0) + 1;
    return { kind: 'parameter', parameter: { layer, to: unit, from: 0 }, span };
  }
}
