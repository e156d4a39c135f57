import { visit } from './browser.ts';
import type { Headers } from './serve.ts';
import type { Outcome, Run } from './simd-page/outcome.ts';

/** What kernels may differ by from the same backend without them: float32's rounding. */
const TOLERANCE = 1e-6;

/** The least that a content security policy must allow for one thread. */
const PLAIN: Headers = {
  'content-security-policy': "default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'",
};

/** What makes a page cross-origin isolated, and the least of a policy for threads of ours and of tfjs. */
const ISOLATED: Headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'content-security-policy':
    "default-src 'self'; img-src data:; script-src 'self' blob: 'wasm-unsafe-eval'; worker-src blob:",
};

/** Opens the built page of simd-page, cross-origin isolated or plainly. Throws where a kernel did not run, or gave something else. Says what it saw. */
export async function visitSimd(program: string, folder: string, isolated: boolean): Promise<string> {
  const headers = isolated ? ISOLATED : PLAIN;
  const outcome = await visit(program, folder, { headers, until: 'Done' }, async (page) => {
    return JSON.parse((await page.textContent('#outcome')) ?? '') as Outcome;
  });
  const faults = [
    ...threadFaults(outcome, isolated),
    ...outcome.runs.flatMap((run) => runFaults(run, isolated)),
  ];
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\n${JSON.stringify(outcome)}`);
  return outcome.runs.map(described).join('; ');
}

/** Threads need shared memory, and are refused with the way out where there is none. */
function threadFaults({ isolated, threads, runs }: Outcome, expected: boolean): string[] {
  const faults = isolated === expected ? [] : [`crossOriginIsolated is ${isolated}`];
  const refused = typeof threads === 'string' && threads.includes('cross-origin isolated pages');
  if (expected ? threads !== 2 : !refused) faults.push(`setThreads(2): ${threads}`);
  const ran = runs.map((run) => `${run.backend} ${run.threads}`).join();
  const all = expected ? 'cpu 1,wasm 1,cpu 2,wasm 2' : 'cpu 1,wasm 1';
  return ran === all ? faults : [...faults, `it ran ${ran}, expected ${all}`];
}

function runFaults(
  { backend, threads, kernels, inPlace, shared, tasks, differences }: Run,
  isolated: boolean,
): string[] {
  const onWasm = backend === 'wasm';
  const { loss, gradient, boxes } = differences;
  const checks: readonly (readonly [boolean, string])[] = [
    [kernels.join() === 'PointwiseSum,GreedyNms', `ran as kernels: ${kernels.join()}`],
    [inPlace === onWasm, `computes ${inPlace ? 'in' : 'outside'} the backend's memory`],
    [shared === (onWasm && isolated), `has ${shared ? 'a' : 'no'} shared memory`],
    [threads === 1 ? tasks === 0 : tasks > 0, `handed ${tasks} calls to workers`],
    [loss <= TOLERANCE && gradient <= TOLERANCE && boxes === 0, `differs: ${JSON.stringify(differences)}`],
  ];
  return checks.flatMap(([holds, fault]) => (holds ? [] : [`${backend} on ${threads}: ${fault}`]));
}

function described({ backend, threads, tasks, differences: { loss, gradient } }: Run): string {
  const most = Math.max(loss, gradient).toExponential(1);
  return `${backend} on ${threads}: ${tasks} calls to workers, differs by ${most}`;
}
