/** What computes: pure JavaScript, WebAssembly SIMD, TensorFlow's own library, or the GPU. */
export type BackendName = 'wasm' | 'tensorflow' | 'webgpu' | 'cpu';

/** How a backend is to be started. */
export interface BackendOptions {
  /** Threads a process may use; only `tensorflow` has more than one. @defaultValue all of them, for tensorflow */
  readonly threads?: number;
  /** Threads of `@equipoise/simd`'s kernels on wasm: more than one share its memory. @defaultValue none, without those kernels */
  readonly fusedThreads?: number;
}

/** A backend that runs, checked. */
export interface Backend {
  readonly name: BackendName;
  /** For the report: `wasm, SIMD, 1 thread`. */
  readonly detail: string;
  /** Why this one, where it was asked for as `auto`; one line. */
  readonly why?: string;
  /** What it is made of: package or library to version. */
  readonly versions: Readonly<Record<string, string>>;
  /** Gives back what it holds, so that the process can end. Throws what went wrong on the device unnoticed. */
  close(): Promise<void>;
}

/** What one backend's own file hands to {@link Backend}. */
export type Started = Omit<Backend, 'name' | 'why'>;

/** A backend that was asked for and is not there: what is missing and what to run. */
export class BackendUnavailable extends Error {
  /** The first half of the message: `webgpu: no Vulkan driver in this system`. */
  readonly reason: string;

  constructor(name: BackendName, missing: string, remedy: string) {
    super(`backend ${name}: ${missing}; ${remedy}`);
    this.name = 'BackendUnavailable';
    this.reason = `${name}: ${missing}`;
  }
}
