import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isTool, type Package, ROOT } from './workspace.ts';

/** What a module does to the world when it is imported: another module for its effects alone, tfjs's registries. */
const EFFECT = /^import '|^\s*(tf\.)?register(Kernel|Gradient|Backend|Class)\(|^register\w+\(|^globalThis\./m;

/** What is missing in package.json or untrue, and whether the licence is the house's. */
export function manifestFaults({ folder, manifest }: Package): string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  expect(/^(@equipoise\/[a-z-]+|create-equipoise-[a-z-]+)$/.test(manifest.name), `name: ${manifest.name}`);
  expect((manifest.description ?? '').length > 10, 'description: missing');
  expect((manifest.keywords ?? []).length >= 3, 'keywords: fewer than three');
  expect(manifest.license === 'Apache-2.0', `license: expected Apache-2.0, got ${manifest.license}`);
  expect(manifest.type === 'module', `type: expected module, got ${manifest.type}`);
  expect(manifest.publishConfig?.access === 'public', 'publishConfig: expected access public');
  const files = isTool(manifest) ? ['dist', 'templates', 'generators.json'] : ['dist', 'src'];
  const others = (manifest.files ?? []).filter((name) => !files.includes(name));
  expect(manifest.files?.includes('dist') === true, 'files: dist is missing');
  expect(isTool(manifest) || manifest.files?.includes('src') === true, 'files: src is missing');
  for (const name of others) faults.push(`files: ${name}, expected ${files.join(', ')}`);
  expect(manifest.exports?.['.'] !== undefined, 'exports: no "."');
  for (const [key, conditions] of Object.entries(manifest.exports ?? {})) {
    if (key.endsWith('.json')) continue;
    const order = Object.keys(conditions).join(', ');
    expect(
      order === '@equipoise/source, types, default',
      `exports ${key}: expected @equipoise/source, types, default; got ${order}`,
    );
  }
  const effects = globSync('src/**/*.ts', { cwd: folder }).filter((file) =>
    EFFECT.test(readFileSync(path.join(folder, file), 'utf8')),
  );
  if (manifest.sideEffects === false) {
    for (const file of effects) faults.push(`sideEffects is false, and ${file} has one`);
  } else {
    expect(
      (manifest.sideEffects === true || Array.isArray(manifest.sideEffects)) && effects.length > 0,
      'sideEffects: expected false where no source has one; else true, or files',
    );
  }
  const own = read(path.join(folder, 'LICENSE'));
  expect(own === read(path.join(ROOT, 'LICENSE')), 'LICENSE: missing or not that of the root');
  return faults;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
