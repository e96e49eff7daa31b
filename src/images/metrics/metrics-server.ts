/** /metrics and /health over HTTP, for programs of this machine alone. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTENT_TYPE, expositionOf } from './exposition.ts';
import { healthOf } from './health.ts';
import { metricsOf } from './node-metrics.ts';
import type { Observer } from './observation.ts';

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Scrapers are few; others wait. */
const CONNECTIONS_AT_MOST = 16;
const REQUEST_MS = 10_000;

/** @param port  of 127.0.0.1; 0: any free one. Rejects with words for whoever gave it with --metrics when it cannot be had. */
export async function serveMetrics(observer: Observer, port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    void answer(observer, request, response).catch(() => response.destroy());
  });
  server.maxConnections = CONNECTIONS_AT_MOST;
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenProblem(port, error)));
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

function listenProblem(port: number, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(`port ${port} of --metrics is in use`);
    case 'EACCES':
      return new Error(`no privilege to use port ${port} of --metrics`);
    default:
      return error;
  }
}

async function answer(observer: Observer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path !== '/metrics' && path !== '/health') return send(response, 404, 'text/plain', 'Not found\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return send(response, 405, 'text/plain', 'Method not allowed\n');
  }
  const observation = await observer.look();
  if (path === '/metrics') return send(response, 200, CONTENT_TYPE, expositionOf(metricsOf(observation)));
  const health = healthOf(observation);
  send(response, health.status === 'ok' ? 200 : 503, 'application/json', `${JSON.stringify(health)}\n`);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  // Node leaves the text out for HEAD.
  response.end(text);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
