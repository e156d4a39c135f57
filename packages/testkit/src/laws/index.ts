import { chanceDiffers } from './chance-differs.ts';
import { checkedNamesTheSample } from './checked-names-the-sample.ts';
import { extremesAreFinite } from './extremes-are-finite.ts';
import { hardWeightsChoose } from './hard-weights-choose.ts';
import { ignoredSamplesDoNotMatter } from './ignored-samples-do-not-matter.ts';
import { inputsAreReadOnly } from './inputs-are-read-only.ts';
import { isDescribed } from './is-described.ts';
import { labelWeightZeroIgnores } from './label-weight-zero-ignores.ts';
import type { Law } from './law.ts';
import { orderDoesNotMatter } from './order-does-not-matter.ts';
import { randomnessIsHandedIn } from './randomness-is-handed-in.ts';
import { stateIsThreaded } from './state-is-threaded.ts';
import { weightsAreLawful } from './weights-are-lawful.ts';

export type { Law, LawCase, Make } from './law.ts';
export { leaksNothing } from './leaks-nothing.ts';
export {
  chanceDiffers,
  checkedNamesTheSample,
  extremesAreFinite,
  hardWeightsChoose,
  ignoredSamplesDoNotMatter,
  inputsAreReadOnly,
  isDescribed,
  labelWeightZeroIgnores,
  orderDoesNotMatter,
  randomnessIsHandedIn,
  stateIsThreaded,
  weightsAreLawful,
};

const ALL: readonly Law[] = [
  weightsAreLawful,
  hardWeightsChoose,
  ignoredSamplesDoNotMatter,
  labelWeightZeroIgnores,
  extremesAreFinite,
  orderDoesNotMatter,
  randomnessIsHandedIn,
  chanceDiffers,
  stateIsThreaded,
  inputsAreReadOnly,
  isDescribed,
  checkedNamesTheSample,
];

/** Every law, by the name a test shows; all but {@link leaksNothing}, which takes seconds. */
export const laws: Readonly<Record<string, Law>> = Object.fromEntries(ALL.map((law) => [law.lawName, law]));
