import { readFileSync } from 'node:fs';

/** The versions of ours that a new strategy asks for: those that this package was tested with, which a release writes. */
export function versions(): { readonly core: string; readonly testkit: string } {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    devDependencies: Record<'@equipoise/core' | '@equipoise/testkit', string>;
  };
  const { '@equipoise/core': core, '@equipoise/testkit': testkit } = manifest.devDependencies;
  return { core, testkit };
}
