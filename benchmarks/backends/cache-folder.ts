import { homedir } from 'node:os';
import path from 'node:path';

/** Where the set-up scripts keep what they fetch, for all checkouts: `$EQUIPOISE_CACHE` or `~/.cache/equipoise`. */
export function cacheFolder(part: 'tensorflow' | 'vulkan'): string {
  return path.join(process.env['EQUIPOISE_CACHE'] ?? path.join(homedir(), '.cache/equipoise'), part);
}
