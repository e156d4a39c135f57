import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { anchorGenerator } from '../../src/anchors/anchor-generator.ts';
import { assignBatch } from '../../src/assignment/assign-batch.ts';
import { onEachBackend, randomBoxes } from '../boxes/support.ts';
onEachBackend((backend) => {
  it('t', () => {
    const { anchors } = anchorGenerator({ strides: [4, 8, 16], baseSizes: [12, 24, 48], scales: [1, 1.26, 1.587], centres: 'cell' }).flat([[36, 48], [18, 24], [9, 12]]);
    const truths = Array.from({ length: 8 }, (_, i) => ({ boxes: tf.tensor2d(randomBoxes(13, 150, 10, 60, i + 1), [13, 4]), classes: tf.zeros<tf.Rank.R1>([13], 'int32') }));
    for (let r = 0; r < 6; r++) { const t = performance.now(); tf.tidy(() => { assignBatch(anchors, truths, { classCount: 3, assign: { minPositiveIou: 0.2 } }).deltaTargets.dataSync(); }); console.log(backend, 'assignBatch 8x6804x13', (performance.now() - t).toFixed(1)); }
  });
});
