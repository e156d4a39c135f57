import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const TRAINING = path.resolve(import.meta.dirname, '../../training');

test('a guest from a folder with a core of its own stands on ours, on its own for what we lack, and its files are known', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'equipoise-guest-'));
  const install = (name: string, code: string): void => {
    const home = path.join(folder, 'node_modules/@equipoise', name);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
    writeFileSync(path.join(home, 'index.js'), code);
  };
  install('core', 'export const demand = "theirs";');
  install('of-theirs', 'export const where = "theirs";');
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    path.join(folder, 'guest.js'),
    `import { demand } from '@equipoise/core';
     import './part.js';
     import { where } from '@equipoise/of-theirs';
     const options = { core: typeof demand, where };
     export default () => ({ name: 'guest', kind: 'soft', options, needs: [], init() {}, apply() {} });`,
  );
  writeFileSync(path.join(folder, 'part.js'), '');
  const script = `import { guestsOf } from './roster.ts';
    import { guestFiles } from './guest-modules.ts';
    const guests = await guestsOf([${JSON.stringify(path.join(folder, 'guest.js'))}]);
    console.log(JSON.stringify([guests.get('guest').options, guestFiles()]));`;
  const program = ['--conditions=@equipoise/source', '--input-type=module', '-e', script];
  const said = execFileSync(process.execPath, program, { cwd: TRAINING, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(JSON.parse(said)).toEqual([
    { core: 'function', where: 'theirs' },
    ['guest.js', 'part.js'].map((file) => path.join(folder, file)),
  ]);
});
