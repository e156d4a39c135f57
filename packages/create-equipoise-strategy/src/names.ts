import { CreateError } from './create-error.ts';

/** How a strategy is written in the places where it is named. */
export interface Names {
  /** `anchor-loss`: package, folder and file. */
  readonly name: string;
  /** `anchorLoss`: the factory. */
  readonly camel: string;
  /** `AnchorLoss`: types. */
  readonly pascal: string;
}

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST = 60;

/** Words that JavaScript keeps for itself, as far as they are a name in kebab-case. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/**
 * The names of a strategy.
 *
 * @throws CreateError for a name that is not kebab-case, is too long, or that JavaScript keeps for itself.
 */
export function namesOf(name: string): Names {
  const refuse = (expected: string): never => {
    throw new CreateError(`name: expected ${expected}, got '${name}'`);
  };
  if (!KEBAB.test(name)) refuse('lower-case words joined by hyphens (anchor-loss)');
  if (name.length > LONGEST) refuse(`at most ${LONGEST} letters`);
  if (RESERVED.has(name)) refuse('a word that JavaScript does not keep for itself');
  const pascal = name.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
  return { name, camel: pascal[0]!.toLowerCase() + pascal.slice(1), pascal };
}
