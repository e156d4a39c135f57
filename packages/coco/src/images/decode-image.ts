import sharp, { type Sharp } from 'sharp';
import { DataError } from '../data-error.ts';
import type { DatasetImage } from '../dataset/dataset.ts';
import { place, type Fit, type View } from './view.ts';

/** A decoded image. */
export interface DecodedImage<T extends DatasetImage = DatasetImage> {
  /** What was decoded. */
  readonly image: T;
  /** [height, width, 3] RGB, 0 to 255, row by row. */
  readonly pixels: Uint8Array;
  /** Pixels of the view, as asked for. */
  readonly width: number;
  /** Pixels of the view, as asked for. */
  readonly height: number;
  /** From original pixels to those of `pixels`; see `toView` and `toOriginal`. */
  readonly view: View;
}

/** What size to decode to. */
export interface DecodeOptions {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** `fill` (default) stretches, `contain` keeps the shape and adds bars. */
  readonly fit?: Fit;
  /** Colour of the bars, RGB 0 to 255. Default black. */
  readonly background?: readonly [red: number, green: number, blue: number];
}

/**
 * Decodes an image, of any format sharp reads, to RGB of the size asked for. Grey becomes RGB, transparency is dropped; a
 * turn noted by the camera (EXIF) is followed when that is what the size in the record fits.
 *
 * @throws DataError for a file that cannot be decoded or is not of the size its record says
 */
export async function decodeImage<T extends DatasetImage>(
  image: T,
  options: DecodeOptions,
): Promise<DecodedImage<T>> {
  const { width, height, fit = 'fill', background: [r, g, b] = [0, 0, 0] } = options;
  const to = { width, height };
  const placed = place(image, to, fit);
  const source = await decoding(image, () => upright(image));
  const { offsetX, offsetY, scaleX, scaleY } = placed;
  const data = await decoding(image, () =>
    source
      .removeAlpha()
      .resize(placed.width, placed.height, { fit: 'fill' })
      .extend({
        left: offsetX,
        top: offsetY,
        right: width - placed.width - offsetX,
        bottom: height - placed.height - offsetY,
        background: { r, g, b },
      })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer(),
  );
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { image, pixels, width, height, view: { scaleX, scaleY, offsetX, offsetY } };
}

/** The image, turned or not so that its size is that of the record. */
async function upright(image: DatasetImage): Promise<Sharp> {
  const source = sharp(image.file);
  const { width, height, autoOrient } = await source.metadata();
  if (width === image.width && height === image.height) return source;
  if (autoOrient.width === image.width && autoOrient.height === image.height) return source.autoOrient();
  throw new DataError({
    file: image.fileName,
    field: 'size',
    expected: `${image.width}×${image.height} pixels as in the annotations`,
    actual: `${width}×${height}`,
  });
}

async function decoding<T>(image: DatasetImage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const actual = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      { file: image.fileName, expected: 'an image that can be decoded', actual },
      { cause },
    );
  }
}
