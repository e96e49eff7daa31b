/**
 * One end of the node's wire: requests with answers, many in flight, and notifications, both ways. What a turn of the
 * event loop has to say is written at once, or in large pieces. Knows no queue: see queue-manager-proxy.ts, queue-manager-service.ts.
 */
import type { Socket } from 'node:net';
import { condition, JBC } from '../../../condition/index.ts';
import type { Log } from '../../../ports/log.ts';
import { arrivedFailure, type CarriedFailure, carriedFailure } from './carried-failure.ts';
import { type Frame, FrameReader, FrameWriter, LONGEST_FRAME } from './frames.ts';

export type RequestHandler = (params: never, attachments: readonly Uint8Array[]) => Promise<unknown>;
export type NotificationHandler = (params: never, attachments: readonly Uint8Array[]) => void;

/** Bytes of requests that wait for answers; beyond it new ones wait here, or the peer is read no further. */
const OUTSTANDING_AT_MOST = 16 * 1024 * 1024;
/** A peer that reads nothing is given up when so much waits for it. */
const UNREAD_AT_MOST = 128 * 1024 * 1024;
/**
 * So much of a turn goes out before its end: the peer begins to work on it meanwhile. Without it receiver and queue manager
 * took turns, all sessions waiting for the same commit.
 */
const EARLY_BYTES = 32 * 1024;

interface Outstanding {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
  readonly bytes: number;
}

