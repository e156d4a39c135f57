import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../report/report.ts';
import type { Comparison } from '../../training/result.ts';
import { comparison, example, many, run } from './synthetic.ts';

const FIGURES = ['learning', 'intervals', 'per-class', 'carried', 'gradient-norms', 'time', 'gallery'];

const cases: readonly (readonly [string, Comparison])[] = [
  ['one strategy, one seed', many(1, 1)],
  ['one strategy, ten seeds', many(1, 10)],
  ['fourteen strategies, three seeds', many(14, 3)],
  ['five strategies, ten seeds', many(5, 10)],
  ['no examples', comparison([run({ examples: [] })])],
  [
    'examples without boxes',
    comparison([run({ examples: [example({ groundTruth: [], detections: [], anchors: [] })] })]),
  ],
  ['one class', comparison([run({ perClass: [{ name: 'digit', ap: 40, ap50: 70 }] })])],
  [
    'ninety classes',
    comparison([
      run({ perClass: Array.from({ length: 90 }, (_, at) => ({ name: `class ${at}`, ap: at, ap50: at })) }),
    ]),
  ],
  [
    'AP of 0',
    comparison([
      run({ ap: 0, ap50: 0, ap75: 0, curve: [{ step: 20, ap: 0, ap50: 0 }] }),
      run({ strategy: 'other', ap: 0 }),
    ]),
  ],
  ['AP of 100', comparison([run({ ap: 100, ap50: 100 }), run({ seed: 1, ap: 100, ap50: 100 })])],
  [
    'nothing recorded',
    comparison([
      run({
        curve: [],
        carried: [],
        gradientNorms: [],
        examples: [],
        perClass: [],
        stepMs: 0,
        strategyMs: 0,
        positives: 0,
        negatives: 0,
      }),
    ]),
  ],
  [
    'no negative ever',
    comparison([run({ negatives: 0, carried: [{ step: 1, positives: 3, negatives: 0, loss: 1 }] })]),
  ],
  [
    'weights all zero',
    comparison([run({ gradientNorms: [{ step: 1, counts: [1, 1], plain: [0, 0], weighted: [0, 0] }] })]),
  ],
  ['no run at all', comparison([])],
];

describe.each(cases)('a report of %s', (_, data) => {
  const page = renderReport(data);
  const { document } = parseHTML(page);

  it('is well formed and has a row a strategy', () => {
    expect(document.querySelectorAll('#table tbody tr')).toHaveLength(data.summary.length);
    expect(document.querySelectorAll('h1')).toHaveLength(1);
    expect(unbalanced(page)).toEqual([]);
  });

  it('prints no number that is none', () => {
    const drawn = page.replaceAll(/<(style|script)>.*?<\/\1>/gsu, '');
    expect(drawn.match(/NaN|Infinity|undefined|null|\[object/u)?.[0]).toBeUndefined();
  });

  it('loads nothing', () => {
    expect(
      page
        .replaceAll('xmlns="http://www.w3.org/2000/svg"', '')
        .match(/https?:\/\/|@import|url\((?!#)|<link[^>]+stylesheet|src=/u)?.[0],
    ).toBeUndefined();
    for (const image of document.querySelectorAll('image'))
      expect(image.getAttribute('href')).toMatch(/^data:/u);
  });

  it('names every drawing', () => {
    for (const svg of document.querySelectorAll('svg:not([aria-hidden])')) {
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(5);
    }
  });
});

describe('renderReport', () => {
  it('has every figure, each with a heading and a reading aid', () => {
    const { document } = parseHTML(renderReport(many(4, 3)));
    for (const id of FIGURES) {
      expect(document.querySelector(`#${id} h2`)?.textContent).toBeTruthy();
      expect(document.querySelector(`#${id} .aid`)?.textContent).toMatch(/\w.*\.$/su);
      expect(document.querySelectorAll(`#${id} svg`).length).toBeGreaterThan(0);
    }
  });

  it('leaves out figures without data', () => {
    const { document } = parseHTML(
      renderReport(
        comparison([run({ examples: [], gradientNorms: [], perClass: [{ name: 'digit', ap: 1, ap50: 1 }] })]),
      ),
    );
    for (const id of ['gallery', 'gradient-norms', 'per-class'])
      expect(document.getElementById(id)).toBeNull();
  });

  it('escapes every text', () => {
    const name = `<b>"'&`;
    const page = renderReport(
      comparison(
        [
          run({
            strategy: name,
            options: { note: name },
            perClass: [
              { name, ap: 1, ap50: 1 },
              { name: 'x', ap: 2, ap50: 2 },
            ],
            examples: [
              example({
                file: name,
                source: `data:,"><b>`,
                groundTruth: [{ box: [0, 0, 1, 1], category: name }],
              }),
            ],
          }),
        ],
        {
          data: name,
          notes: [name],
          command: name,
          classes: [name],
          backend: name,
          versions: { [name]: name },
        },
      ),
    );
    expect(page).not.toContain('<b>');
    const { document } = parseHTML(page);
    expect(document.querySelector('#table tbody th')?.textContent?.trim()).toBe(name);
    expect(document.querySelector('pre')?.textContent).toBe(name);
  });

  it('holds each image once, however many strategies are drawn over it', () => {
    const page = renderReport(many(14, 1));
    expect(page.split('data:image/gif').length - 1).toBe(1);
  });

  it('keeps a sane size', () => {
    expect(renderReport(many(14, 10)).length).toBeLessThan(1_500_000);
    expect(renderReport(many(1, 1)).length).toBeLessThan(100_000);
  });

  it('names each line at its end', () => {
    const { document } = parseHTML(renderReport(many(14, 2)));
    const names = [...document.querySelectorAll('#learning [aria-label="names"] text')].map(
      (text) => text.textContent,
    );
    expect(new Set(names).size).toBe(14);
    expect(names).toHaveLength(28);
  });

  it('gives a strategy the same colour wherever it ranks', () => {
    const data = many(3, 2);
    const turned = comparison(data.runs.map((one) => ({ ...one, ap: 100 - one.ap })).toReversed());
    expect(colour(renderReport(data))).toMatch(/^var\(--c\d+\)$/u);
    expect(colour(renderReport(turned))).toBe(colour(renderReport(data)));
  });
});

/** The colour of strategy-1 in the key. */
function colour(page: string): string | null | undefined {
  const buttons = [...parseHTML(page).document.querySelectorAll('nav.strategies button')];
  return buttons
    .find((button) => button.textContent?.includes('strategy-1'))
    ?.querySelector('svg')
    ?.getAttribute('fill');
}

/** Tags that are closed without being open, or never closed: linkedom repairs them in silence. */
function unbalanced(page: string): string[] {
  const empty = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);
  const open: string[] = [];
  const wrong: string[] = [];
  const body = page.replaceAll(/<(style|script)>.*?<\/\1>/gsu, '');
  for (const [, close, name = '', self] of body.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)(?:"[^"]*"|[^">])*?(\/?)>/gu,
  )) {
    if (self || empty.has(name)) continue;
    if (!close) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else wrong.push(name);
  }
  return [...wrong, ...open];
}
