import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PYTHON_FOLDER = path.join(import.meta.dirname, 'python');
const REQUIREMENTS = path.join(PYTHON_FOLDER, 'requirements.txt');
const MMDET = path.join(PYTHON_FOLDER, 'requirements-mmdet.txt');
const EXTENSION = path.join(PYTHON_FOLDER, 'mmcv_ext.py');

/** Where the peers are installed unless `--venv` says otherwise. */
export const VENV: string = path.resolve(import.meta.dirname, '../../.cache/peers');

/** The Python of an environment. */
export function pythonOf(venv: string): string {
  return path.join(venv, 'bin/python');
}

/**
 * Makes the environment of the peers, or completes it, with uv where that is installed; does nothing where it is as the requirements say.
 * About 6 GB, some minutes.
 */
export function setUp(venv: string, say: (words: string) => void): void {
  const stamp = path.join(venv, 'peers-installed');
  const wanted = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const python = pythonOf(venv);
  const uv = spawnSync('uv', ['--version']).status === 0;
  if (!existsSync(python)) {
    say(`making ${venv}`);
    mkdirSync(path.dirname(venv), { recursive: true });
    run(uv ? ['uv', 'venv', '-q', venv] : ['python3', '-m', 'venv', venv]);
  }
  say('installing PyTorch, torchvision, JAX and what mmdetection imports (about 6 GB)');
  const install = uv
    ? ['uv', 'pip', 'install', '-q', '--python', python]
    : [python, '-m', 'pip', 'install', '-q', '--disable-pip-version-check'];
  run([...install, '-r', REQUIREMENTS]);
  run([...install, '--no-deps', '-r', MMDET]);
  // mmcv imports its compiled operations when it is loaded.
  const packages = execFileSync(python, ['-c', "import sysconfig; print(sysconfig.get_path('purelib'))"], {
    encoding: 'utf8',
  }).trim();
  copyFileSync(EXTENSION, path.join(packages, 'mmcv/_ext.py'));
  writeFileSync(stamp, wanted);
}

/** Whether PyTorch sees a CUDA device there. */
export function hasCuda(venv: string): boolean {
  const { status } = spawnSync(pythonOf(venv), [
    '-c',
    'import sys, torch; sys.exit(not torch.cuda.is_available())',
  ]);
  return status === 0;
}

function run([command, ...args]: readonly string[]): void {
  execFileSync(command!, args, { stdio: 'inherit' });
}

function digest(): string {
  const hash = createHash('sha256');
  for (const file of [REQUIREMENTS, MMDET, EXTENSION]) hash.update(readFileSync(file));
  return hash.digest('hex');
}
