import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Puts a package `@tensorflow/tfjs` beside the examples that import it: its core, its gradients and backend cpu, which are installed here;
 * the union package, with all backends, is not.
 */
export function writeTfjsPackage(folder: string): void {
  const home = path.join(folder, 'node_modules/@tensorflow/tfjs');
  mkdirSync(home, { recursive: true });
  const manifest = { name: '@tensorflow/tfjs', type: 'module', types: './index.d.ts', main: './index.js' };
  const core = `export * from '@tensorflow/tfjs-core';\n`;
  const effects = `import '@tensorflow/tfjs-backend-cpu';\nimport '@tensorflow/tfjs-layers';\n`;
  writeFileSync(path.join(home, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(home, 'index.js'), effects + core);
  writeFileSync(path.join(home, 'index.d.ts'), core);
}
