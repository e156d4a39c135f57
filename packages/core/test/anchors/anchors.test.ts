import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorGenerator } from '../../src/anchors/anchor-generator.ts';
import { insideFlags } from '../../src/anchors/inside-flags.ts';
import { ssdAnchors } from '../../src/anchors/ssd-anchors.ts';
import { boxes2d, golden, onEachBackend, withoutLeaks } from '../boxes/support.ts';

/** Exactly equal, not close: anchors decide equalities of IoU. */
function expectSame(actual: Tensor, expected: unknown): void {
  expect(actual.arraySync()).toEqual(expected);
}

/** Widths of the anchors of ratios 1, 4 and scales 1, 2. */
const sides = (scaleMajor: boolean): number[] =>
  anchorGenerator({ strides: [[8, 4]], ratios: [1, 4], scales: [1, 2], scaleMajor })
    .baseAnchors()[0]!
    .arraySync()
    .map(([x1, , x2]) => x2! - x1!);

onEachBackend(() => {
  describe('anchorGenerator', () => {
    it('equals mmdet for RetinaNet', () => {
      const { inputs, outputs } = golden('mmdet_anchors_retina');
      const generator = anchorGenerator({
        strides: inputs.strides,
        ratios: inputs.ratios,
        octaveBaseScale: inputs.octave_base_scale,
        scalesPerOctave: inputs.scales_per_octave,
      });
      expect(generator.anchorsPerCell).toEqual([9, 9]);
      for (const [i, base] of withoutLeaks(() => generator.baseAnchors()).entries())
        expectSame(base, outputs.base_anchors[i]);
      const levels = withoutLeaks(() => generator.grid(inputs.featmap_sizes));
      for (const [i, anchors] of levels.entries()) expectSame(anchors, outputs.grid[i]);
      const flat = withoutLeaks(() => generator.flat(inputs.featmap_sizes));
      expectSame(flat.anchors, outputs.grid.flat());
      expectSame(
        flat.level,
        outputs.grid.flatMap((level: unknown[], i: number) => level.map(() => i)),
      );
      const valid = withoutLeaks(() => generator.validFlags(inputs.featmap_sizes, inputs.pad_shape));
      expect(valid.dtype).toBe('bool');
      expect(Array.from(valid.dataSync(), Boolean)).toEqual(outputs.valid.flat().map(Boolean));
    });

    it('equals mmdet with a centre offset', () => {
      const { inputs, outputs } = golden('mmdet_anchors_center_offset');
      const generator = anchorGenerator({
        strides: inputs.strides,
        ratios: inputs.ratios,
        scales: inputs.scales,
        baseSizes: inputs.base_sizes,
        centerOffset: inputs.center_offset,
      });
      expectSame(generator.flat([inputs.featmap]).anchors, outputs.grid);
    });

    it('centres anchors in their cells for the training recipe', () => {
      const generator = anchorGenerator({
        strides: [4, 8, 16],
        baseSizes: [12, 24, 48],
        scales: [1, 2 ** (1 / 3), 2 ** (2 / 3)],
        centres: 'cell',
      });
      const { anchors } = generator.flat([
        [36, 48],
        [18, 24],
        [9, 12],
      ]);
      expect(anchors.shape).toEqual([6804, 4]);
      const rows = anchors.arraySync();
      expect(rows[0]).toEqual([-4, -4, 8, 8]);
      const [x1, y1, x2, y2] = rows.at(-1)!;
      expect([(x1! + x2!) / 2, (y1! + y2!) / 2]).toEqual([184, 136]);
      expect(x2! - x1!).toBeCloseTo(48 * 2 ** (2 / 3), 4);
    });

    it('orders by ratio or by scale, and takes strides of two directions', () => {
      expect(sides(true)).toEqual([4, 8, 2, 4]);
      expect(sides(false)).toEqual([4, 2, 8, 4]);
      const moved = anchorGenerator({ strides: [[8, 4]], centres: [[1, 2]] }).flat([[2, 2]]).anchors;
      expectSame(moved, [
        [-1, 0, 3, 4],
        [7, 0, 11, 4],
        [-1, 4, 3, 8],
        [7, 4, 11, 8],
      ]);
    });

    it('covers the map: every pixel lies in an anchor of scale 1 centred in its cell', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 6 }),
          fc.integer({ min: 1, max: 6 }),
          fc.constantFrom(4, 8),
          (h, w, stride) => {
            const rows = anchorGenerator({ strides: [stride], centres: 'cell' })
              .flat([[h, w]])
              .anchors.arraySync();
            expect(rows.length).toBe(h * w);
            for (let y = 0.5; y < h * stride; y += 1) {
              for (let x = 0.5; x < w * stride; x += 1) {
                expect(
                  rows.filter(([x1, y1, x2, y2]) => x1! < x && x < x2! && y1! < y && y < y2!).length,
                ).toBe(1);
              }
            }
          },
        ),
        { numRuns: 20 },
      );
    });

    it('flags cells that begin in the padding', () => {
      const generator = anchorGenerator({ strides: [8, 16], scales: [1, 2] });
      const flags = generator
        .validFlags(
          [
            [2, 3],
            [1, 2],
          ],
          [8, 17],
        )
        .dataSync();
      expect(Array.from(flags)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    });

    it('takes empty maps and names what is wrong', () => {
      const generator = anchorGenerator({ strides: [8] });
      expect(generator.flat([[0, 3]]).anchors.shape).toEqual([0, 4]);
      expect(() => generator.flat([])).toThrow('featureSizes');
      expect(() => anchorGenerator({ strides: [] })).toThrow('option strides');
      expect(() => anchorGenerator({ strides: [8], baseSizes: [1, 2] })).toThrow(
        '1 positive numbers, one a level',
      );
      expect(() => anchorGenerator({ strides: [8], octaveBaseScale: 4 })).toThrow('scalesPerOctave');
      expect(() => anchorGenerator({ strides: [8], sizes: [1] } as never)).toThrow('option sizes');
    });
  });

  describe('ssdAnchors', () => {
    const strides = [8, 16, 32, 64, 100, 300];
    const ratios = [[2], [2, 3], [2, 3], [2, 3], [2], [2]];

    it('equals mmdet for SSD300', () => {
      const { inputs, outputs } = golden('mmdet_anchors_ssd300');
      const generator = ssdAnchors({
        strides,
        ratios,
        inputSize: inputs.input_size,
        basesizeRatioRange: inputs.basesize_ratio_range,
      });
      for (const [i, base] of generator.baseAnchors().entries()) expectSame(base, outputs.base_anchors[i]);
      const sizes = [38, 19, 10, 5, 3, 1].map((side) => [side, side] as const);
      expect(generator.flat(sizes).anchors.shape).toEqual([8732, 4]);
    });

    it('takes sizes, and demands them where none are known', () => {
      const bases = ssdAnchors({ strides: [8], ratios: [[]], minSizes: [4], maxSizes: [16] }).baseAnchors();
      expectSame(bases[0]!, [
        [2, 2, 6, 6],
        [0, 0, 8, 8],
      ]);
      expect(() => ssdAnchors({ strides, ratios, inputSize: 320 })).toThrow('minSizes and maxSizes');
      expect(() => ssdAnchors({ strides: [8], ratios: [], minSizes: [4], maxSizes: [8] })).toThrow(
        'option ratios',
      );
    });
  });

  describe('insideFlags', () => {
    it('allows a border, or everything', () => {
      const anchors = boxes2d([
        [0, 0, 9, 9],
        [-1, 0, 9, 9],
        [0, 0, 20, 9],
        [0, 0, 9, 9],
      ]);
      const valid = tf.tensor1d([1, 1, 1, 0], 'bool');
      const inside = (border?: number): number[] =>
        Array.from(withoutLeaks(() => insideFlags(anchors, valid, [10, 20], border)).dataSync());
      expect(inside()).toEqual([1, 0, 0, 0]);
      expect(inside(1)).toEqual([1, 1, 1, 0]);
      expect(inside(-1)).toEqual([1, 1, 1, 0]);
      expect(() => insideFlags(anchors, tf.tensor1d([1], 'bool'), [10, 20])).toThrow('valid');
    });
  });
});
