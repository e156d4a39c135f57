import type { Corners } from '../dataset/dataset.ts';

/** How an image was brought to another size: `view = original · scale + offset`, in pixels. */
export interface View {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** How an image fills the size asked for: stretched, or whole with bars around it. */
export type Fit = 'fill' | 'contain';

/** A {@link View} and the size, in whole pixels, that the image itself has in it. */
export interface Placement extends View {
  readonly width: number;
  readonly height: number;
}

/**
 * Where an image comes to lie.
 *
 * @param from - size of the image, pixels
 * @param to - size asked for, pixels
 * @param fit - `fill` stretches; `contain` keeps the shape as far as whole pixels allow and centres, bars around it
 */
export function place(
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
  fit: Fit,
): Placement {
  const scale = Math.min(to.width / from.width, to.height / from.height);
  const width = fit === 'fill' ? to.width : Math.min(to.width, Math.max(1, Math.round(from.width * scale)));
  const height =
    fit === 'fill' ? to.height : Math.min(to.height, Math.max(1, Math.round(from.height * scale)));
  return {
    width,
    height,
    scaleX: width / from.width,
    scaleY: height / from.height,
    offsetX: Math.floor((to.width - width) / 2),
    offsetY: Math.floor((to.height - height) / 2),
  };
}

/** A box of the original image, in the pixels of the view. */
export function toView([x1, y1, x2, y2]: Corners, { scaleX, scaleY, offsetX, offsetY }: View): Corners {
  return [x1 * scaleX + offsetX, y1 * scaleY + offsetY, x2 * scaleX + offsetX, y2 * scaleY + offsetY];
}

/** A box of the view, in the pixels of the original image. */
export function toOriginal([x1, y1, x2, y2]: Corners, { scaleX, scaleY, offsetX, offsetY }: View): Corners {
  return [(x1 - offsetX) / scaleX, (y1 - offsetY) / scaleY, (x2 - offsetX) / scaleX, (y2 - offsetY) / scaleY];
}
