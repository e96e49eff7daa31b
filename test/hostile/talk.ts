/** How hostile clients of any protocol talk. */
import { connect } from 'node:net';

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
