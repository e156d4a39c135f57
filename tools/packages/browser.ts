import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { type Headers, serve } from './serve.ts';

/** Where Debian, Ubuntu and Chrome's own package put it. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** WebGPU on SwiftShader, the GPU that Chromium brings as software; without it, a headless Chromium has no adapter. */
const WEBGPU = [
  '--enable-unsafe-webgpu',
  '--use-vulkan=swiftshader',
  '--enable-features=Vulkan',
  '--use-angle=swiftshader',
];

const PATIENCE_SECONDS = 90;

/** The browser of this machine, where there is one. `tools/setup-chromium.ts` installs it. */
export function findChromium(): string | undefined {
  return PROGRAMS.find((program) => existsSync(program));
}

/** How a page is opened. */
export interface Visit {
  /** Whether the browser has an adapter of WebGPU; default no. */
  readonly gpu?: boolean;
  /** What the page is served with; default none. */
  readonly headers?: Headers;
  /** How the text of its element of role status begins once it is done. */
  readonly until: string;
}

/**
 * Opens a built page in a headless Chromium, waits until it is done, and gives what is read from it. Throws where anything went to the
 * console as an error, or where the page asked for anything but this machine.
 */
export async function visit<T>(
  program: string,
  folder: string,
  { gpu = false, headers = {}, until }: Visit,
  read: (page: Page) => Promise<T>,
): Promise<T> {
  const { url, close } = await serve(folder, headers);
  const browser = await chromium.launch({
    executablePath: program,
    chromiumSandbox: false,
    args: gpu ? WEBGPU : [],
    timeout: 60_000,
  });
  try {
    const page = await browser.newPage();
    const faults = watch(page);
    await page.goto(url);
    await waitUntil(page, until, faults);
    const found = await read(page);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return found;
  } finally {
    await browser.close();
    close();
  }
}

/** What is wrong with the page; grows as it happens. */
function watch(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
  page.on('pageerror', (error) => void faults.push(String(error)));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') faults.push(`asked for ${request.url()}`);
  });
  return faults;
}

async function waitUntil(page: Page, until: string, faults: readonly string[]): Promise<void> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const status = await page.getByRole('status').textContent();
    if (status?.startsWith(until) === true) return;
    if (faults.length > 0) throw new Error(faults.join('\n'));
    if (Date.now() > deadline) {
      throw new Error(`not ${until} after ${PATIENCE_SECONDS} s:\n${await page.innerText('body')}`);
    }
    await page.waitForTimeout(100);
  }
}
