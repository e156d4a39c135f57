import { BackendUnavailable } from './backend.ts';
import { hasSystemDriver, provideLoader, useSoftwareDriver } from './vulkan-driver.ts';

/** A WebGPU adapter in Node, reachable as `navigator.gpu` until it is released. */
export interface Gpu {
  readonly adapter: GPUAdapter;
  /** `NVIDIA H100`, or `llvmpipe (CPU adapter)`. */
  readonly description: string;
  /** Vulkan on the CPU: right, and slow. */
  readonly software: boolean;
  release(): void;
}

const remedy =
  "install the graphics card's Vulkan driver, or run `node tools/setup-vulkan.ts` for one that runs on the CPU";

/** Finds the system's adapter, or, with `software`, any that computes. */
export async function findGpu({ software }: { software: boolean }): Promise<Gpu> {
  if (process.platform === 'linux' && !hasSystemDriver() && !(software && useSoftwareDriver())) {
    throw new BackendUnavailable('webgpu', 'no Vulkan driver in this system', remedy);
  }
  provideLoader();
  const { create, globals } = await import('webgpu').catch((cause: unknown) => {
    throw new BackendUnavailable('webgpu', `npm's webgpu does not load (${String(cause)})`, 'run `npm ci`');
  });
  // tfjs asks `instanceof GPUBuffer`, and for `navigator.gpu` while it is imported.
  Object.assign(globalThis, globals);
  // Dawn rounds time stamps to 65.5 us otherwise, longer than a kernel takes.
  const gpu = create(['disable-dawn-features=timestamp_quantization']);
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    release();
    throw new BackendUnavailable('webgpu', 'no adapter: the Vulkan driver found does not serve', remedy);
  }
  const isSoftware = computesOnCpu(adapter);
  if (isSoftware && !software) {
    release();
    throw new BackendUnavailable('webgpu', `only a CPU adapter (${describe(adapter)})`, remedy);
  }
  return {
    adapter,
    description: isSoftware ? `${describe(adapter)} (CPU adapter)` : describe(adapter),
    software: isSoftware,
    release,
  };
}

/** Newer than the types in use. */
type Info = GPUAdapterInfo & { readonly isFallbackAdapter?: boolean };

const release = (): void => void Reflect.deleteProperty(globalThis.navigator, 'gpu');

const infoOf = (adapter: GPUAdapter): Info => (adapter as unknown as { info: Info }).info;

function computesOnCpu(adapter: GPUAdapter): boolean {
  const info = infoOf(adapter);
  const words = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  return (info.isFallbackAdapter ?? false) || /llvmpipe|lavapipe|swiftshader|software/i.test(words);
}

function describe(adapter: GPUAdapter): string {
  const { vendor, architecture, device, description } = infoOf(adapter);
  const words =
    description || device || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
  return words.replace(/\s*\(.*$/s, '');
}
