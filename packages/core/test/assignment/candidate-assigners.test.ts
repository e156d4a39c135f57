import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { assignAtss } from '../../src/assignment/assign-atss.ts';
import { assignSimOta } from '../../src/assignment/assign-sim-ota.ts';
import { assignTaskAligned } from '../../src/assignment/assign-task-aligned.ts';
import type { Assignment } from '../../src/assignment/assigned-codes.ts';
import type { ImageTruth, Predictions } from '../../src/assignment/image-truth.ts';
import { atssAssignment } from '../../src/operations/atss-assignment.ts';
import { simOtaAssignment } from '../../src/operations/sim-ota-assignment.ts';
import { taskAlignedAssignment } from '../../src/operations/task-aligned-assignment.ts';
import { boxes2d, expectClose, golden, onEachBackend, uniform, withoutLeaks } from '../boxes/support.ts';
import type { Scene } from './brute-force.ts';
import { atss, randomScene, simOta, taskAligned } from './brute-force.ts';

/** As mmdet's gt_inds: -1 ignored, 0 negative, else ground truth + 1. */
function gtInds({ groundTruth, state }: Assignment): number[] {
  const matched = groundTruth.dataSync();
  return Array.from(state.dataSync(), (s, i) => (s === 1 ? matched[i]! + 1 : s));
}

const matrix = (rows: readonly (readonly number[])[], columns: number): Tensor2D =>
  tf.tensor2d(rows.flat(), [rows.length, columns], 'float32');

function tensorsOf({ anchors, predicted, scores, boxes, classes }: Scene): {
  anchors: Tensor2D;
  predictions: Predictions;
  truth: ImageTruth;
} {
  return {
    anchors: boxes2d(anchors),
    predictions: { boxes: boxes2d(predicted), scores: matrix(scores, scores[0]?.length ?? 3) },
    truth: { boxes: boxes2d(boxes), classes: tf.tensor1d([...classes], 'int32') },
  };
}

/** The cells of priors x y width height. */
const cellsOf = (rows: readonly number[][]): Tensor2D =>
  boxes2d(rows.map(([x, y, w, h]) => [x! - w! / 2, y! - h! / 2, x! + w! / 2, y! + h! / 2]));

const goldenTensors = (inputs: Record<string, never>): { predictions: Predictions; truth: ImageTruth } => ({
  predictions: { boxes: boxes2d(inputs['decoded']!), scores: matrix(inputs['scores']!, 3) },
  truth: { boxes: boxes2d(inputs['gts']!), classes: tf.tensor1d(inputs['gt_labels']!, 'int32') },
});

/** Two levels of one grid: cells of 8 and of 16 pixels. */
function pyramid(next: () => number, truths: number): { scene: Scene; levelSizes: readonly number[] } {
  const fine = randomScene(next, 8, truths, 3);
  const coarse = fine.anchors.slice(0, 16).map((_, i) => {
    const [x, y] = [16 * (i % 4), 16 * Math.floor(i / 4)];
    return [x - 4, y - 4, x + 20, y + 20];
  });
  return { scene: { ...fine, anchors: [...fine.anchors, ...coarse] }, levelSizes: [64, 16] };
}

const REGION = { region: 'box-and-centre', penalty: 1e5, epsilon: 1e-7 } as const;
const COSTS = {
  centreRadius: 2.5,
  candidateTopK: 10,
  iouWeight: 3,
  classWeight: 1,
  skipEmpty: true,
  torchTies: false,
};

