/** The lowest finite float32: as a threshold it lets every score but NaN and -Infinity pass. */
export const LOWEST_SCORE: number = -3.4028234663852886e38;
