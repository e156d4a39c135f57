import { sampleRandom, torchRandom, withGroundTruthCandidates } from '@equipoise/random';
import { type CaseOperations, inputsOf } from '@equipoise/testkit';

/** Reference cases of @equipoise/random. */
export const randomCases: CaseOperations = {
  torch_randperm: {
    exact: ['perms'],
    run(reference) {
      const inputs = inputsOf(reference);
      const random = torchRandom(inputs.number('seed'));
      return { perms: inputs.numbers('sizes').map((size) => random.permutation(size)) };
    },
  },
  mmdet_random_sampler: {
    exact: ['pos_inds', 'neg_inds'],
    run(reference) {
      const inputs = inputsOf(reference);
      const gtInds = inputs.numbers('gt_inds');
      const addsTruth = inputs.flag('add_gt_as_proposals', inputs.has('num_gts'));
      const candidates = addsTruth
        ? withGroundTruthCandidates({ gtInds }, inputs.number('num_gts', Math.max(0, ...gtInds)))
        : { gtInds };
      const { positives, negatives } = sampleRandom(candidates, torchRandom(inputs.number('seed')), {
        count: inputs.number('num'),
        positiveFraction: inputs.number('pos_fraction'),
        maxNegativesPerPositive: inputs.number('neg_pos_ub', -1),
      });
      return { pos_inds: [...positives], neg_inds: [...negatives] };
    },
  },
};
