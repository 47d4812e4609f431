import type { IncomingMessage, Server } from 'node:http';

/** Listens on 127.0.0.1 only; port 0 takes a free one. Resolves with the address as a URL. */
export function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    });
  });
}

/** Takes no more requests, lets those under way finish for `patience` milliseconds, then cuts them off. */
export function stop(server: Server, patience = 2_000): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Thrown for a body beyond the limit. The rest is read and dropped, so that the refusal reaches the sender. */
export class TooLong extends Error {
  constructor(limit: number) {
    super(`The body is longer than ${limit} bytes.`);
    this.name = 'TooLong';
  }
}

export function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks = [];
      if (size > limit * 4 + DROPPED) incoming.destroy();
    });
    incoming.once('error', reject);
    incoming.once('close', () => reject(new Error('The sender went away.')));
    incoming.once('end', () => {
      if (size > limit) reject(new TooLong(limit));
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
  });
}

/** So many bytes beyond four times the limit are read and dropped before the connection is cut. */
const DROPPED = 16 * 1024 * 1024;
