import { visit } from './browser.ts';

/** What the page of examples/browser showed. */
export interface Shown {
  readonly backend: string;
  /** Losses of the first and last step. */
  readonly first: number;
  readonly last: number;
}

/** Opens the built page of examples/browser and waits until it has trained. Throws where the loss did not fall. */
export async function visitTraining(program: string, folder: string, gpu: boolean): Promise<Shown> {
  return visit(program, folder, { gpu, until: 'Trained' }, async (page) => {
    const status = (await page.getByRole('status').textContent()) ?? '';
    const [first, last] = [...status.matchAll(/\d+\.\d+/g)].map(Number) as [number, number];
    if (!(last < first / 2))
      throw new Error(`loss ${first} at first, ${last} at last: expected less than half`);
    return { backend: (await page.textContent('#backend')) ?? '', first, last };
  });
}
