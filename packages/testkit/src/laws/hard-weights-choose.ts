import { stepOf } from './step-of.ts';
import { defineLaw, type Law } from './law.ts';

/** A hard strategy chooses: every classification weight is 0 or the sample's label weight. */
export const hardWeightsChoose: Law = defineLaw({
  name: 'a hard strategy gives 0 or the label weight',
  async check({ make, strategy }, { seed, batches: [batch] }) {
    if (strategy.kind !== 'hard') return;
    const figures = await stepOf(make(), batch!, seed);
    const weights = figures['classification weights']!;
    const weighted = batch!.fields.includes('weights');
    batch!.rows.forEach((row, i) => {
      const own = weighted ? row.weight : 1;
      if (weights[i] !== 0 && weights[i] !== own) {
        throw new Error(`classification weight ${weights[i]} of sample ${i}, whose label weight is ${own}`);
      }
    });
  },
});
