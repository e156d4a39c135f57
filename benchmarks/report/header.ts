import type { Comparison, ComparisonMeta } from '../training/result.ts';
import { colophon, factsOfRun } from './colophon.ts';
import type { Group } from './groups.ts';
import { type Html, html } from './html.ts';
import { counted, list, plusMinus, unbroken } from './words.ts';

/** What was compared, what came out, and how to do it again. */
export function header({ meta, summary }: Comparison): Html {
  return html` <header>
    <p class="kicker">Equipoise · comparison of sampling strategies</p>
    <h1>${title(meta, summary.length)}</h1>
    <p class="lead">${unbroken(outcome(summary))}</p>
    <p>${method(meta)}</p>
  </header>`;
}

/** The fine print at the end: the data, the training, the machine, the command. */
export function howItWasDone({ meta }: Comparison, groups: readonly Group[]): Html {
  return colophon({
    notes: meta.notes,
    facts: [
      [
        'Data',
        `${meta.data}: ${counted(meta.trainImages, 'image')} to train on, ${meta.evaluationImages.toLocaleString('en')} with ${counted(meta.evaluationBoxes, 'box', 'boxes')} to evaluate on`,
      ],
      [meta.classes.length === 1 ? 'Class' : `${meta.classes.length} classes`, list(meta.classes, 30)],
      [
        'Training',
        `${counted(meta.steps, 'step')} of ${counted(meta.batch, 'image')}, ${counted(meta.anchorsPerImage, 'anchor')} an image, ${meta.prior ? 'with' : 'without'} prior bias`,
      ],
      ['Seeds', list(meta.seeds.map(String), 12)],
      ['Backend', meta.backend],
      ...factsOfRun(meta),
    ],
    command: meta.command,
    more: options(groups),
  });
}

function title({ data }: ComparisonMeta, strategies: number): string {
  return `${strategies === 1 ? 'One sampling strategy' : `${strategies} sampling strategies`} on ${data}`;
}

function outcome(summary: Comparison['summary']): string {
  const [best, ...others] = summary;
  if (!best) return 'Nothing was compared.';
  const ap = `an AP of ${plusMinus(best.ap)} and an AP50 of ${plusMinus(best.ap50)}`;
  if (others.length === 0) return `${best.strategy} reaches ${ap}.`;
  const tied = others.filter(({ verdict }) => verdict === 'within noise').map(({ strategy }) => strategy);
  const caveat =
    best.ap.n < 2
      ? ' One seed cannot tell a difference from noise.'
      : tied.length > 0
        ? ` Within noise of it: ${list(tied)}.`
        : ' Every other is worse by more than noise.';
  return `${best.strategy} comes first with ${ap}.${caveat}`;
}

function method(meta: ComparisonMeta): string {
  const times = meta.seeds.length === 1 ? 'once' : `${meta.seeds.length} times with different seeds`;
  const training = `${counted(meta.steps, 'step')} of ${counted(meta.batch, 'image')}, ${times}`;
  const anchors = counted(meta.anchorsPerImage * meta.batch, 'anchor');
  return `The same detector is trained for ${training}; all that differs is which of the ${anchors} of a step count, and how much. It is evaluated on ${counted(meta.evaluationImages, 'image')} it has not seen.`;
}

function options(groups: readonly Group[]): Html | undefined {
  const known = groups.flatMap(({ look, runs }) => {
    const options = Object.entries(runs[0]?.options ?? {});
    return options.length > 0
      ? [
          html`<tr>
            <th scope="row">${look.name}</th>
            <td>${options.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')}</td>
          </tr>`,
        ]
      : [];
  });
  if (known.length === 0) return undefined;
  return html`<h3>Options in force</h3>
    <div class="scroll" tabindex="0" role="group" aria-label="Options">
      <table class="options">
        <tbody>
          ${known}
        </tbody>
      </table>
    </div>`;
}
