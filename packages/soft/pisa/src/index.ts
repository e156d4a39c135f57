/**
 * Prime sample attention: IoU-HLR, Score-HLR, ISR-P, ISR-N and CARL
 *
 * @packageDocumentation
 */
export {};
