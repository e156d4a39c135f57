import type { Tensor2D } from '@tensorflow/tfjs-core';
import { add, atan, cast, div, greater, maximum, mul, square, sub } from '@tensorflow/tfjs-core';
import { detach } from '../operations/detach.ts';
import type { Corners } from './corners.ts';
import { evenMaximum, evenMinimum } from './extremes.ts';
import type { Guards } from './overlap-conventions.ts';
import type { OverlapKind } from './overlaps.ts';

/** What all kinds of overlap share. */
export interface Parts {
  readonly inter: Tensor2D;
  readonly areaA: Tensor2D;
  readonly union: Tensor2D;
}

/** The overlap of boxes whose corners broadcast against each other. */
export function overlapOfCorners(kind: OverlapKind, a: Corners, b: Corners, guards: Guards): Tensor2D {
  const parts = partsOf(a, b, guards);
  switch (kind) {
    case 'iou':
      return div(parts.inter, atLeast(parts.union, guards.least));
    case 'iof':
      return div(parts.inter, atLeast(parts.areaA, guards.least));
    case 'giou':
      return generalized(parts, a, b, guards);
    case 'diou':
      return distance(parts, a, b, guards);
    case 'ciou':
      return complete(parts, a, b, guards);
  }
}

/** The intersection, the area of a and the union of boxes whose corners broadcast against each other. */
export function partsOf(a: Corners, b: Corners, { touching }: Pick<Guards, 'touching'>): Parts {
  // Where both arguments of tf.maximum are equal, the first gets the gradient.
  const positive = (x: Tensor2D): Tensor2D => (touching ? maximum<Tensor2D>(x, 0) : maximum<Tensor2D>(0, x));
  const width = positive(sub(evenMinimum(a.x2, b.x2), evenMaximum(a.x1, b.x1)));
  const height = positive(sub(evenMinimum(a.y2, b.y2), evenMaximum(a.y1, b.y1)));
  const inter = mul<Tensor2D>(width, height);
  const areaA = mul<Tensor2D>(sub(a.x2, a.x1), sub(a.y2, a.y1));
  const areaB = mul<Tensor2D>(sub(b.x2, b.x1), sub(b.y2, b.y1));
  return { inter, areaA, union: sub(add(areaA, areaB), inter) };
}

function generalized({ inter, union }: Parts, a: Corners, b: Corners, guards: Guards): Tensor2D {
  const { least, addedToGeneralized } = guards;
  const guardedUnion = atLeast(union, least);
  const { width, height } = enclosing(a, b);
  const area = atLeast(mul(width, height), least);
  const unused = div<Tensor2D>(sub(area, guardedUnion), plus(area, addedToGeneralized));
  return sub(div(inter, plus(guardedUnion, addedToGeneralized)), unused);
}

function distance(parts: Parts, a: Corners, b: Corners, guards: Guards): Tensor2D {
  return sub(addedIou(parts, guards), centreTerm(a, b, guards));
}

function complete(parts: Parts, a: Corners, b: Corners, guards: Guards): Tensor2D {
  const iou = addedIou(parts, guards);
  const aspect = mul<Tensor2D>(square(sub(aspectAngle(a, guards), aspectAngle(b, guards))), 4 / Math.PI ** 2);
  const raw = div<Tensor2D>(aspect, add(add(sub(1, iou), aspect), guards.addedToAlpha));
  const counted =
    guards.aspectAbove < 0 ? raw : mul<Tensor2D>(raw, cast(greater(iou, guards.aspectAbove), 'float32'));
  return sub(sub(iou, centreTerm(a, b, guards)), mul(detach(counted), aspect));
}

/** The IoU inside DIoU and CIoU, which some references guard in a way of its own. */
function addedIou({ inter, union }: Parts, { addedToUnion, least }: Guards): Tensor2D {
  return div(inter, addedToUnion > 0 ? add(union, addedToUnion) : atLeast(union, least));
}

/** Squared distance of the centres over the squared diagonal of the enclosing box. */
function centreTerm(a: Corners, b: Corners, { addedToDiagonal }: Guards): Tensor2D {
  const { width, height } = enclosing(a, b);
  const diagonal = add<Tensor2D>(add(square(width), square(height)), addedToDiagonal);
  const dx = sub<Tensor2D>(add(b.x1, b.x2), add(a.x1, a.x2));
  const dy = sub<Tensor2D>(add(b.y1, b.y2), add(a.y1, a.y2));
  return div(mul(add(square(dx), square(dy)), 0.25), diagonal);
}

/** The size of the smallest box around both. */
export function enclosing(a: Corners, b: Corners): { width: Tensor2D; height: Tensor2D } {
  return {
    width: maximum(sub(evenMaximum(a.x2, b.x2), evenMinimum(a.x1, b.x1)), 0),
    height: maximum(sub(evenMaximum(a.y2, b.y2), evenMinimum(a.y1, b.y1)), 0),
  };
}

function aspectAngle({ x1, y1, x2, y2 }: Corners, { addedToHeight, leastHeight }: Guards): Tensor2D {
  return atan(div(sub(x2, x1), atLeast(add(sub(y2, y1), addedToHeight), leastHeight)));
}

function plus(x: Tensor2D, added: number): Tensor2D {
  return added > 0 ? add(x, added) : x;
}

function atLeast(x: Tensor2D, least: number): Tensor2D {
  return least > 0 ? maximum(x, least) : x;
}
