import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ImageShape } from '../../src/core/network';
import type { ModelSlice } from '../../src/protocol';
import { Bitmaps, imagePixels, writtenInputs } from './pixels';

interface InputImageProps {
  readonly model: ModelSlice;
  readonly shape: ImageShape;
  /** x as the network sees it. */
  readonly inputs: Float64Array;
  /** What it is, in words. */
  readonly label: string;
}

/** The inputs of one sample as the image that they are. */
export function InputImage({ model, shape, inputs, label }: InputImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const bitmap = new Bitmaps().paint('', shape.columns, shape.rows, imagePixels(shape, writtenInputs(model, inputs)));
    canvas.current?.getContext('2d')?.drawImage(bitmap, 0, 0);
  }, [model, shape, inputs]);
  return (
    <canvas class="input-image" ref={canvas} width={shape.columns} height={shape.rows} role="img" aria-label={label} />
  );
}
