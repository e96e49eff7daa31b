/** What tests of hostile clients of IMAP say, and how. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type ImapRig, startImapRig } from '../support/imap-rig.ts';
import { talk } from './talk.ts';

export const MEGABYTE = 1_048_576;
export const mail = 'From: jones@example.com\r\nSubject: Hello\r\n\r\nText\r\n';
export const literal = (text: string): string => `{${text.length}+}\r\n${text}`;
export const login = 'in LOGIN smith secret\r\n';

/** Begins a server for all tests of the file; behind each of them it serves others as before. */
export function hostileRig() {
  let rig: ImapRig;
  beforeAll(async () => {
    rig = await startImapRig({
      settings: { maxConnections: 2_000, maxAddressConnections: 2_000, maxUserConnections: 100 },
    });
  });
  afterAll(() => rig.close());
  afterEach(async () => {
    await served(rig.port);
  });
  return {
    get rig(): ImapRig {
      return rig;
    },
    talk: (pieces: readonly (Uint8Array | string)[], pauseMs?: number): Promise<string> =>
      talk(rig.port, pieces, pauseMs),
  };
}

/** Others are served as before. Resolves to how many milliseconds that took. */
export async function served(port: number): Promise<number> {
  const started = performance.now();
  expect(await talk(port, [login, 'a SELECT INBOX\r\nb LOGOUT\r\n'])).toMatch(/^a OK[\s\S]*^b OK/m);
  return performance.now() - started;
}
