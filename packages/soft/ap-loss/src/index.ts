/**
 * AP-Loss in O(n log n), with aLRP and Rank and Sort
 *
 * @packageDocumentation
 */
export {};
