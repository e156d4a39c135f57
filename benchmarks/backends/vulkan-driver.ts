import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.ts';

const systemFolders = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const loaderFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];
const loader = 'libvulkan.so.1';

/** Whether Linux has a Vulkan driver of its own: one listed by the system or named in the environment. */
export function hasSystemDriver(): boolean {
  if (process.env['VK_ICD_FILENAMES'] || process.env['VK_DRIVER_FILES']) return true;
  return systemFolders.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

/** Lets Dawn find lavapipe, the CPU's Vulkan driver of `tools/setup-vulkan.ts`; false where it is not set up. */
export function useSoftwareDriver(): boolean {
  const folder = cacheFolder('vulkan');
  const driver = path.join(folder, 'lvp_icd.json');
  if (!existsSync(driver)) return false;
  process.env['VK_ICD_FILENAMES'] = driver;
  // Compiling the shaders of one network takes many seconds; kept, none.
  process.env['MESA_SHADER_CACHE_DIR'] ??= path.join(folder, 'shaders');
  provideLoader();
  return true;
}

/** Dawn looks for the Vulkan loader in the system and beside its own addon: puts a link there where the system has none. */
export function provideLoader(): void {
  if (process.platform !== 'linux') return;
  if (loaderFolders.some((folder) => existsSync(path.join(folder, loader)))) return;
  const ours = path.join(cacheFolder('vulkan'), loader);
  const entry = path.dirname(fileURLToPath(import.meta.resolve('webgpu')));
  const link = path.join(entry, 'dist', `linux-${process.arch}`, loader);
  if (existsSync(ours) && !existsSync(link)) symlinkSync(ours, link);
}
