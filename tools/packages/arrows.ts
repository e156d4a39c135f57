import path from 'node:path';
import { importedPackages } from './imports.ts';
import { isStrategyPackage, type Package } from './workspace.ts';

const CORE = '@equipoise/core';
const TFJS = '@tensorflow/tfjs-core';

/**
 * The house's arrows point one way: a strategy, the data sets and the test kit stand on core and on nothing else of ours, core on nothing
 * of ours. Of tfjs, sources import tfjs-core alone: the user chooses the backend. What is imported is declared, and the reverse.
 */
export function arrowFaults(entry: Package): string[] {
  const { name, manifest } = entry;
  const imported = importedPackages(path.join(entry.folder, 'src'));
  const mayUse = name === CORE ? [] : [CORE];
  const { dependencies = {}, peerDependencies = {} } = manifest;
  const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const faults: string[] = [];
  for (const used of imported) {
    if (used.startsWith('@equipoise/') && !mayUse.includes(used)) {
      faults.push(`src imports ${used}: it may import ${mayUse.join(', ') || 'nothing'} of ours`);
    }
    if (used.startsWith('@tensorflow/') && used !== TFJS) faults.push(`src imports ${used}: only ${TFJS}`);
    if (!declared.has(used)) faults.push(`src imports ${used}, which package.json does not declare`);
    if (isStrategyPackage(entry) && used !== CORE && used !== TFJS) {
      faults.push(`a strategy imports ${used}: only ${CORE} and ${TFJS}`);
    }
  }
  for (const name of declared) {
    if (!imported.has(name)) faults.push(`package.json declares ${name}, which src does not import`);
  }
  if (imported.has(TFJS) && !peerDependencies[TFJS]?.startsWith('^4.22')) {
    faults.push(`peerDependencies: expected "${TFJS}": "^4.22.0", got ${peerDependencies[TFJS] ?? 'none'}`);
  }
  return faults;
}
