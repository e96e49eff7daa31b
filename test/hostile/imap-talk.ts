/** What tests of hostile clients of IMAP say, and how. */
import { connect } from 'node:net';
import { expect } from 'vitest';

export const MEGABYTE = 1_048_576;
export const mail = 'From: jones@example.com\r\nSubject: Hello\r\n\r\nText\r\n';
export const literal = (text: string): string => `{${text.length}+}\r\n${text}`;
export const login = 'in LOGIN smith secret\r\n';

/** Sends the pieces, says no more, and resolves to all that came until the server closed. */
export function talk(
  port: number,
  pieces: readonly (Uint8Array | string)[],
  pauseMs?: number,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let said = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
    socket.on('end', () => socket.end());
    const send = async (): Promise<void> => {
      for (const each of pieces) {
        socket.write(octets(each));
        if (pauseMs !== undefined) await new Promise((next) => setTimeout(next, pauseMs));
      }
      socket.end();
    };
    void send();
  });
}

const octets = (piece: Uint8Array | string): Uint8Array =>
  typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;

/** Others are served as before. Resolves to how many milliseconds that took. */
export async function served(port: number): Promise<number> {
  const started = performance.now();
  expect(await talk(port, [login, 'a SELECT INBOX\r\nb LOGOUT\r\n'])).toMatch(/^a OK[\s\S]*^b OK/m);
  return performance.now() - started;
}
