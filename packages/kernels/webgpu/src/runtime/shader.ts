/** WGSL text, ready to compile. One object for one text: pipelines are cached by it. */
export interface Source {
  readonly name: string;
  readonly code: string;
}

/** Makes the {@link Source} for some options; the same options give the same object. */
export type Shader<Options> = (options: Options) => Source;

/** A shader as the tests see it: compiled on a null device for each example, so that none is forgotten. */
export interface ShaderExamples {
  readonly name: string;
  readonly sources: () => readonly Source[];
}

const defined: ShaderExamples[] = [];

/** Every shader of the package that has been imported. */
export function definedShaders(): readonly ShaderExamples[] {
  return defined;
}

/**
 * Defines a shader by the text that each set of options gives. The entry point is `main`; storage bindings are 0, 1, … of group 0 in the
 * order in which `dispatch` gets them, the uniform comes last, and each of them must be used in the text.
 *
 * @param name for labels and errors.
 * @param code the text; options are baked into it as constants.
 * @param examples a spread of options, which the tests compile without a driver. One at least.
 * @param keyOf tells options apart; default their JSON.
 */
export function defineShader<Options>(
  name: string,
  code: (options: Options) => string,
  examples: readonly Options[],
  keyOf: (options: Options) => string = JSON.stringify,
): Shader<Options> {
  const made = new Map<string, Source>();
  const shader = (options: Options): Source => {
    const key = keyOf(options);
    const source = made.get(key) ?? { name, code: code(options) };
    made.set(key, source);
    return source;
  };
  defined.push({ name, sources: () => examples.map((options) => shader(options)) });
  return shader;
}
