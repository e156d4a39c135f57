/** The least logarithm in the cross-entropy of probabilities, as in torch. */
export const LEAST_LOG = -100;
