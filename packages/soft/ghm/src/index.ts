/**
 * Gradient harmonizing mechanism: GHM-C for classification, GHM-R for boxes
 *
 * @packageDocumentation
 */
export {};
