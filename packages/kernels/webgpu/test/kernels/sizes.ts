/** Around the borders of workgroups and of tiles, and beyond one part of the sort. */
export const SIZES = [0, 1, 2, 63, 64, 65, 257, 5000] as const;
