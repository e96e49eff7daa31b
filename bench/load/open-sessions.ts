/** Sessions that stay open, of sessions-process.ts, from the side of who wants them. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Side, TimeTo250 } from '../side.ts';
import type { OpenRequest, SendRequest, SessionsAnswer } from './sessions-process.ts';

interface OpenSessions {
  /** Resolves when all have been taken. Rejects when anything is refused. */
  send(load: Omit<SendRequest, 'kind'>): Promise<TimeTo250>;
  /** Hangs up. */
  close(): Promise<void>;
}

async function openSessions(port: number, sessions: number): Promise<OpenSessions> {
  const child = fork(join(import.meta.dirname, 'sessions-process.ts'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ask = async (request: OpenRequest | SendRequest): Promise<readonly number[]> => {
    child.send(request);
    const answer = await new Promise<SessionsAnswer>((resolve) => {
      child.once('message', (message) => resolve(message as SessionsAnswer));
      void ended.then(() => resolve({ failure: 'the load ended' }));
    });
    if ('failure' in answer) throw new Error(answer.failure);
    return answer.times ?? [];
  };
  await ask({ kind: 'open', port, sessions });
  return {
    async send(load) {
      const times = (await ask({ kind: 'send', ...load })).toSorted((a, b) => a - b);
      const at = (share: number): number =>
        times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
      return { median: at(0.5), p999: at(0.999), longest: at(1) };
    },
    async close() {
      child.disconnect();
      await ended;
    },
  };
}

/** Sessions that sides have from their start to their end. */
export class KeptSessions {
  readonly #open = new Map<number, OpenSessions>();

  async with(side: Side, sessions: number): Promise<Side> {
    let open: OpenSessions;
    try {
      open = await openSessions(side.port, sessions);
    } catch (error) {
      await side.stop();
      throw error;
    }
    this.#open.set(side.port, open);
    return {
      ...side,
      async stop() {
        await open.close();
        await side.stop();
      },
    };
  }

  send(side: Side, messages: number): Promise<TimeTo250> {
    return this.#open.get(side.port)!.send({ messages, bytes: 4_096, forwardPath: 'user@bench.example' });
  }
}
