import { expect, test } from 'vitest';
import { evaluateCoco, precisionRecallCurve } from '../src/index.ts';
import { golden } from './helpers/fixtures.ts';

const { inputs } = golden();
const evaluation = evaluateCoco(inputs.gt, inputs.dt);
const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('the mean precision of a curve is the AP', () => {
  expect(average(precisionRecallCurve(evaluation, { iou: 0.5 }).precision)).toBeCloseTo(
    evaluation.stats.ap50,
    12,
  );
  for (const { id, apByIou } of evaluation.perCategory) {
    const { precision, recall, scores } = precisionRecallCurve(evaluation, { category: id, iou: 0.75 });
    expect(average(precision)).toBeCloseTo(apByIou[5]!, 12);
    expect(precision).toHaveLength(recall.length);
    expect(scores).toHaveLength(recall.length);
  }
});

test('precision and score fall with recall', () => {
  const { precision, scores } = precisionRecallCurve(evaluation, { category: 1 });
  expect(precision).toStrictEqual(precision.toSorted((a, b) => b - a));
  expect(scores).toStrictEqual(scores!.toSorted((a, b) => b - a));
});

test('what was not evaluated is refused by name', () => {
  expect(() => precisionRecallCurve(evaluation, { iou: 0.51 })).toThrow(
    'options: iou: expected one of 0.5, 0.55',
  );
  expect(() => precisionRecallCurve(evaluation, { area: 'huge' })).toThrow(
    'expected one of all, small, medium, large, got "huge"',
  );
  expect(() => precisionRecallCurve(evaluation, { category: 99 })).toThrow('options: category');
});
