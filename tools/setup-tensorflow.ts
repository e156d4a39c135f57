import { existsSync } from 'node:fs';
import { buildAddon } from './setup-tensorflow/build-addon.ts';
import { installPackage } from './setup-tensorflow/install-package.ts';
import { keepLibraries } from './setup-tensorflow/keep-libraries.ts';
import { folders, run, SetupError, TENSORFLOW } from './setup-tensorflow/setting.ts';

/**
 * `npm run setup:tensorflow`: the native TensorFlow backend, without tfjs-node's own installer.
 *
 * tfjs-node's addon comes as source in its npm package; the libtensorflow to link it with comes out of the Python wheel,
 * pinned and hash-checked. Running it again does only what is missing.
 */
function setUp(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `runs on Linux x64, this is ${process.platform} ${process.arch}: npm install @tensorflow/tfjs-node there`,
    );
  }
  const libraries = keepLibraries();
  installPackage();
  buildAddon(libraries);
  say('checking a matrix product and a gradient');
  say(run(process.execPath, ['--input-type=module', '--eval', smoke], folders.workspace).trim());
  say('done: take it with `--backend tensorflow`, or let `auto` take it');
  console.log(forGpu);
}

const smoke = `
  import { useBackend } from './benchmarks/backends/index.ts';
  import * as tf from '@tensorflow/tfjs-core';
  const { detail } = await useBackend('tensorflow');
  const [x, w] = [tf.ones([1, 5, 5, 2]), tf.ones([3, 3, 2, 4])];
  const gradient = tf.grad((w) => tf.conv2d(x, w, 2, 'same'))(w);
  if (gradient.dataSync()[0] !== 4) throw new Error('the gradient of a convolution came out wrong');
  console.log(detail);
`;

const forGpu = `
For an NVIDIA GPU (links and finds its CUDA libraries; not yet run on a real one):
  python3 -m pip download --no-deps -d DIR tensorflow==${TENSORFLOW.version} and the nvidia-*-cu12 wheels its metadata pins
  unpack all of them into one folder X, so that X/tensorflow and X/nvidia are siblings (its run path expects that)
  EQUIPOISE_TENSORFLOW=X/tensorflow npm run setup:tensorflow   links the addon with that library instead
or take @equipoise/webgpu, which needs no CUDA.`;

function say(line: string): void {
  console.log(`setup:tensorflow: ${line}`);
}

try {
  if (!existsSync(folders.core)) throw new SetupError('run `npm ci` first: tfjs-core is not installed');
  setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup:tensorflow: ${error.message}`);
  process.exitCode = 1;
}
