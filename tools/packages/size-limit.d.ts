declare module '@size-limit/preset-small-lib' {
  /** size-limit's plugins that bundle with rolldown and measure files. */
  const plugins: ((...args: unknown[]) => unknown)[];
  export default plugins;
}
