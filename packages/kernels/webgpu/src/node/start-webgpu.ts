import { demand } from '@equipoise/core';
import { findBackendFactory, ready, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { loadDawn } from './dawn.ts';
import { budgetDispatches } from './dispatch-budget.ts';
import { explainSyncReads } from './sync-reads.ts';
import { provideDriver } from './vulkan-driver.ts';

/** What computes: the device that tfjs's webgpu backend runs on. */
export interface StartedWebgpu {
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
  /** `NVIDIA H100`, or `llvmpipe (CPU adapter)`. */
  readonly description: string;
  /** Whether a CPU plays the GPU. */
  readonly onCpu: boolean;
}

const FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

/** The kernels bind more and larger buffers than WebGPU's defaults allow. */
const LIMITS = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const satisfies (keyof GPUSupportedLimits)[];

const REMEDY =
  "a Vulkan driver: the graphics card vendor's, or Mesa's lavapipe, 24 or newer, for the CPU (package mesa-vulkan-drivers; in Equipoise's " +
  'repository `npm run setup:vulkan`); one outside the usual folders is named by VK_ICD_FILENAMES';

/** Options of {@link startWebgpu}. */
export interface StartWebgpuOptions {
  /** Whether a CPU may play the GPU. Default true. */
  readonly onCpu?: boolean;
}

/**
 * Makes the GPU the current backend in Node: Dawn's WebGPU, a device with all that the adapter offers, tfjs's webgpu backend on it.
 *
 * A backend that is registered as `webgpu` already is replaced. Called again, it makes a new device, which is the way out of a lost one.
 *
 * @throws where npm's `webgpu` or a driver is missing, or only a CPU is there and may not play; says how to get it.
 */
export async function startWebgpu({ onCpu: may = true }: StartWebgpuOptions = {}): Promise<StartedWebgpu> {
  const { create, globals } = await loadDawn();
  // tfjs asks `instanceof GPUBuffer`.
  Object.assign(globalThis, globals);
  const driver = provideDriver(may);
  // Dawn rounds time stamps to 65.5 us otherwise, longer than a kernel takes.
  const gpu = create(['disable-dawn-features=timestamp_quantization']);
  // Without a driver Dawn would say so on the terminal.
  const adapter = driver ? await gpu.requestAdapter({ powerPreference: 'high-performance' }) : null;
  demand(adapter !== null, {
    package: '@equipoise/webgpu',
    subject: 'GPU adapter',
    expected: process.platform === 'linux' ? REMEDY : 'a graphics driver with Metal or Direct3D 12',
    actual: driver ? 'none: the drivers found do not serve' : 'none: no Vulkan driver in this system',
  });
  const onCpu = adapter.info.isFallbackAdapter;
  const description = describe(adapter.info, onCpu);
  demand(may || !onCpu, {
    package: '@equipoise/webgpu',
    subject: 'GPU adapter',
    expected: "a graphics card's",
    actual: `only ${description}`,
  });
  const device = await adapter.requestDevice({
    requiredFeatures: FEATURES.filter((name) => adapter.features.has(name)),
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
  });
  if (onCpu && process.platform === 'linux') budgetDispatches(device);
  // The backend's constructor asks for it.
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  if (findBackendFactory('webgpu') !== null) removeBackend('webgpu');
  registerBackend(
    'webgpu',
    () => {
      const backend = new WebGPUBackend(device, adapter.info);
      explainSyncReads(backend);
      return backend;
    },
    3,
  );
  await setBackend('webgpu');
  await ready();
  return { adapter, device, description, onCpu };
}

function describe(info: GPUAdapterInfo, onCpu: boolean): string {
  const { vendor, architecture, device, description } = info;
  const words = description || device || `${vendor} ${architecture}`.trim() || 'unnamed adapter';
  return `${words.replace(/[\s:]*\(.*$/s, '')}${onCpu ? ' (CPU adapter)' : ''}`;
}
