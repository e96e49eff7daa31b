/** Connections to a service that say nothing: opened, greeted, and closed again. */
import { connect, type Socket } from 'node:net';
import { waitFor } from './wait-for.ts';

/** As many as are on their way at a time; more would overflow the backlog. */
const AT_A_TIME = 100;

export class IdleConnections {
  readonly #port: number;
  readonly #open = new Set<Socket>();

  constructor(port: number) {
    this.#port = port;
  }

  /** Resolves when each of them has its greeting. Rejects when one is refused. */
  async open(count: number): Promise<void> {
    let left = count;
    const openMore = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.#openOne();
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, openMore));
  }

  #openOne(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#port, '127.0.0.1');
      this.#open.add(socket);
      socket.on('error', reject);
      socket.once('data', (bytes: Buffer) => {
        if (bytes.toString('latin1').startsWith('220 ')) resolve();
        else reject(new Error(`no greeting: ${bytes.toString('latin1').trim()}`));
      });
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Without QUIT, as clients that die. */
  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await waitFor(() => this.#open.size === 0);
  }
}