export class Connection {
  /** Resolves when the connection is gone, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #log: Log;
  readonly #reader: FrameReader;
  readonly #writer = new FrameWriter();
  readonly #requests = new Map<string, RequestHandler>();
  readonly #notifications = new Map<string, NotificationHandler>();
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #waiting: (() => void)[] = [];
  #outstandingBytes = 0;
  #servedBytes = 0;
  #nextId = 1;
  #flushing = false;
  readonly #gatherMs: number;
  #gatheringSince: number | undefined;
  #eventsSeen = 0;
  #isClosed = false;
  #firstFrame: ((frame: Frame) => void) | undefined;

  /**
   * @param longestFrame  limit until the peer is known, `trust` raises it
   * @param gatherMs  how long what is said may wait for more, while the event loop finds work in each turn; 0: until the end
   *   of the turn
   */
  constructor(socket: Socket, log: Log, longestFrame: number, gatherMs = 0) {
    this.#gatherMs = gatherMs;
    this.#socket = socket;
    this.#log = log;
    this.#reader = new FrameReader(longestFrame);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#lost();
        resolve();
      });
    });
    socket.on('error', (error) => log.debug({ err: error }, 'connection of the node failed'));
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The peer has shown who it is: frames of any size, requests and notifications are taken from now on. */
  trust(): void {
    this.#reader.longest = LONGEST_FRAME;
    this.#firstFrame = undefined;
  }

  /** Hands frames to `take` instead of to handlers, until `trust`. */
  beforeTrust(take: (frame: Frame) => void): void {
    this.#firstFrame = take;
  }

  handle(name: string, handler: RequestHandler): void {
    // Two answers to one request: one of them would be lost without a word.
    if (this.#requests.has(name)) throw new Error(`there is a handler of ${name} already`);
    this.#requests.set(name, handler);
  }

  onNotification(name: string, handler: NotificationHandler): void {
    this.#notifications.set(name, handler);
  }

  /** The peer's answer, or its failure. Rejects with JBC JOBQUEDIS when the connection is lost before. */
  async call(name: string, params: unknown, attachments: readonly Uint8Array[] = []): Promise<unknown> {
    while (this.#outstandingBytes > OUTSTANDING_AT_MOST && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#isClosed) throw condition(JBC.JOBQUEDIS);
    const id = this.#nextId;
    this.#nextId = id >= 0xffff_ffff ? 1 : id + 1;
    const bytes = this.send('request', id, [name, params], attachments);
    this.#outstandingBytes += bytes;
    return new Promise((resolve, reject) => this.#outstanding.set(id, { resolve, reject, bytes }));
  }

  notify(name: string, params: unknown, attachments: readonly Uint8Array[] = []): void {
    if (!this.#isClosed) this.send('notification', 0, [name, params], attachments);
  }

  send(kind: Frame['kind'], id: number, header: unknown, attachments: readonly Uint8Array[] = []): number {
    const bytes = this.#writer.append(kind, id, header, attachments);
    if (this.#writer.bytes > EARLY_BYTES) this.#flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(this.#gatherMs === 0 ? this.#flushAtEnd : this.#gather);
    }
    return bytes;
  }

  readonly #flushAtEnd = (): void => {
    this.#flushing = false;
    this.#flush();
  };

  /** A loop that finds nothing to do may have nothing more to come: what waits goes out then. */
  readonly #gather = (): void => {
    const { events } = performance.nodeTiming.uvMetricsInfo;
    const now = performance.now();
    if (this.#gatheringSince === undefined) this.#gatheringSince = now;
    else if (events === this.#eventsSeen || now - this.#gatheringSince >= this.#gatherMs) {
      this.#gatheringSince = undefined;
      this.#flushAtEnd();
      return;
    }
    this.#eventsSeen = events;
    setImmediate(this.#gather);
  };

  #flush(): void {
    if (this.#isClosed) return;
    const pieces = this.#writer.take();
    if (pieces.length > 1) this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    if (pieces.length > 1) this.#socket.uncork();
    if (this.#socket.writableLength === 0) this.#writer.gone();
    else if (this.#socket.writableLength > UNREAD_AT_MOST) {
      this.#log.warn(
        { unread: this.#socket.writableLength },
        'a process does not read its connection, it is given up',
      );
      this.#socket.destroy();
    }
  }

  #received(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) {
        if (this.#isClosed) return;
        this.#take(frame);
      }
    } catch (error) {
      this.#log.error({ err: error }, 'a peer sent what is no frame');
      this.#socket.destroy();
    }
  }

  #take(frame: Frame): void {
    if (this.#firstFrame !== undefined) {
      this.#firstFrame(frame);
      return;
    }
    switch (frame.kind) {
      case 'request':
        void this.#serve(frame);
        return;
      case 'answer':
        this.#answered(frame)?.resolve(frame.header);
        return;
      case 'failure':
        this.#answered(frame)?.reject(arrivedFailure(frame.header as CarriedFailure));
        return;
      case 'notification': {
        const [name, params] = frame.header as [string, never];
        this.#notifications.get(name)?.(params, frame.attachments);
        return;
      }
      default:
        throw new RangeError(`${frame.kind} out of place`);
    }
  }

  async #serve(frame: Frame): Promise<void> {
    this.#servedBytes += frame.bytes;
    if (this.#servedBytes > OUTSTANDING_AT_MOST) this.#socket.pause();
    try {
      const [name, params] = frame.header as [string, never];
      const handler = this.#requests.get(name);
      if (handler === undefined) throw new Error(`the node does not know the request ${name}`);
      const answer = await handler(params, frame.attachments);
      if (!this.#isClosed) this.send('answer', frame.id, answer);
    } catch (error) {
      const failure = carriedFailure(error);
      if ('error' in failure) this.#log.error({ err: error }, 'a request of the node failed');
      if (!this.#isClosed) this.send('failure', frame.id, failure);
    } finally {
      this.#servedBytes -= frame.bytes;
      if (this.#servedBytes < OUTSTANDING_AT_MOST / 2 && this.#socket.isPaused()) this.#socket.resume();
    }
  }

  #answered(frame: Frame): Outstanding | undefined {
    const outstanding = this.#outstanding.get(frame.id);
    if (outstanding === undefined) return undefined;
    this.#outstanding.delete(frame.id);
    this.#outstandingBytes -= outstanding.bytes;
    while (this.#outstandingBytes <= OUTSTANDING_AT_MOST && this.#waiting.length > 0)
      this.#waiting.shift()!();
    return outstanding;
  }

  #lost(): void {
    this.#isClosed = true;
    for (const { reject } of this.#outstanding.values()) reject(condition(JBC.JOBQUEDIS));
    this.#outstanding.clear();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Sends what is waiting, then ends the connection. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#flush();
      this.#socket.end();
      // The peer may not end its side: it is gone for us.
      this.#socket.destroySoon();
    }
    await this.closed;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
