import { describe, expect, it } from 'vitest';
import { bestDetections, found } from '../../report/matches.ts';
import { example } from './synthetic.ts';

describe('bestDetections', () => {
  it('judges as many detections as there are objects, those of the highest score', () => {
    const { judged, missed } = bestDetections(example());
    expect(judged.map(({ detection, right }) => [detection.score, right])).toEqual([
      [0.9, true],
      [0.8, false],
    ]);
    expect(missed.map(({ category }) => category)).toEqual(['1']);
  });

  it('counts an object once, and wants the right class', () => {
    const { box } = { box: [10, 10, 30, 30] as const };
    const twice = example({
      detections: [
        { box, category: '0', score: 0.9 },
        { box, category: '0', score: 0.8 },
      ],
    });
    expect(found(twice)).toBe(1);
    expect(found(example({ detections: [{ box, category: '1', score: 0.9 }] }))).toBe(0);
  });

  it('copes with an image without objects', () => {
    expect(bestDetections(example({ groundTruth: [] }))).toEqual({ judged: [], missed: [] });
  });
});
