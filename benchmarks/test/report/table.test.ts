import { describe, expect, it } from 'vitest';
import { comparisonTable, markdownTable } from '../../report/table.ts';
import { comparison, many, run } from './synthetic.ts';

const runs = [
  ...[80, 81, 82].map((ap, seed) =>
    run({ strategy: 'hard-negative-mining', kind: 'hard', seed, ap, negatives: 300 }),
  ),
  ...[40, 41, 42].map((ap, seed) => run({ strategy: 'cross-entropy', seed, ap })),
];

describe('comparisonTable', () => {
  it('says for each strategy what it reached and how it stands', () => {
    const [header, first, second, ...rest] = comparisonTable(comparison(runs)).split('\n');
    expect(header).toMatch(
      /# +strategy +kind +AP +AP50 +AP75 +against the best +pos +neg +step ms +own ms +share/u,
    );
    expect(first).toMatch(
      /1 +hard-negative-mining +hard +81\.0 ± 1\.0 +70\.0 +35\.0 +best +100 +300 +200 +20 +10 %/u,
    );
    expect(second).toMatch(/2 +cross-entropy +soft +41\.0 ± 1\.0 .+ 40\.0 worse, p <\.001 +100 +54k/u);
    expect(rest).toEqual([]);
  });

  it('aligns its columns', () => {
    const lines = comparisonTable(comparison(runs)).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it('stays within 110 columns by cutting names, never numbers', () => {
    const name = 'a-strategy-with-a-name-that-goes-on-and-on-and-on-for-the-whole-of-a-line-and-more';
    const table = comparisonTable(
      comparison([...runs, run({ strategy: name, ap: 99.5 }), run({ strategy: name, seed: 1, ap: 100 })]),
    );
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
    expect(table).toContain('a-strategy');
    expect(table).toContain('99.8 ± 0.4');
  });

  it('admits that one seed tells nothing', () => {
    const table = comparisonTable(many(2, 1));
    expect(table).toContain('highest, one seed');
    expect(table).toContain('1.0 lower, one seed');
  });

  it('has no escape codes where standard output is no terminal', () => {
    expect(comparisonTable(many(3, 2))).not.toContain('\u001B');
  });
});

describe('markdownTable', () => {
  it('has a row a strategy and escapes names', () => {
    const lines = markdownTable(comparison([run({ strategy: 'a|b' })])).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('---:');
    expect(lines[2]).toContain(String.raw`a\|b`);
  });
});
