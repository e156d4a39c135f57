import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { io } from '@tensorflow/tfjs-core';

/** Keeps a model in a folder, as tfjs lays it out: for `model.save` and `loadLayersModel`, in Node without tfjs-node. */
export function folder(where: string): io.IOHandler {
  const [topology, weights] = ['model.json', 'weights.bin'].map((file) => path.join(where, file)) as [
    string,
    string,
  ];
  return {
    save(artifacts) {
      const { weightData, ...rest } = artifacts;
      mkdirSync(where, { recursive: true });
      writeFileSync(topology, JSON.stringify(rest));
      writeFileSync(weights, new Uint8Array(weightData as ArrayBuffer));
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    },
    load() {
      const rest = JSON.parse(readFileSync(topology, 'utf8')) as io.ModelArtifacts;
      return Promise.resolve({ ...rest, weightData: Uint8Array.from(readFileSync(weights)).buffer });
    },
  };
}
