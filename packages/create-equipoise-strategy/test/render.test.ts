import { CreateError, namesOf, render } from 'create-equipoise-strategy';
import { expect, test } from 'vitest';

test('a name is written in three ways', () => {
  expect(namesOf('anchor-loss')).toEqual({ name: 'anchor-loss', camel: 'anchorLoss', pascal: 'AnchorLoss' });
  expect(namesOf('eqlv2')).toEqual({ name: 'eqlv2', camel: 'eqlv2', pascal: 'Eqlv2' });
  expect(namesOf('top-2-of-3').camel).toBe('top2Of3');
});

test.each([
  '',
  'Anchor',
  'anchor_loss',
  '-anchor',
  'anchor-',
  'anchor--loss',
  '2-anchors',
  '@me/mine',
  '../up',
])('a name that is not kebab-case is refused: %j', (name) => {
  expect(() => namesOf(name)).toThrow(CreateError);
  expect(() => namesOf(name)).toThrow(
    `name: expected lower-case words joined by hyphens (anchor-loss), got '${name}'`,
  );
});

test('a name that cannot be a factory is refused', () => {
  expect(() => namesOf('class')).toThrow('a word that JavaScript does not keep for itself');
  expect(() => namesOf('a'.repeat(61))).toThrow('at most 60 letters');
  // Imported by the strategy, a variable of its tests.
  for (const name of ['tidy', 'label-weights', 'expect', 'samples']) {
    expect(() => render({ name, kind: 'soft', place: 'outside' })).toThrow('use for something else');
  }
});

const all = (['hard', 'soft'] as const).flatMap((kind) =>
  (['outside', 'inside'] as const).map((place) => ({ kind, place })),
);

test.each(all)('no placeholder is left: $kind, $place', ({ kind, place }) => {
  const files = render({ name: 'anchor-loss', kind, place, paper: 'Ryou et al. 2019' });
  for (const [file, text] of files) expect(`${file}\n${text}`).not.toMatch(/__|\.template/);
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(['src/anchor-loss.ts', 'test/laws.test.ts', 'README.md', 'package.json']),
  );
  expect(files.has('compare.ts')).toBe(place === 'outside');
});

test.each(all)('an option error names the package, as npm knows it: $kind, $place', ({ kind, place }) => {
  const source = render({ name: 'anchor-loss', kind, place }).get('src/anchor-loss.ts');
  const name = place === 'inside' ? '@equipoise/anchor-loss' : 'anchor-loss';
  expect(source).toMatch(new RegExp(`checkOptions<AnchorLossOptions>\\(\\s*'${name}'`));
});

test('a package of the workspace says where the strategy was proposed', () => {
  const readme = (paper?: string) =>
    render({ name: 'mine', kind: 'soft', place: 'inside', ...(paper && { paper }) }).get('README.md');
  expect(readme('Ryou et al., 2019')).toContain('\nRyou et al., 2019.\n');
  expect(readme()).toContain('\nUnpublished.\n');
});

test('it asks for the versions of ours that it was tested with', () => {
  const text = render({ name: 'mine', kind: 'soft', place: 'outside' }).get('package.json')!;
  const { dependencies, devDependencies } = JSON.parse(text) as Record<string, Record<string, string>>;
  expect(dependencies!['@equipoise/core']).toMatch(/^\^\d+\.\d+\.\d+$/);
  expect(devDependencies!['@equipoise/testkit']).toMatch(/^\^\d+\.\d+\.\d+$/);
});
