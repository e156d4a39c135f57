/** Something asked for that is not to be had: told in one line. */
export class CreateError extends Error {
  override readonly name = 'CreateError';
}
