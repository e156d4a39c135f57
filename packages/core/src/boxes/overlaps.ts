import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { squeeze, tidy, zeros } from '@tensorflow/tfjs-core';
import { demand } from '../errors.ts';
import { isRecording } from '../operations/is-recording.ts';
import { alignedIou } from './aligned-iou.ts';
import { demandBoxes } from './check-boxes.ts';
import { columnsOf, rowsOf } from './corners.ts';
import type { OverlapConvention } from './overlap-conventions.ts';
import { GUARDS } from './overlap-conventions.ts';
import { overlapOfCorners } from './overlap-of-corners.ts';

/**
 * How the overlap of boxes a and b is measured:
 * - `iou`: intersection over union, in [0, 1];
 * - `iof`: intersection over the area of a ("foreground"), in [0, 1];
 * - `giou`: IoU − (E − U) / E with U the union and E the area of the smallest enclosing box, in [-1, 1] (Rezatofighi et al. 2019);
 * - `diou`: IoU − ρ² / c² with ρ the distance of the centres and c the diagonal of the enclosing box (Zheng et al. 2020);
 * - `ciou`: DIoU − α v with v = 4/π² (atan(wₐ/hₐ) − atan(w_b/h_b))² and α = v / (1 − IoU + v), a constant for the gradient (ibid.).
 */
export type OverlapKind = 'iou' | 'iof' | 'giou' | 'diou' | 'ciou';

const KINDS: readonly OverlapKind[] = ['iou', 'iof', 'giou', 'diou', 'ciou'];

/**
 * The overlap of every box of `a` with every box of `b`: [n, 4], [k, 4] → [n, k]. Holds n·k numbers several times over; to find
 * the best of many, `assignMaxIou` needs O(n + k). Differentiable.
 *
 * Throws when a or b is not [·, 4] float32 or `kind` is unknown.
 *
 * @param kind - default `iou`
 * @param convention - guards against division by zero, default `safe`: 0/0 is 0, never NaN
 */
export function pairwiseOverlaps(
  a: Tensor2D,
  b: Tensor2D,
  kind: OverlapKind = 'iou',
  convention: OverlapConvention = 'safe',
): Tensor2D {
  check(a, b, kind, convention);
  if (a.shape[0] === 0 || b.shape[0] === 0) return zeros([a.shape[0], b.shape[0]]);
  return tidy(() => overlapOfCorners(kind, columnsOf(a), rowsOf(b), GUARDS[convention]));
}

/**
 * The overlap of each box of `a` with the box of `b` in the same row: [n, 4], [n, 4] → [n]. Differentiable with respect to both; where
 * coordinates are equal the gradient is shared as in torch, so that it vanishes for identical boxes.
 *
 * Throws when a or b is not [n, 4] float32, their lengths differ, or `kind` is unknown.
 *
 * @param kind - default `iou`
 * @param convention - guards against division by zero, default `safe`: 0/0 is 0, never NaN
 */
export function alignedOverlaps(
  a: Tensor2D,
  b: Tensor2D,
  kind: OverlapKind = 'iou',
  convention: OverlapConvention = 'safe',
): Tensor1D {
  check(a, b, kind, convention);
  demand(a.shape[0] === b.shape[0], {
    package: '@equipoise/core',
    subject: 'b',
    expected: `as many boxes as a (${a.shape[0]})`,
    actual: b.shape[0],
  });
  if (a.shape[0] === 0) return zeros([0]);
  const guards = GUARDS[convention];
  if (kind === 'iou' && !isRecording()) return alignedIou({ a, b }, guards);
  return tidy(() => squeeze<Tensor1D>(overlapOfCorners(kind, columnsOf(a), columnsOf(b), guards), [1]));
}

function check(a: Tensor2D, b: Tensor2D, kind: OverlapKind, convention: OverlapConvention): void {
  demandBoxes('a', a);
  demandBoxes('b', b);
  demand(KINDS.includes(kind), {
    package: '@equipoise/core',
    subject: 'kind',
    expected: `one of ${KINDS.join(', ')}`,
    actual: kind,
  });
  demand(Object.hasOwn(GUARDS, convention), {
    package: '@equipoise/core',
    subject: 'convention',
    expected: `one of ${Object.keys(GUARDS).join(', ')}`,
    actual: convention,
  });
}
