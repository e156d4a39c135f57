import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { folders, need, progress, run, TENSORFLOW } from './setting.ts';

/** The folder with `libtensorflow_cc.so.2` and the C headers, fetched when it is not kept yet. */
export function keepLibraries(): string {
  const own = process.env['EQUIPOISE_TENSORFLOW'];
  if (own) return path.resolve(own);
  const kept = path.join(folders.libraries, 'tensorflow');
  if (existsSync(kept)) {
    progress(`libtensorflow ${TENSORFLOW.version} is kept in ${folders.libraries}`);
    return kept;
  }
  need(
    'python3',
    ['-m', 'pip', '--version'],
    "install Python 3 with pip, which fetches TensorFlow's libraries",
  );
  const parent = path.dirname(folders.libraries);
  mkdirSync(parent, { recursive: true });
  // Beside its final place, so that the last step is a rename: an interrupted run leaves nothing half done.
  const folder = mkdtempSync(path.join(parent, 'part-'));
  try {
    fetchWheel(folder);
    progress('unpacking the libraries and headers');
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl')) ?? '';
    const script = path.join(import.meta.dirname, 'unpack.py');
    run('python3', [script, path.join(folder, wheel), path.join(folder, 'out')]);
    // 582 MB become 421; without binutils it stays large and works as well.
    spawnSync('strip', ['--strip-unneeded', path.join(folder, 'out/tensorflow/libtensorflow_cc.so.2')]);
    rmSync(folders.libraries, { recursive: true, force: true });
    renameSync(path.join(folder, 'out'), folders.libraries);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return kept;
}

function fetchWheel(folder: string): void {
  progress(`fetching tensorflow-cpu ${TENSORFLOW.version} through pip (214 MB)`);
  const requirements = path.join(folder, 'requirements.txt');
  writeFileSync(requirements, `tensorflow-cpu==${TENSORFLOW.version} --hash=sha256:${TENSORFLOW.sha256}\n`);
  const target = ['--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311'];
  const platforms = ['--platform', 'manylinux_2_17_x86_64', '--platform', 'manylinux2014_x86_64'];
  const strict = [
    '--no-deps',
    '--require-hashes',
    '--only-binary=:all:',
    '--disable-pip-version-check',
    '-q',
  ];
  run('python3', [
    '-m',
    'pip',
    'download',
    ...strict,
    ...target,
    ...platforms,
    '-d',
    folder,
    '-r',
    requirements,
  ]);
}
