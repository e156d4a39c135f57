import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluateCoco, type CocoStats } from '../src/index.ts';
import {
  edgeCases,
  golden,
  optionResults,
  shared,
  sharedCase,
  type EvaluatedCase,
} from './helpers/fixtures.ts';

const names: readonly (readonly [string, keyof CocoStats])[] = [
  ['AP', 'ap'],
  ['AP50', 'ap50'],
  ['AP75', 'ap75'],
  ['APs', 'apSmall'],
  ['APm', 'apMedium'],
  ['APl', 'apLarge'],
  ['AR1', 'ar1'],
  ['AR10', 'ar10'],
  ['AR100', 'ar100'],
  ['ARs', 'arSmall'],
  ['ARm', 'arMedium'],
  ['ARl', 'arLarge'],
];

function expectSame({ gt, dt, expected }: EvaluatedCase): void {
  for (const preset of ['corrected', 'pycocotools'] as const) {
    const { stats, perCategory } = evaluateCoco(gt, dt, { preset });
    for (const [theirs, ours] of names) expect(stats[ours]).toBeCloseTo(expected.stats[theirs]!, 9);
    for (const { id, apByIou, arByIou } of perCategory) {
      const { AP, AR } = expected.perCategory[id]!;
      AP.forEach((value, t) => expect(apByIou[t]).toBeCloseTo(value, 9));
      AR.forEach((value, t) => expect(arByIou[t]).toBeCloseTo(value, 9));
    }
  }
}

describe('evaluateCoco equals pycocotools', () => {
  test.each(edgeCases().cases.map((edge, index) => [index, edge] as const))('on edge case %i', (_, edge) => {
    expect.hasAssertions();
    expectSame(edge);
  });

  test.each(['coco_val2014_100.json', 'bccd_test.json'])(
    'on %s',
    { skip: !existsSync(shared('evaluation')) },
    (name) => {
      expect.hasAssertions();
      expectSame(sharedCase(name));
    },
  );

  test('on the golden case', () => {
    const { inputs, outputs } = golden();
    const { stats, perCategory } = evaluateCoco(inputs.gt, inputs.dt);
    names.forEach(([, ours], i) => expect(stats[ours]).toBeCloseTo(outputs.stats[i]!, 9));
    outputs.per_category_ap.forEach((ap, k) => expect(perCategory[k]!.ap).toBeCloseTo(ap, 9));
  });

  test('on the golden case with ids from 0, whose first match it loses (D29)', () => {
    const { inputs, outputs } = golden();
    const annotations = inputs.gt.annotations.map((annotation) => ({
      ...annotation,
      id: Number(annotation.id) - 1,
    }));
    const shifted = { ...inputs.gt, annotations };
    expect(evaluateCoco(shifted, inputs.dt).stats.ap).toBeCloseTo(outputs.stats[0]!, 9);
    expect(evaluateCoco(shifted, inputs.dt, { preset: 'pycocotools' }).stats.ap).toBeCloseTo(0.172, 3);
  });
});

describe('evaluateCoco equals pycocotools under other options', () => {
  const { cases } = edgeCases();
  const { results } = optionResults();

  test.each(results.map((result, index) => [index, result] as const))(
    '%i',
    (_, { options, change, ...result }) => {
      const { gt, dt } = cases[result.case]!;
      const annotations = gt.annotations.map((annotation, index) => {
        const id = Number(annotation.id) - (change === 'shifted' ? 1 : 0);
        return Object.assign(
          {},
          annotation,
          { id },
          change === 'flagged' ? { ignore: Number(index % 3 === 0) } : {},
        );
      });
      const found = evaluateCoco({ ...gt, annotations }, dt, { ...options, preset: 'pycocotools' });
      for (const name of ['precision', 'scores', 'recall'] as const) {
        expect(found[name]).toHaveLength(result[name].length);
        result[name].forEach((value, i) => expect(found[name][i]).toBeCloseTo(value, 8));
      }
    },
  );
});
