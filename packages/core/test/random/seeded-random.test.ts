import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/index.ts';

const N = 40_000;
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe('seededRandom', () => {
  test('gives the same stream for ever', () => {
    const random = seededRandom(42);
    expect({
      uniform: Array.from(random.uniform(4)),
      normal: Array.from(random.normal(3)),
      below: [random.below(10), random.below(1000), random.below(2 ** 31)],
      permutation: Array.from(random.permutation(8)),
      state: random.state(),
    }).toMatchInlineSnapshot(`
      {
        "below": [
          4,
          316,
          1497890241,
        ],
        "normal": [
          0.35375645756721497,
          -0.5881306529045105,
          0.25903674960136414,
        ],
        "permutation": [
          2,
          5,
          1,
          6,
          4,
          3,
          7,
          0,
        ],
        "state": [
          1540948557,
          1896138781,
          -886872641,
          -1093557680,
        ],
        "uniform": [
          0.4733465313911438,
          0.17496347427368164,
          0.5155506134033203,
          0.4556422233581543,
        ],
      }
    `);
    expect([0, 1, -1, 2 ** 31 - 1].map((seed) => seededRandom(seed).uniform(1)[0])).toMatchInlineSnapshot(`
      [
        0.4101971387863159,
        0.4044824242591858,
        0.556788980960846,
        0.8516762852668762,
      ]
    `);
  });

  test('gives equal streams to equal seeds, and others to others', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        const [first, again, other] = [a, a, b].map((seed) => String(seededRandom(seed).uniform(4)));
        expect(again).toBe(first);
        expect(other === first).toBe(a === b);
      }),
    );
  });

  test('goes on from a saved state', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(20), (seed, drawn) => {
        const random = seededRandom(seed);
        random.uniform(drawn);
        random.below(3);
        const saved = JSON.parse(JSON.stringify(random.state())) as number[];
        const resumed = seededRandom(saved);
        for (const draw of ['uniform', 'normal', 'permutation'] as const) {
          expect(Array.from(resumed[draw](7))).toEqual(Array.from(random[draw](7)));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is uniform in [0, 1)', () => {
    const values = seededRandom(1).uniform(N);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const bins = new Int32Array(20);
    for (const value of values) bins[Math.floor(20 * value)]! += 1;
    // χ² of 19 degrees of freedom: above 43.8 once in a thousand.
    expect(bins.reduce((sum, count) => sum + (count - N / 20) ** 2 / (N / 20), 0)).toBeLessThan(43.8);
    const [even, odd] = [values.filter((_, i) => i % 2 === 0), values.filter((_, i) => i % 2 === 1)];
    const correlation = mean(even.map((value, i) => (value - 0.5) * (odd[i]! - 0.5))) * 12;
    expect(Math.abs(correlation)).toBeLessThan(0.03);
  });

  test('has the moments of the normal distribution, for odd counts too', () => {
    const values = seededRandom(2).normal(N + 1);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean(values))).toBeLessThan(0.02);
    expect(Math.abs(mean(values.map((x) => x * x)) - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(values.map((x) => x ** 3)))).toBeLessThan(0.08);
    expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(0.2);
    const within = values.filter((x) => Math.abs(x) < 1).length / values.length;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.01);
    expect(seededRandom(2).normal(0)).toHaveLength(0);
  });

  test('draws whole numbers below a limit without bias', () => {
    const random = seededRandom(3);
    const counts = new Int32Array(7);
    for (let i = 0; i < N; i += 1) counts[random.below(7)]! += 1;
    // χ² of 6 degrees of freedom: above 22.5 once in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - N / 7) ** 2 / (N / 7), 0)).toBeLessThan(22.5);
    expect(random.below(1)).toBe(0);
    // A remainder of 32 bits would put two thirds below 2³¹.
    const large = Array.from({ length: 3000 }, () => random.below(3 * 2 ** 30));
    expect(Math.abs(large.filter((value) => value < 2 ** 30).length / 3000 - 1 / 3)).toBeLessThan(0.035);
  });

  test('permutes: every number once, every order as often', () => {
    const random = seededRandom(4);
    expect(Array.from(random.permutation(100)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(random.permutation(0)).toHaveLength(0);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i += 1) {
      const order = String(random.permutation(3));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // χ² of 5 degrees of freedom: above 20.5 once in a thousand.
    expect(chi).toBeLessThan(20.5);
  });
});
