import { visit } from './browser.ts';
import type { Outcome, Run } from './kernels-page/outcome.ts';
import type { Headers } from './serve.ts';

/** What kernels may differ by from the same backend without them: float32's rounding. */
const TOLERANCE = 1e-6;

/** A way to serve the page, and what must run on it then. */
interface Served {
  readonly name: string;
  readonly headers: Headers;
  readonly gpu: boolean;
  readonly isolated: boolean;
  /** Backends, with the threads of the kernels. */
  readonly runs: readonly string[];
}

/** Each with the least that a content security policy must allow: for one thread, and for threads of ours and of tfjs. */
export const SERVED: readonly Served[] = [
  {
    name: 'served plainly',
    headers: {
      'content-security-policy': "default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'",
    },
    gpu: true,
    isolated: false,
    runs: ['cpu on 1', 'wasm on 1', 'webgpu on 1'],
  },
  {
    name: 'cross-origin isolated',
    headers: {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'content-security-policy':
        "default-src 'self'; img-src data:; script-src 'self' blob: 'wasm-unsafe-eval'; worker-src blob:",
    },
    gpu: false,
    isolated: true,
    runs: ['cpu on 1', 'wasm on 1', 'cpu on 2', 'wasm on 2'],
  },
];

/** Opens the built page of kernels-page. Throws where a kernel did not run as it should, or gave something else. Says what it saw. */
export async function visitKernels(program: string, folder: string, served: Served): Promise<string> {
  const outcome = await visit(program, folder, { ...served, until: 'Done' }, async (page) => {
    return JSON.parse((await page.textContent('#outcome')) ?? '') as Outcome;
  });
  const faults = [
    ...threadFaults(outcome, served),
    ...outcome.runs.flatMap((run) => runFaults(run, served.isolated)),
  ];
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\n${JSON.stringify(outcome)}`);
  return outcome.runs.map(described).join('; ');
}

/** Threads need shared memory, and are refused with the way out where there is none. */
function threadFaults(outcome: Outcome, served: Served): string[] {
  const { threads } = outcome;
  const refused = typeof threads === 'string' && threads.includes('cross-origin isolated pages');
  const [ran, expected] = [outcome.runs.map(nameOf).join(), served.runs.join()];
  return faultsOf([
    [outcome.isolated === served.isolated, `crossOriginIsolated is ${outcome.isolated}`],
    [served.isolated ? threads === 2 : refused, `setThreads(2): ${threads}`],
    [ran === expected, `it ran ${ran}, expected ${expected}`],
  ]);
}

function runFaults(run: Run, isolated: boolean): string[] {
  const { backend, threads, kernels, inPlace, shared, tasks } = run;
  const { loss, gradient, boxes } = run.differences;
  const onWasm = backend === 'wasm';
  return faultsOf([
    [kernels.join() === 'PointwiseSum,GreedyNms', `ran as kernels: ${kernels.join()}`],
    [inPlace === onWasm, `computes ${inPlace ? 'in' : 'outside'} the memory of wasm's tensors`],
    [shared === (onWasm && isolated), `has ${shared ? 'a' : 'no'} shared memory`],
    [threads === 1 ? tasks === 0 : tasks > 0, `handed ${tasks} calls to workers`],
    [loss <= TOLERANCE && gradient <= TOLERANCE && boxes === 0, 'differs'],
  ]).map((fault) => `${nameOf(run)}: ${fault}`);
}

function faultsOf(checks: readonly (readonly [holds: boolean, fault: string])[]): string[] {
  return checks.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}

function nameOf({ backend, threads }: Run): string {
  return `${backend} on ${threads}`;
}

function described(run: Run): string {
  const { loss, gradient } = run.differences;
  return `${nameOf(run)} differs by ${Math.max(loss, gradient).toExponential(1)}`;
}
