import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folders, progress, run } from './setting.ts';

const dependencies = { '@tensorflow/tfjs-node': '4.22.0', 'node-api-headers': '1.9.0' };
/** One instance each for the whole process: kernels, gradients and layers are registered in them. */
const shared = ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu'];

/** Installs tfjs-node beside the workspace, without its install script, and lets it use the workspace's tfjs-core. */
export function installPackage(): void {
  const modules = path.join(folders.install, 'node_modules');
  if (!existsSync(path.join(modules, '@tensorflow/tfjs-node/package.json'))) {
    progress(`installing tfjs-node through npm into ${path.relative(folders.workspace, folders.install)}`);
    mkdirSync(folders.install, { recursive: true });
    const manifest = { private: true, dependencies };
    writeFileSync(path.join(folders.install, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    const quiet = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
    run('npm', ['install', '--ignore-scripts', ...quiet], folders.install);
  }
  for (const name of shared) {
    const link = path.join(modules, '@tensorflow', name);
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    rmSync(link, { recursive: true, force: true });
    symlinkSync(path.join(folders.workspace, 'node_modules/@tensorflow', name), link);
  }
}
