import type { Series } from './lines.ts';
import { average } from './spread.ts';

/** Finer than this no line can be seen to be. */
const MOST_POINTS = 60;

/** Mean and range over the seeds at each step; many steps are averaged into a few first. */
export function overSeeds(
  seeds: readonly (readonly { readonly x: number; readonly y: number }[])[],
  mostPoints = MOST_POINTS,
): Series['points'] {
  const steps = [...new Set(seeds.flatMap((points) => points.map(({ x }) => x)))].toSorted((a, b) => a - b);
  const width = Math.ceil(steps.length / mostPoints);
  const bins = Array.from({ length: Math.ceil(steps.length / width) || 0 }, (_, bin) =>
    steps.slice(bin * width, (bin + 1) * width),
  );
  const values = seeds.map((points) => new Map(points.map(({ x, y }) => [x, y])));
  return bins.map((bin) => {
    const means = values.flatMap((at) => {
      const inBin = bin.flatMap((step) => at.get(step) ?? []);
      return inBin.length > 0 ? [average(inBin)] : [];
    });
    return { x: bin.at(-1) ?? 0, mean: average(means), low: Math.min(...means), high: Math.max(...means) };
  });
}
