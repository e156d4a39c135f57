import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Every workspace with a test folder is a project of its own, named after its package. */
const projects = globSync(
  ['packages/*/test', 'packages/*/*/test', 'benchmarks/test', 'examples/*/test', 'tools/test'],
  { cwd: import.meta.dirname },
)
  .map((folder) => path.dirname(folder))
  .toSorted()
  .map((root) => ({
    resolve: { conditions: ['@equipoise/source', 'node', 'import', 'default'] },
    ssr: { resolve: { conditions: ['@equipoise/source', 'node', 'import', 'default'] } },
    test: {
      name: packageName(root),
      root: path.join(import.meta.dirname, root),
      include: ['test/**/*.test.ts'],
      environment: 'node' as const,
      testTimeout: 30_000,
    },
  }));

function packageName(root: string): string {
  try {
    return (
      JSON.parse(readFileSync(path.join(import.meta.dirname, root, 'package.json'), 'utf8')) as {
        name: string;
      }
    ).name;
  } catch {
    return root;
  }
}

// By default one core of two would be idle.
export default defineConfig({ test: { projects, maxWorkers: '100%' } });
