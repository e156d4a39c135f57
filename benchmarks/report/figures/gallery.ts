import type { ExampleImage } from '../../training/result.ts';
import type { Group } from '../groups.ts';
import { type Html, html } from '../html.ts';
import { key, type Look } from '../looks.ts';
import { anchorsOverlay, detectionsOverlay, groundTruthOverlay } from '../overlays.ts';
import { found } from '../matches.ts';
import { counted } from '../words.ts';

/** A few images are enough to see with. */
const MOST_IMAGES = 3;

/** One image with what each strategy made of it. */
interface Shown {
  readonly image: ExampleImage;
  readonly source: string;
  readonly views: readonly { readonly look: Look; readonly example: ExampleImage }[];
}

/** The same images under each strategy: what it found, and the anchors it gave weight to. */
export function galleryFigure(groups: readonly Group[]): Html | undefined {
  const shown = imagesOf(groups);
  if (shown.length === 0) return undefined;
  return html` <section id="gallery" aria-labelledby="gallery-title">
    <h2 id="gallery-title">On the images</h2>
    <p class="aid">${readingAid(shown)}</p>
    <p class="legend">
      Above: as many detections as the image has objects, those of the highest score. Solid blue: right class,
      IoU of ½ or more; dashed orange: wrong; dotted white: an object not found. Below: the anchors of the
      largest weight; solid: positive, dashed: negative; colour: weight, from small
      <span class="ramp" aria-hidden="true"></span> to the largest of the image.
    </p>
    <svg width="0" height="0" class="sources" aria-hidden="true">
      <defs>
        ${shown.map(
          ({ image, source }) =>
            html`<image
              id="${source}"
              width="${image.width}"
              height="${image.height}"
              href="${image.source}"
              preserveAspectRatio="none"
            />`,
        )}
      </defs>
    </svg>
    ${shown.map(imageSection)}
  </section>`;
}

function imageSection({ image, source, views }: Shown): Html {
  const { groundTruth, file } = image;
  return html` <h3>${file}</h3>
    <div class="strip gallery" tabindex="0" role="group" aria-label="${file} under each strategy">
      <figure class="truth">
        <figcaption>Ground truth<small>${counted(groundTruth.length, 'object')}</small></figcaption>
        ${groundTruthOverlay(image, source)}
      </figure>
      ${views.map(({ look, example }) => {
        const result = tally(example);
        return html`<figure class="${look.mark}">
          <figcaption>${key(look)} ${look.name}<small>${result}</small></figcaption>
          ${detectionsOverlay(example, source, `${look.name}: ${result}`)}${anchorsOverlay(example, source, `${look.name}: the ${example.anchors.length} anchors of the largest weight`)}
        </figure>`;
      })}
    </div>`;
}

function imagesOf(groups: readonly Group[]): Shown[] {
  const views = groups.flatMap(({ look, runs }) =>
    (runs.find(({ examples }) => examples.length > 0)?.examples ?? []).map((example) => ({ look, example })),
  );
  const files = [...new Set(views.map(({ example }) => example.file))].slice(0, MOST_IMAGES);
  return files.flatMap((file, at) => {
    const ofFile = views.filter(({ example }) => example.file === file);
    // The picture itself enters the page once, however many strategies are drawn over it.
    return ofFile[0] ? [{ image: ofFile[0].example, source: `image-${at}`, views: ofFile }] : [];
  });
}

function tally(example: ExampleImage): string {
  const weights = new Set(example.anchors.map(({ weight }) => weight));
  const equal = weights.size === 1 && example.anchors.length > 1 ? ' · equal weights' : '';
  return `${found(example)} of ${example.groundTruth.length} found${equal}`;
}

function readingAid(shown: readonly Shown[]): string {
  const tallies = new Map<string, { found: number; of: number }>();
  for (const { look, example } of shown.flatMap(({ views }) => views)) {
    const sum = tallies.get(look.name) ?? { found: 0, of: 0 };
    tallies.set(look.name, { found: sum.found + found(example), of: sum.of + example.groundTruth.length });
  }
  const sorted = [...tallies].toSorted(([, a], [, b]) => b.found - a.found);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (!most || !least) return '';
  const lead = `On ${shown.length === 1 ? 'this image' : 'these images'} ${most[0]} finds ${most[1].found} of ${counted(most[1].of, 'object')}`;
  if (most === least) return `${lead}.`;
  if (most[1].found === least[1].found) return `${lead}, and so does every other.`;
  return `${lead}, the most; ${least[0]} finds ${least[1].found}, the fewest. A few images only illustrate: the table decides.`;
}
