import { type Box, type Scene, type Scenes, SIZE } from './scenes.ts';

/** Writes text into the element of that id. */
export function say(id: string, text: string): void {
  document.getElementById(id)!.textContent = text;
}

/** The losses so far as a line; the first stands at the top left, 0 at the bottom. */
export function drawCurve(losses: readonly number[], steps: number): void {
  const curve = document.querySelector('#curve')!;
  const { width, height } = (curve as SVGSVGElement).viewBox.baseVal;
  const top = Math.max(...losses);
  const points = losses.map((loss, i) => {
    const x = (i / (steps - 1)) * width;
    return `${x.toFixed(1)},${(height - 1 - (loss / top) * (height - 6)).toFixed(1)}`;
  });
  curve.querySelector('polyline')!.setAttribute('points', points.join(' '));
  curve.querySelector('title')!.textContent =
    `Loss by step: ${losses[0]!.toFixed(3)} at step 1, ${losses.at(-1)!.toFixed(3)} at step ${losses.length}`;
}

/** The first scenes side by side, with truth and prediction. */
export function drawScenes({ scenes }: Scenes, boxes: readonly Box[]): void {
  const canvas = document.querySelector<HTMLCanvasElement>('#scene')!;
  const context = canvas.getContext('2d')!;
  const scale = canvas.height / SIZE;
  context.imageSmoothingEnabled = false;
  scenes.slice(0, Math.floor(canvas.width / canvas.height)).forEach((scene, i) => {
    context.setTransform(scale, 0, 0, scale, i * canvas.height, 0);
    context.drawImage(picture(scene), 0, 0);
    context.lineWidth = 2 / scale;
    outline(context, scene.box, '#ffffff', [1, 1]);
    outline(context, boxes[i]!, '#ffb000', []);
  });
}

function outline(context: CanvasRenderingContext2D, box: Box, colour: string, dash: number[]): void {
  const [x1, y1, x2, y2] = box;
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.strokeRect(x1, y1, x2 - x1, y2 - y1);
}

function picture({ pixels }: Scene): OffscreenCanvas {
  const image = new ImageData(SIZE, SIZE);
  pixels.forEach((brightness, i) =>
    image.data.set([40, 90 + 90 * brightness, 110 + 80 * brightness, 255], 4 * i),
  );
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
