import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Headers, by name. */
export type Headers = Readonly<Record<string, string>>;

/** A folder on 127.0.0.1, at a free port; only what lies in it. The headers go with every file. */
export async function serve(
  folder: string,
  headers: Headers,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => void answer(folder, headers, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

async function answer(
  folder: string,
  headers: Headers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const file = path.join(folder, pathname === '/' ? 'index.html' : path.normalize(pathname));
  try {
    const content = await readFile(file);
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'content-type': type });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}
