import type { Box, ExampleImage } from '../training/result.ts';
import { type Html, svg } from './html.ts';
import { bestDetections } from './matches.ts';
import { fixed, percent } from './words.ts';

/** More names than this hide the picture. */
const MOST_NAMES = 16;

interface Named {
  readonly box: Box;
  readonly category: string;
}

/** The objects that are there, with their classes. */
export function groundTruthOverlay(image: ExampleImage, source: string): Html {
  const boxes = image.groundTruth.map(({ box, category }) => rectangle(box, 'object', category));
  const label = `Ground truth: ${image.groundTruth.map(({ category }) => category).join(', ')}`;
  return overlay(image, source, label, svg`${boxes}${names(image.groundTruth, image)}`);
}

/** The best detections, right and wrong ones, and what is missed. */
export function detectionsOverlay(image: ExampleImage, source: string, label: string): Html {
  const { judged, missed } = bestDetections(image);
  const detections = judged.map(({ detection }) => detection);
  const boxes = [
    ...missed.map(({ box, category }) => rectangle(box, 'missed', `not found: ${category}`)),
    ...judged.map(({ detection: { box, category, score }, right }) =>
      rectangle(box, right ? 'right' : 'wrong', `${category}, score ${fixed(score, 2)}`),
    ),
  ];
  return overlay(image, source, label, svg`${boxes}${names(detections, image)}`);
}

/** The anchors that carried weight, the heaviest on top; the picture stands back. */
export function anchorsOverlay(image: ExampleImage, source: string, label: string): Html {
  const anchors = image.anchors.toSorted((a, b) => a.weight - b.weight);
  const boxes = anchors.map(({ box, weight, positive }) => {
    const level = Math.min(4, Math.max(0, Math.floor(weight * 5)));
    return rectangle(
      box,
      `${positive ? 'positive' : 'negative'} w${level}`,
      `${positive ? 'positive' : 'negative'}, ${percent(weight)} of the heaviest`,
    );
  });
  return overlay(image, source, label, svg`${boxes}`, 'back');
}

function overlay(
  { width, height }: ExampleImage,
  source: string,
  label: string,
  marks: Html,
  picture = '',
): Html {
  return svg`<svg class="overlay" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}"><use class="${picture}" href="#${source}"/><g class="boxes">${marks}</g></svg>`;
}

function rectangle([x1, y1, x2, y2]: Box, kind: string, title: string): Html {
  const at = svg`x="${short(x1)}" y="${short(y1)}" width="${short(x2 - x1)}" height="${short(y2 - y1)}"`;
  return svg`<rect class="${kind}" ${at}><title>${title}</title></rect>`;
}

/** The classes, above their boxes; nothing where there is but one, or no room. */
function names(boxes: readonly Named[], { width, groundTruth, detections }: ExampleImage): Html | undefined {
  const categories = new Set([...groundTruth, ...detections].map(({ category }) => category));
  if (categories.size < 2 || boxes.length > MOST_NAMES) return undefined;
  const size = width / 19;
  const texts = boxes.map(({ box: [x1, y1, , y2], category }) => {
    const y = y1 > size ? y1 - size / 4 : y2 + size;
    return svg`<text x="${short(Math.max(x1, 1))}" y="${short(y)}">${category}</text>`;
  });
  return svg`<g font-size="${short(size)}" stroke-width="${short(size / 4)}">${texts}</g>`;
}

/** A tenth of a pixel is finer than one sees. */
function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
