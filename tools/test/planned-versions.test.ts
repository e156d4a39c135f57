import { expect, it } from 'vitest';
import { plannedVersions } from '../release/planned-versions.ts';

const OUTPUT = `
 NX   Running release version for project: @equipoise/focal

\u001B[31m@equipoise/focal\u001B[39m ✍️  New version 0.0.1 written to manifest: packages/soft/focal/package.json
@equipoise/focal ✍️  New version 0.1.0 written to manifest: packages/soft/focal/package.json

 NX   Running release version for project: @equipoise/ghm

@equipoise/ghm 🚫 No changes were detected using git history and the conventional commits standard
`;

it('a project gets the last version that nx release wrote; one without stays', () =>
  expect([...plannedVersions(OUTPUT)]).toEqual([
    ['@equipoise/focal', '0.1.0'],
    ['@equipoise/ghm', undefined],
  ]));
