import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the committed bytes are what assembly/ compiles to', () => {
  const build = fileURLToPath(new URL('../../build.ts', import.meta.url));
  expect(() => execFileSync(process.execPath, [build, '--check'])).not.toThrow();
}, 60_000);
