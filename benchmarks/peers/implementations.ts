import type { BackendName } from '../backends/index.ts';
import type { Work } from './works/work.ts';

/** How Equipoise computes: with fused kernels imported, by itself, with every operation in its tfjs form; or tfjs's own operation. */
export type Form = 'fused' | 'host' | 'composed' | 'tfjs';

/** A process that measures: a library of Python, or Equipoise on a backend. */
export type Player =
  | { readonly language: 'python'; readonly module: string; readonly device: 'cpu' | 'cuda' }
  | { readonly language: 'node'; readonly backend: BackendName; readonly form: Form };

/** Something that does a work. */
export interface Implementation {
  /** For the table: unique in a work. */
  readonly name: string;
  readonly player: Player;
  /** The name by which the Python side knows it. */
  readonly peer?: string;
  /** Whether it may count as ours. */
  readonly own: boolean;
}

/** The Python module of each peer. */
const MODULES: Readonly<Record<string, string>> = {
  'mmdet eager': 'mmdet_peer',
  torchvision: 'torchvision_peer',
  'torch.compile': 'compiled_peer',
  'torch.compile, grad_and_value': 'compiled_peer',
  'JAX jit': 'jax_peer',
  'official AP-Loss': 'official_peer',
  'official OHEM': 'official_peer',
  'official OHEM, torchvision NMS': 'official_peer',
};

const HOST_BACKENDS = ['cpu', 'wasm', 'tensorflow'] as const;

/** Everything that does a work: its peers first, then ours from the fastest to the slowest. */
export function implementationsOf(work: Work, cuda: boolean): Implementation[] {
  const devices = cuda ? (['cpu', 'cuda'] as const) : (['cpu'] as const);
  const peers = work.peers.flatMap((peer) =>
    devices.map((device): Implementation => ({
      name: device === 'cpu' ? peer : `${peer}, CUDA`,
      player: { language: 'python', module: MODULES[peer]!, device },
      peer,
      own: false,
    })),
  );
  const node = (name: string, backend: BackendName, form: Form, own: boolean): Implementation => ({
    name: form === 'fused' && backend === 'webgpu' ? name : `${name}, ${backend}`,
    player: { language: 'node', backend, form },
    own,
  });
  return [
    ...peers,
    ...HOST_BACKENDS.map((backend) => node('equipoise simd', backend, 'fused', true)),
    node('equipoise webgpu', 'webgpu', 'fused', false),
    ...HOST_BACKENDS.map((backend) => node('equipoise host', backend, 'host', true)),
    ...[...HOST_BACKENDS, 'webgpu' as const].map((backend) =>
      node('equipoise composed', backend, 'composed', false),
    ),
    ...(work.tfjs ? HOST_BACKENDS.map((backend) => node(work.tfjs!.name, backend, 'tfjs', false)) : []),
  ];
}

/** The works in which a machine is measured against itself have no composed form, which does not fit at 10M. */
export function implementationsOfScaling(): Implementation[] {
  const fused = HOST_BACKENDS.map((backend): Implementation => ({
    name: `equipoise simd, ${backend}`,
    player: { language: 'node', backend, form: 'fused' },
    own: true,
  }));
  return [
    ...fused,
    ...HOST_BACKENDS.map((backend): Implementation => ({
      name: `equipoise host, ${backend}`,
      player: { language: 'node', backend, form: 'host' },
      own: true,
    })),
  ];
}
