import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { ImageShape } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { useColours } from '../color';
import { byInputs } from '../graph/describe';
import { convention, SHORT, show } from '../names';
import { Picture } from '../savePicture/picture';
import { InputImage } from './inputImage';
import { Bitmaps, paletteOf, signedPixels } from './pixels';

interface InputGradientProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
}

/** Of a sample that is an image: the image, and beside it ∂E/∂x of every pixel, in the colors of its sign. Nothing else. */
export function InputGradient({ model, values }: InputGradientProps) {
  const shape = model.network.layers[0]?.shape;
  const derivatives = useMemo(() => byInputs(model, values), [model, values]);
  const inputs = values?.analysis?.units.a[0];
  if (!shape || !derivatives || !inputs) return null;
  const name = `∂${convention(model.network, values.sample).left}/∂x`;
  const most = derivatives.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return (
    <Picture of="input-gradient" class="input-gradient">
      <figure>
        <InputImage {...{ model, shape, inputs }} label="x, the image of the selected sample" />
        <figcaption>x</figcaption>
      </figure>
      <figure>
        <SignedImage
          {...{ shape, derivatives, most }}
          label={`${name} of every pixel, from ${show(-most, SHORT)} to ${show(most, SHORT)}`}
        />
        <figcaption>
          {name} <span class="muted numeric">±{show(most, SHORT)}</span>
        </figcaption>
      </figure>
    </Picture>
  );
}

interface SignedImageProps {
  readonly shape: ImageShape;
  readonly derivatives: Float64Array;
  readonly most: number;
  readonly label: string;
}

function SignedImage({ shape, derivatives, most, label }: SignedImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  useLayoutEffect(() => {
    const palette = paletteOf(['--negative', '--bg', '--positive'].map(colours));
    const pixels = signedPixels(shape, derivatives, most, palette);
    const bitmap = new Bitmaps().paint('', shape.columns, shape.rows, pixels);
    canvas.current?.getContext('2d')?.drawImage(bitmap, 0, 0);
  }, [shape, derivatives, most, colours]);
  return (
    <canvas class="input-image" ref={canvas} width={shape.columns} height={shape.rows} role="img" aria-label={label} />
  );
}
