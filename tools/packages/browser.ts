import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { serve } from './serve.ts';

/** Where Debian, Ubuntu and Chrome's own package put it. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** WebGPU on SwiftShader, the GPU that Chromium brings as software; without it, a headless Chromium has no adapter. */
const WEBGPU = [
  '--enable-unsafe-webgpu',
  '--use-vulkan=swiftshader',
  '--enable-features=Vulkan',
  '--use-angle=swiftshader',
];

/** The browser of this machine, where there is one. `tools/setup-chromium.ts` installs it. */
export function findChromium(): string | undefined {
  return PROGRAMS.find((program) => existsSync(program));
}

/** What a page of the browser example showed. */
export interface Shown {
  readonly backend: string;
  /** Losses of the first and last step. */
  readonly first: number;
  readonly last: number;
}

/** How the browser is started, and what is done with the page at its end. */
export interface Visit {
  readonly gpu: boolean;
  readonly dark?: boolean;
  readonly width?: number;
  readonly look?: (page: Page) => Promise<unknown>;
}

/**
 * Opens the built page in a headless Chromium and waits until it has trained. Throws where anything went to the console as an error, where
 * the page asked for anything but this machine, or the loss did not fall.
 */
export async function visit(
  program: string,
  folder: string,
  { gpu, dark, width, look }: Visit,
): Promise<Shown> {
  const { url, close } = await serve(folder);
  const browser = await chromium.launch({
    executablePath: program,
    chromiumSandbox: false,
    args: gpu ? WEBGPU : [],
    timeout: 60_000,
  });
  try {
    const page = await browser.newPage({
      colorScheme: dark === true ? 'dark' : 'light',
      viewport: { width: width ?? 900, height: 1000 },
    });
    const faults: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
    page.on('pageerror', (error) => void faults.push(String(error)));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1') faults.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    const status = page.getByRole('status');
    const deadline = Date.now() + 90_000;
    while (!(await status.textContent())?.startsWith('Trained')) {
      if (faults.length > 0) throw new Error(faults.join('\n'));
      if (Date.now() > deadline)
        throw new Error(`it trains for more than 90 s: step ${await page.textContent('#step')}`);
      await page.waitForTimeout(100);
    }
    await look?.(page);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const [first, last] = [...((await status.textContent()) ?? '').matchAll(/\d+\.\d+/g)].map(Number) as [
      number,
      number,
    ];
    if (!(last < first / 2))
      throw new Error(`loss ${first} at first, ${last} at last: expected less than half`);
    return { backend: (await page.textContent('#backend')) ?? '', first, last };
  } finally {
    await browser.close();
    close();
  }
}
