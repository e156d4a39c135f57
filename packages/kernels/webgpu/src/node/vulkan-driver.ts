import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const systemFolders = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const loaderFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];
const loader = 'libvulkan.so.1';

/** Where Equipoise's set-up script keeps a driver that runs on the CPU: `$EQUIPOISE_CACHE/vulkan` or `~/.cache/equipoise/vulkan`. */
const kept = path.join(process.env['EQUIPOISE_CACHE'] ?? path.join(homedir(), '.cache/equipoise'), 'vulkan');

/**
 * Lets Dawn find a Vulkan driver on Linux: the one named in the environment or listed by the system, otherwise the kept one, which is
 * the CPU's, if a CPU may play the GPU. False where there is none. Other systems bring their own interface (Metal, Direct3D).
 */
export function provideDriver(onCpu: boolean): boolean {
  if (process.platform !== 'linux') return true;
  provideLoader();
  if (hasSystemDriver()) return true;
  const driver = path.join(kept, 'lvp_icd.json');
  if (!onCpu || !existsSync(driver)) return false;
  process.env['VK_ICD_FILENAMES'] = driver;
  // Compiling the shaders of one network takes many seconds; kept, none.
  process.env['MESA_SHADER_CACHE_DIR'] ??= path.join(kept, 'shaders');
  return true;
}

function hasSystemDriver(): boolean {
  if (process.env['VK_ICD_FILENAMES'] || process.env['VK_DRIVER_FILES']) return true;
  return systemFolders.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

/** Dawn looks for the Vulkan loader in the system and beside its own addon: puts a link to the kept one there where the system has none. */
function provideLoader(): void {
  if (loaderFolders.some((folder) => existsSync(path.join(folder, loader)))) return;
  const ours = path.join(kept, loader);
  const entry = path.dirname(fileURLToPath(import.meta.resolve('webgpu')));
  const link = path.join(entry, 'dist', `linux-${process.arch}`, loader);
  if (!existsSync(ours) || existsSync(link)) return;
  try {
    symlinkSync(ours, link);
  } catch {
    // A folder of modules that may not be written to: no adapter is found then, which is said.
  }
}
