import { DataError, show } from '../data-error.ts';
import type { DatasetImage } from '../dataset/dataset.ts';
import { decodeImage, type DecodedImage, type DecodeOptions } from './decode-image.ts';

/** How {@link streamImages} decodes. */
export interface StreamOptions extends DecodeOptions {
  /** Images decoded ahead of the one in use, which bounds the memory taken. Default 4. */
  readonly ahead?: number;
}

/**
 * Decodes images one after another, in the order given, a few ahead of the one in use.
 *
 * @param images - of a split, or any part of it in any order
 * @yields the images with their pixels [height, width, 3]; leaving the loop early stops the decoding
 * @throws DataError, at the image concerned, for a file that cannot be decoded or is not of the size its record says
 */
export async function* streamImages<T extends DatasetImage>(
  images: Iterable<T>,
  options: StreamOptions,
): AsyncGenerator<DecodedImage<T>, void, void> {
  const { ahead = 4, width, height, fit = 'fill' } = options;
  check(Number.isInteger(width) && width > 0, 'width', 'an integer > 0', width);
  check(Number.isInteger(height) && height > 0, 'height', 'an integer > 0', height);
  check(Number.isInteger(ahead) && ahead >= 0, 'ahead', 'an integer ≥ 0', ahead);
  check(fit === 'fill' || fit === 'contain', 'fit', '"fill" or "contain"', fit);
  const pending: Promise<DecodedImage<T>>[] = [];
  try {
    for (const image of images) {
      const decoding = decodeImage(image, options);
      // A failure is reported when its turn comes, not as unhandled before.
      decoding.catch(() => undefined);
      pending.push(decoding);
      if (pending.length > ahead) yield await pending.shift()!;
    }
    while (pending.length > 0) yield await pending.shift()!;
  } finally {
    await Promise.allSettled(pending);
  }
}

function check(right: boolean, field: string, expected: string, actual: unknown): void {
  if (!right) throw new DataError({ file: 'options', field, expected, actual: show(actual) });
}
