/** A connection from which both sides send DEFLATE. Source: RFC 4978. */
import { Duplex } from 'node:stream';
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib';

/** Small windows: a session costs a tenth of what zlib takes by itself. RFC 4978 §3 */
const OPTIONS = { windowBits: 13, memLevel: 5, level: constants.Z_BEST_SPEED } as const;

/** What is written goes out at once. Closing it closes `connection`, and what breaks one breaks the other. */
export function compressed(connection: Duplex): Duplex {
  const deflate = createDeflateRaw(OPTIONS);
  // A client that has nothing more to say need not have ended what it compresses, and waits for what it has asked for.
  const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  const duplex = new Duplex({
    write(chunk: Uint8Array, _encoding, done) {
      deflate.write(chunk);
      deflate.flush(constants.Z_SYNC_FLUSH, () => done());
    },
    final(done) {
      // Not when it has taken everything: what a slow client has not got yet waits in it.
      deflate.once('end', () => connection.end(done));
      deflate.end();
    },
    read() {
      inflate.resume();
    },
    destroy(error, done) {
      deflate.destroy();
      inflate.destroy();
      connection.destroy();
      done(error);
    },
  });
  const broken = (): void => void duplex.destroy();
  deflate.on('error', broken);
  deflate.on('data', (chunk: Uint8Array) => {
    if (connection.write(chunk)) return;
    deflate.pause();
    connection.once('drain', () => deflate.resume());
  });
  inflate.on('error', broken);
  inflate.on('data', (chunk: Uint8Array) => {
    if (!duplex.push(chunk)) inflate.pause();
  });
  inflate.on('end', () => duplex.push(null));
  connection.on('error', broken);
  connection.on('close', broken);
  connection.pipe(inflate);
  return duplex;
}
