import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folders, need, progress, run, SetupError } from './setting.ts';

/** Compiles tfjs-node's two C++ files against the kept library, unless that is done. */
export function buildAddon(libraries: string): void {
  const modules = path.join(folders.install, 'node_modules');
  const source = path.join(modules, '@tensorflow/tfjs-node');
  const target = path.join(source, 'lib/napi-v8');
  const addon = path.join(target, 'tfjs_binding.node');
  const stamp = path.join(target, 'linked-with');
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === libraries) {
    progress('the addon is built');
    return;
  }
  const shared = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) =>
    path.join(libraries, name),
  );
  const lacking = shared.find((file) => !existsSync(file));
  if (lacking !== undefined) throw new SetupError(`${lacking} is not there`);
  need('g++', ['--version'], 'install a C++17 compiler (the package g++ of the system)');
  progress('building the addon with g++');
  mkdirSync(target, { recursive: true });
  const headers = [path.join(modules, 'node-api-headers/include'), path.join(libraries, 'include')];
  const files = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(source, 'binding', name));
  run('g++', [
    '-O2',
    '-fPIC',
    '-shared',
    '-std=c++17',
    '-DNAPI_VERSION=8',
    '-DBUILDING_NODE_EXTENSION',
    ...headers.flatMap((folder) => ['-I', folder]),
    ...files,
    ...shared,
    `-Wl,-rpath,${libraries}`,
    '-o',
    `${addon}.part`,
  ]);
  renameSync(`${addon}.part`, addon);
  writeFileSync(stamp, libraries);
}
