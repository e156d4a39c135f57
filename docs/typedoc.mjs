import { readdirSync } from 'node:fs';
import { katex } from '@mdit/plugin-katex';

const folders = [
  'core',
  'coco',
  'testkit',
  'nx',
  'create-equipoise-strategy',
  ...['hard', 'soft', 'kernels'].flatMap(packagesOf),
].map((name) => `../packages/${name}`);

/** Every strategy of a kind is a package in its folder, and so are the kernels of each backend. */
function packagesOf(kind) {
  return readdirSync(new URL(`../packages/${kind}`, import.meta.url)).map((name) => `${kind}/${name}`);
}

/** The API reference: `npm run docs`, after a build; formulas become MathML, which needs neither fonts nor scripts. */
export default {
  name: 'Equipoise',
  entryPointStrategy: 'packages',
  entryPoints: folders,
  out: 'api',
  readme: '../README.md',
  includeVersion: false,
  disableGit: true,
  treatWarningsAsErrors: true,
  markdownItLoader: (parser) => parser.use(katex, { output: 'mathml' }),
  packageOptions: {
    entryPoints: ['src/index.ts'],
    tsconfig: 'tsconfig.lib.json',
    disableSources: true,
    excludeInternal: true,
    validation: { notExported: true, invalidLink: true, notDocumented: true },
    requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable', 'Method'],
  },
};
