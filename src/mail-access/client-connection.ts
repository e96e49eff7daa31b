/**
 * A client's connection as POP and IMAP read and write it: lines in, text and long streams out, at the speed of who reads them.
 * What a burst of commands gets goes out together. A client that is silent, or does not read, for too long is cut off.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';
import { LineReader } from '../smtp/line-reader.ts';

export type ClientLine =
  /** Without CRLF, an octet a character. */
  | { readonly kind: 'line'; readonly text: string }
  /** It had no end within the limit, or a CR or an LF stood alone in it. */
  | { readonly kind: 'bad' }
  /** The client has gone, or is given up. */
  | { readonly kind: 'end' };

export interface ConnectionLimits {
  /** Octets of a line with its CRLF. */
  readonly lineOctets: number;
  /** Milliseconds without a line from the client, or without anything taken by it. */
  readonly idleMs: number;
  /** Said to a client that has been silent too long, with its CRLF. Default: nothing is. */
  readonly farewell?: string;
}

/** Written at once, at most; the client's turn to read comes after it. */
const WRITE_OCTETS = 65_536;
/** How long a closing connection may take to carry its last reply. */
const LAST_REPLY_MS = 5_000;

export class ClientConnection {
  readonly #clock: Clock;
  readonly #lines: LineReader;
  #limits: ConnectionLimits;
  #stream: Duplex;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  readonly #listeners = new Set<() => void>();
  #pending: Uint8Array[] = [];
  #pendingOctets = 0;
  #hasTimedOut = false;
  #timesBlocked = 0;

  constructor(stream: Duplex, clock: Clock, limits: ConnectionLimits) {
    this.#stream = stream;
    this.#clock = clock;
    this.#limits = limits;
    this.#lines = new LineReader(limits.lineOctets);
    this.#attend(stream);
  }

  get isGone(): boolean {
    return this.#stream.destroyed;
  }

  /** It was given up: the client was silent, or took nothing, for too long. */
  get hasTimedOut(): boolean {
    return this.#hasTimedOut;
  }

  /** How often it had to wait until the client took what was said. */
  get timesBlocked(): number {
    return this.#timesBlocked;
  }

  /** From the next line on. */
  set limits(limits: ConnectionLimits) {
    this.#limits = limits;
    this.#lines.limit = limits.lineOctets;
  }

  /** The next line; what was said is on its way before anything is waited for. @param stop  ends the waiting, as if the client had gone */
  async readLine(stop?: AbortSignal): Promise<ClientLine> {
    for (;;) {
      // What a client has asked for that is gone is not done any more.
      if (this.#stream.destroyed) return { kind: 'end' };
      if (this.#at < this.#chunk.byteLength) {
        const line = this.#lines.read(this.#chunk, this.#at);
        if (line.kind === 'incomplete') {
          this.#at = this.#chunk.byteLength;
          continue;
        }
        this.#at = line.used;
        return line.kind === 'line' ? { kind: 'line', text: line.text } : { kind: 'bad' };
      }
      if (!(await this.#refill(stop))) return { kind: 'end' };
    }
  }

  /** The next octets as they come, `count` of them; fewer when the client has gone. Nothing else is read before all are taken. */
  async *octets(count: number, stop?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (this.#stream.destroyed) return;
      if (this.#at >= this.#chunk.byteLength && !(await this.#refill(stop))) return;
      const some = this.#chunk.subarray(this.#at, this.#at + left);
      this.#at += some.byteLength;
      left -= some.byteLength;
      yield some;
    }
  }

  /** Text for the client, in UTF-8; it goes out when enough has gathered, or nothing more is there to be done. */
  say(text: string): void {
    this.#keep(Buffer.from(text));
  }

  /** Returns when the client has room for more. */
  async send(bytes: Uint8Array): Promise<void> {
    this.#keep(bytes);
    if (this.#pendingOctets >= WRITE_OCTETS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#pendingOctets === 0) return;
    const bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingOctets = 0;
    if (!this.#stream.writable) return;
    if (this.#stream.write(bytes)) return;
    this.#timesBlocked += 1;
    await this.#wait(['drain'], undefined);
  }

  /** What came and was not read is thrown away, and the connection goes on as `secured`. RFC 2595 §4 */
  moveTo(secured: Duplex): void {
    this.#stream = secured;
    this.#chunk = new Uint8Array(0);
    this.#at = 0;
    this.#attend(secured);
  }

  /** @param gone  called when the connection has closed, unless the function returned was called */
  onGone(gone: () => void): () => void {
    this.#listeners.add(gone);
    return () => this.#listeners.delete(gone);
  }

  /**
   * The connection itself, for a handshake: nothing more is read of it here.
   * @param isFirst  TLS comes first, and what has come already begins the handshake; else it was said in clear, and is thrown away
   */
  release(isFirst = false): Duplex {
    this.#stream.pause();
    if (!isFirst) this.#stream.read();
    return this.#stream;
  }

  /** At once: what was said does not get to the client. */
  destroy(): void {
    this.#stream.destroy();
  }

  /** Sees the last reply off, and closes. */
  async end(): Promise<void> {
    await this.flush();
    const stream = this.#stream;
    if (stream.destroyed || stream.writableEnded) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => stream.destroy(), LAST_REPLY_MS);
      const done = (): void => {
        clearTimeout(timer);
        stream.off('close', done);
        resolve();
      };
      stream.once('close', done);
      stream.end(done);
    });
  }

  #attend(stream: Duplex): void {
    stream.on('error', () => {});
    stream.on('close', () => {
      // A connection that goes on in TLS is not gone.
      if (stream === this.#stream) for (const gone of this.#listeners) gone();
    });
  }

  #keep(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#pendingOctets += bytes.byteLength;
  }

  async #refill(stop: AbortSignal | undefined): Promise<boolean> {
    await this.flush();
    const chunk = await this.#nextChunk(stop);
    if (chunk === undefined) return false;
    this.#chunk = chunk;
    this.#at = 0;
    return true;
  }

  async #nextChunk(stop: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk: Uint8Array | null = this.#stream.read();
      if (chunk !== null) return chunk;
      const isOver = this.#stream.readableEnded || this.#stream.destroyed || stop?.aborted === true;
      if (isOver) return undefined;
      if (!(await this.#wait(['readable', 'end'], stop))) return undefined;
    }
  }

  /** Of a client that is silent. */
  #giveUp(stream: Duplex): void {
    const { farewell } = this.#limits;
    if (farewell === undefined || !stream.writable) {
      stream.destroy();
      return;
    }
    const timer = setTimeout(() => stream.destroy(), LAST_REPLY_MS);
    stream.once('close', () => clearTimeout(timer));
    stream.end(farewell, () => stream.destroy());
  }

  /** False when it was given up. */
  #wait(events: readonly string[], stop: AbortSignal | undefined): Promise<boolean> {
    const stream = this.#stream;
    if (stream.destroyed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (isThere: boolean) => (): void => {
        for (const event of events) stream.off(event, there);
        stream.off('close', gone);
        stop?.removeEventListener('abort', gone);
        callOff();
        resolve(isThere);
      };
      const there = settle(true);
      const gone = settle(false);
      const callOff = this.#clock.after(this.#limits.idleMs, () => {
        this.#hasTimedOut = true;
        // Who does not take what was said before does not hear that either.
        if (events.includes('drain')) stream.destroy();
        else this.#giveUp(stream);
        gone();
      });
      for (const event of events) stream.on(event, there);
      stream.on('close', gone);
      stop?.addEventListener('abort', gone);
    });
  }
}
