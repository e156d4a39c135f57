/** A logarithmic axis about some positive values: a decade at least, with ticks where people expect them. */
export function logFrame(values: readonly number[]): {
  readonly domain: [low: number, high: number];
  readonly ticks: readonly number[];
} {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { domain: [1, 10], ticks: [1, 10] };
  const [low, high] = [Math.min(...positive) / 1.4, Math.max(...positive) * 1.4];
  // Noise about one value should look like noise.
  const widen = Math.max(1, Math.sqrt(10 / (high / low)));
  const domain: [number, number] = [low / widen, high * widen];
  const decades = Math.log10(domain[1] / domain[0]);
  const steps = decades > 2.5 ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(domain[0]));
  const ticks = Array.from({ length: Math.ceil(decades) + 1 }, (_, decade) =>
    steps.map((step) => step * 10 ** (first + decade)),
  ).flat();
  return { domain, ticks: ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]) };
}
