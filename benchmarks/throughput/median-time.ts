import { Bench } from 'tinybench';

/** Times of repeated calls, in milliseconds. */
export interface Times {
  readonly samples: number;
  readonly medianMs: number;
  readonly spreadMs: number;
  readonly minMs: number;
}

const SLOW_MS = 2000;

/** Calls a function until the median of its time is known, after calls to warm up. */
export async function medianTime(
  work: () => void | Promise<void>,
  { quick }: { readonly quick: boolean },
): Promise<Times> {
  const start = performance.now();
  await work();
  // What takes seconds is warm after one call, and its median known after three; other slow work gets five calls all the same.
  const slow = performance.now() - start > SLOW_MS;
  const bench = new Bench({
    time: quick ? 40 : 1000,
    iterations: slow ? 3 : 5,
    warmupTime: quick ? 10 : 250,
    warmup: !slow,
    warmupIterations: quick ? 1 : 3,
    throws: true,
  });
  bench.add('work', work);
  const [task] = await bench.run();
  const result = task?.result;
  if (!result || !('latency' in result)) throw new Error(`not measured: ${result?.state ?? 'no result'}`);
  const { samplesCount, p50, mad, min } = result.latency;
  return { samples: samplesCount, medianMs: p50, spreadMs: mad, minMs: min };
}