onEachBackend((backend) => {
  describe('assignAtss', () => {
    it('equals mmdet where distances tie', () => {
      const { inputs, outputs } = golden('mmdet_atss');
      const given = [boxes2d(inputs.priors), inputs.num_level_priors, boxes2d(inputs.gts)] as const;
      const assignment = withoutLeaks(() => assignAtss(...given, { preset: 'mmdet', topK: inputs.topk }));
      expect(gtInds(assignment)).toEqual(outputs.gt_inds);
      expectClose(assignment.maxOverlaps, outputs.max_overlaps);
      const corrected = assignAtss(...given);
      expect(gtInds(corrected)).toEqual(outputs.gt_inds);
      expect(corrected.maxOverlaps.dataSync().every((iou) => iou >= 0 && iou <= 1)).toBe(true);
    });

    it('equals the algorithm over whole matrices, composed and on the host', () => {
      const next = uniform(17);
      for (let round = 0; round < 12; round += 1) {
        tf.tidy(() => {
          const topK = 1 + (round % 9);
          const { scene, levelSizes } = pyramid(next, 1 + (round % 5));
          const { anchors, truth } = tensorsOf(scene);
          const expected = atss(scene, levelSizes, topK);
          const inputs = { anchors, boxes: truth.boxes, eligible: tf.ones([80]) as tf.Tensor1D };
          const attributes = { levelSizes, topK, mmdet: false };
          const [codes, overlaps] = withoutLeaks(() => atssAssignment.composed(inputs, attributes));
          const [hostCodes, hostOverlaps] = withoutLeaks(() => atssAssignment.host!(inputs, attributes));
          expect(Array.from(codes.dataSync())).toEqual(expected);
          expect(Array.from(hostCodes.dataSync())).toEqual(expected);
          expectClose(overlaps, Array.from(hostOverlaps.dataSync()));
          expect(gtInds(assignAtss(anchors, levelSizes, truth.boxes, { topK }))).toEqual(
            expected.map((k) => k + 1),
          );
        });
      }
    });

    it('gives an anchor that several take to the one it overlaps most, ties to the lower', () => {
      const anchors = boxes2d([[0, 0, 10, 10]]);
      const matched = (...boxes: number[][]): number[] => gtInds(assignAtss(anchors, [1], boxes2d(boxes)));
      expect(matched([0, 0, 10, 14], [0, 0, 10, 12])).toEqual([2]);
      expect(matched([0, 0, 10, 12], [0, 0, 10, 12])).toEqual([1]);
      // One candidate has no deviation: mmdet takes none.
      expect(gtInds(assignAtss(anchors, [1], boxes2d([[0, 0, 10, 12]]), { preset: 'mmdet' }))).toEqual([0]);
    });

    it('wants centres inside by more than .01 pixels', () => {
      const anchors = boxes2d([[0, 0, 10, 10]]);
      const taken = (left: number): number[] =>
        gtInds(assignAtss(anchors, [1], boxes2d([[left, 0, 20, 10]])));
      expect([taken(4.98), taken(4.995), taken(6)]).toEqual([[1], [0], [0]]);
    });

    it('leaves ignored anchors ignored; in mmdet they may still be taken', () => {
      const anchors = boxes2d([
        [0, 0, 10, 10],
        [40, 40, 50, 50],
        [70, 70, 80, 80],
      ]);
      const boxes = boxes2d([[40, 40, 51, 51]]);
      const regions = boxes2d([[38, 38, 81, 81]]);
      expect(gtInds(assignAtss(anchors, [3], boxes, { topK: 3 }, regions))).toEqual([0, -1, -1]);
      expect(
        gtInds(
          assignAtss(anchors, [3], boxes, { topK: 3, preset: 'mmdet', ignoreIofThreshold: 0.5 }, regions),
        ),
      ).toEqual([0, 1, -1]);
      expect(gtInds(assignAtss(anchors, [3], boxes, { topK: 3, preset: 'mmdet' }, regions))).toEqual([
        0, 1, 0,
      ]);
      expect(gtInds(assignAtss(anchors, [3], boxes2d([]), {}, regions))).toEqual([0, -1, -1]);
      for (const mmdet of [false, true]) {
        const inputs = { anchors, boxes, eligible: tf.tensor1d([1, 0, 0]) };
        const attributes = { levelSizes: [3], topK: 3, mmdet };
        expect(Array.from(atssAssignment.composed(inputs, attributes)[0].dataSync())).toEqual(
          Array.from(atssAssignment.host!(inputs, attributes)[0].dataSync()),
        );
      }
    });
  });

  describe('assignTaskAligned', () => {
    it('equals mmdet', () => {
      const { inputs, outputs } = golden('mmdet_tal');
      const { predictions, truth } = goldenTensors(inputs as Record<string, never>);
      const priors = boxes2d(inputs.priors);
      const assignment = withoutLeaks(() =>
        assignTaskAligned(priors, predictions, truth, { preset: 'mmdet', topK: inputs.topk }),
      );
      expect(gtInds(assignment)).toEqual(outputs.gt_inds);
      expectClose(assignment.maxOverlaps, outputs.max_overlaps);
      expectClose(assignment.alignment, outputs.assign_metrics);
    });

    it('equals the algorithm over whole matrices, composed and on the host', () => {
      const next = uniform(23);
      for (let round = 0; round < 12; round += 1) {
        tf.tidy(() => {
          const scene = randomScene(next, 7, 1 + (round % 5), 4);
          const [topK, alpha, beta] = [1 + round, 1 + (round % 2) / 2, 1 + (round % 6)];
          const { anchors, predictions, truth } = tensorsOf(scene);
          const inputs = {
            ...truth,
            anchors,
            predicted: predictions.boxes,
            scores: predictions.scores,
            eligible: tf.ones([49]) as tf.Tensor1D,
          };
          const expected = taskAligned(scene, topK, alpha, beta);
          const composed = withoutLeaks(() => taskAlignedAssignment.composed(inputs, { topK, alpha, beta }));
          const host = withoutLeaks(() => taskAlignedAssignment.host!(inputs, { topK, alpha, beta }));
          expect(Array.from(composed[0].dataSync())).toEqual(expected);
          expect(Array.from(host[0].dataSync())).toEqual(expected);
          expectClose(composed[1], Array.from(host[1].dataSync()));
          expectClose(composed[2], Array.from(host[2].dataSync()), 1e-5);
        });
      }
    });
  });

  describe('assignSimOta', () => {
    it('equals mmdet', () => {
      const { inputs, outputs } = golden('mmdet_simota');
      const { predictions, truth } = goldenTensors(inputs as Record<string, never>);
      const cells = cellsOf(inputs.priors);
      const assignment = withoutLeaks(() => assignSimOta(cells, predictions, truth, { preset: 'mmdet' }));
      expect(gtInds(assignment)).toEqual(outputs.gt_inds);
      expectClose(assignment.maxOverlaps, outputs.max_overlaps);
      expect(gtInds(assignSimOta(cells, predictions, truth))).toEqual(outputs.gt_inds);
    });

    it('equals the algorithm over whole matrices, composed and on the host', () => {
      const next = uniform(29);
      for (let round = 0; round < 12; round += 1) {
        tf.tidy(() => {
          const scene = randomScene(next, 7, 1 + (round % 5), 4);
          const { anchors, predictions, truth } = tensorsOf(scene);
          const inputs = {
            ...truth,
            anchors,
            predicted: predictions.boxes,
            scores: predictions.scores,
            eligible: tf.ones([49]) as tf.Tensor1D,
          };
          const attributes = { ...REGION, ...COSTS, candidateTopK: 10 };
          const expected = simOta(scene, 2.5, 10);
          const composed = withoutLeaks(() => simOtaAssignment.composed(inputs, attributes));
          const host = withoutLeaks(() => simOtaAssignment.host!(inputs, attributes));
          expect(Array.from(composed[0].dataSync())).toEqual(expected);
          expect(Array.from(host[0].dataSync())).toEqual(expected);
          expectClose(composed[1], Array.from(host[1].dataSync()));
          const yolox = { ...attributes, region: 'centre', penalty: 1e6, centreRadius: 1.5 } as const;
          expect(Array.from(simOtaAssignment.composed(inputs, yolox)[0].dataSync())).toEqual(
            Array.from(simOtaAssignment.host!(inputs, yolox)[0].dataSync()),
          );
        });
      }
    });

    it('of YOLOX takes only cells near the centre', () => {
      const scene = randomScene(uniform(3), 7, 1, 2);
      const { anchors, predictions, truth } = tensorsOf({ ...scene, boxes: [[0, 0, 56, 56]] });
      const { state } = assignSimOta(anchors, predictions, truth, { preset: 'yolox' });
      const taken = Array.from(state.dataSync()).flatMap((s, i) => (s === 1 ? [i] : []));
      expect(taken.length).toBeGreaterThan(0);
      for (const i of taken) {
        expect(Math.abs((i % 7) - 3)).toBeLessThan(1.5);
        expect(Math.abs(Math.floor(i / 7) - 3)).toBeLessThan(1.5);
      }
    });

    it('gives equal costs to the lower index; as mmdet to whom torch gives them', () => {
      const scene = randomScene(uniform(1), 7, 1, 2);
      const { anchors, predictions, truth } = tensorsOf({
        ...scene,
        boxes: [[-8, -8, 64, 64]],
        predicted: scene.anchors.map(() => [-8, -8, 32, 64]),
        scores: scene.anchors.map(() => [0.5, 0.5]),
      });
      const taken = (preset: 'corrected' | 'mmdet'): number[] =>
        gtInds(assignSimOta(anchors, predictions, truth, { preset, centreRadius: 10 })).flatMap((k, i) =>
          k > 0 ? [i] : [],
        );
      expect(taken('corrected')).toEqual([0, 1, 2, 3, 4]);
      // torch.topk(torch.zeros(49), 5, largest=False), torch 2.15 on the CPU.
      expect(taken('mmdet')).toEqual([30, 31, 32, 33, 34]);
    });

    it('gives padding nothing, unless as mmdet', () => {
      const { anchors, predictions, truth } = tensorsOf(randomScene(uniform(7), 6, 1, 2));
      const padded = {
        boxes: tf.concat([truth.boxes, boxes2d([[20, 20, 20, 20]])], 0),
        classes: tf.concat([truth.classes, tf.tensor1d([0], 'int32')]),
      };
      expect(gtInds(assignSimOta(anchors, predictions, padded))).toEqual(
        gtInds(assignSimOta(anchors, predictions, truth)),
      );
      expect(gtInds(assignSimOta(anchors, predictions, padded, { preset: 'mmdet' }))).toContain(2);
    });
  });

  describe('all of them', () => {
    const assigners = (
      scene: Scene,
      ignored?: Tensor2D,
      preset: 'corrected' | 'mmdet' = 'corrected',
    ): Assignment[] => {
      const { anchors, predictions, truth } = tensorsOf(scene);
      const whole = ignored ? { ...truth, ignored } : truth;
      return [
        assignAtss(anchors, [scene.anchors.length], truth.boxes, { preset }, ignored),
        assignTaskAligned(anchors, predictions, whole, { preset }),
        assignSimOta(anchors, predictions, whole, { preset }),
      ];
    };

    it('take no ground truth and no anchors', () => {
      const nothing: Scene = { ...randomScene(uniform(1), 3, 0, 2), boxes: [], classes: [] };
      for (const preset of ['corrected', 'mmdet'] as const) {
        for (const assignment of assigners(nothing, undefined, preset)) {
          expect(gtInds(assignment)).toEqual(Array.from({ length: 9 }, () => 0));
          expect(Array.from(assignment.maxOverlaps.dataSync())).toEqual(Array.from({ length: 9 }, () => 0));
        }
        const noAnchors: Scene = {
          ...randomScene(uniform(1), 3, 2, 2),
          anchors: [],
          predicted: [],
          scores: [],
        };
        for (const assignment of assigners(noAnchors, undefined, preset)) {
          expect(assignment.state.shape).toEqual([0]);
          expect(assignment.maxOverlaps.shape).toEqual([0]);
        }
      }
      const none = { boxes: boxes2d([]), classes: tf.tensor1d([], 'int32') };
      const { anchors, predictions } = tensorsOf(nothing);
      const eligible = tf.ones([9]) as tf.Tensor1D;
      const inputs = { ...none, anchors, predicted: predictions.boxes, scores: predictions.scores, eligible };
      const all = [-1, -1, -1, -1, -1, -1, -1, -1, -1];
      const attributes = { levelSizes: [9, 0], topK: 3, mmdet: false };
      expect(Array.from(atssAssignment.composed(inputs, attributes)[0].dataSync())).toEqual(all);
      const composed = simOtaAssignment.composed(inputs, { ...REGION, ...COSTS })[0];
      expect(Array.from(composed.dataSync())).toEqual(all);
    });

    it('have no candidate in ignored regions', () => {
      const scene = randomScene(uniform(5), 6, 4, 3);
      const region = [0, 0, 24, 48];
      for (const assignment of assigners(scene, boxes2d([region]))) {
        const inside = scene.anchors.map((a) => a[0]! < 24);
        const states = Array.from(assignment.state.dataSync());
        expect(states.map((s) => s === -1)).toEqual(inside);
        expect(states).toContain(1);
        expect(Array.from(assignment.maxOverlaps.dataSync(), (iou) => iou === -1)).toEqual(inside);
      }
      // Also in tfjs ops.
      const { anchors, predictions, truth } = tensorsOf(scene);
      const eligible = tf.tensor1d(scene.anchors.map((a) => (a[0]! < 24 ? 0 : 1)));
      const inputs = {
        ...truth,
        anchors,
        predicted: predictions.boxes,
        scores: predictions.scores,
        eligible,
      };
      const tal = { topK: 5, alpha: 1, beta: 6 };
      const same = (composed: tf.Tensor, host: tf.Tensor): void => {
        expect(Array.from(composed.dataSync())).toEqual(Array.from(host.dataSync()));
      };
      same(taskAlignedAssignment.composed(inputs, tal)[0], taskAlignedAssignment.host!(inputs, tal)[0]);
      const costs = { ...REGION, ...COSTS };
      same(simOtaAssignment.composed(inputs, costs)[0], simOtaAssignment.host!(inputs, costs)[0]);
    });

    it.runIf(backend === 'wasm')('agree in blocks of few ground truths', () => {
      // 625 cells and 450 ground truths are two blocks.
      const next = uniform(31);
      const scene = randomScene(next, 25, 450, 3);
      const { anchors, predictions, truth } = tensorsOf(scene);
      const eligible = tf.ones([625]) as tf.Tensor1D;
      const inputs = {
        ...truth,
        anchors,
        predicted: predictions.boxes,
        scores: predictions.scores,
        eligible,
      };
      const attributes = { levelSizes: [400, 225], topK: 4, mmdet: false };
      expect(Array.from(atssAssignment.composed(inputs, attributes)[0].dataSync())).toEqual(
        Array.from(atssAssignment.host!(inputs, attributes)[0].dataSync()),
      );
      const tal = { topK: 5, alpha: 1, beta: 2 };
      const costs = { ...REGION, ...COSTS };
      expect(Array.from(simOtaAssignment.composed(inputs, costs)[0].dataSync())).toEqual(
        Array.from(simOtaAssignment.host!(inputs, costs)[0].dataSync()),
      );
      expect(Array.from(taskAlignedAssignment.composed(inputs, tal)[0].dataSync())).toEqual(
        Array.from(taskAlignedAssignment.host!(inputs, tal)[0].dataSync()),
      );
    });

    it('name what is wrong', () => {
      const { anchors, predictions, truth } = tensorsOf(randomScene(uniform(5), 3, 2, 3));
      expect(() => assignAtss(anchors, [4, 4], truth.boxes)).toThrow(
        '@equipoise/core: levelSizes: expected counts that sum to the number of anchors (9)',
      );
      expect(() => assignAtss(anchors, [9], truth.boxes, { topK: 0 })).toThrow('option topK');
      const short = { ...predictions, scores: tf.zeros([8, 3]) as Tensor2D };
      expect(() => assignTaskAligned(anchors, short, truth)).toThrow('predictions.scores');
      expect(() => assignSimOta(anchors, { ...predictions, boxes: boxes2d([]) }, truth)).toThrow(
        'predictions.boxes',
      );
      expect(() => assignSimOta(anchors, predictions, truth, { preset: 'paper' as 'mmdet' })).toThrow(
        'option preset',
      );
    });
  });
});
