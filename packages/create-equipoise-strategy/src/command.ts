import { parseArgs } from 'node:util';
import { create } from './create.ts';
import { CreateError } from './create-error.ts';
import { kindOf } from './kinds.ts';

const USAGE = `npm create equipoise-strategy@latest NAME -- [--kind=hard|soft]

  NAME    lower-case words joined by hyphens; the folder, the package and the strategy are called so
  --kind  soft (default): every sample trains, with a weight; hard: it chooses which samples train`;

/**
 * What the command line does, in a folder.
 *
 * @returns what it says.
 * @throws CreateError for arguments that it cannot follow.
 */
export function command(args: readonly string[], folder: string): string {
  const { values, positionals } = read(args);
  if (values.help) return USAGE;
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) {
    throw new CreateError(`expected one NAME, got ${positionals.length}\n\n${USAGE}`);
  }
  const kind = kindOf(values.kind);
  const files = create(name, kind, folder);
  return [
    `${name}: a ${kind} strategy`,
    ...files.map((file) => `  ${file}`),
    '',
    `  cd ${name}`,
    '  npm install',
    '  npm test     # the laws of strategies, and its own properties',
  ].join('\n');
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kind: { type: 'string', default: 'soft' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new CreateError(
      `${error instanceof Error ? error.message.split('. ')[0] : String(error)}\n\n${USAGE}`,
    );
  }
}
