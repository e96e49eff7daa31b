/**
 * When a client is listened to: while something of it is being worked on nothing else is taken from it, under load it gives way to
 * those who have had less of the process's time, and for its errors it waits. The crowd decides how long; what it has cost is counted here.
 */
import type { Duplex } from 'node:stream';
import type { CrowdMember } from './crowd.ts';
import { isStranger, type Session } from './session.ts';
import { whenStopping } from './when-stopping.ts';

/** So much of a message is a sign that its client means well. */
const PROGRESS_BYTES = 64 * 1024;

/** Time of the process that every connection may have at once: a message or two. */
const FREE_MS = 20;
/** What anything costs that comes, be it a single octet: a dialogue has a dozen of them. */
const CHUNK_MS = 1;
/** What a message costs beyond what can be measured here. */
const MESSAGE_MS = 2;

export class Attention {
  /** Something the client sent is being worked on. */
  isBusy = false;
  readonly #session: Session;
  readonly #member: CrowdMember;
  /** Of a message, since the crowd heard of it. */
  #unsungBytes = 0;
  /** Time of the process that it had; beyond what every client may have, it is paid for under load. */
  #costMs = -FREE_MS;
  /** Nothing is done for it: it waits until others were served, or as a punishment. */
  #isPaused = false;

  /** @param member  whom the crowd knows */
  constructor(session: Session, member: CrowdMember) {
    this.#session = session;
    this.#member = member;
  }

  /** Closing now would break something off that is being done for the client. */
  get isGiven(): boolean {
    return this.isBusy && !this.#isPaused;
  }

  /** It is heard. @returns what to call for `spent` when that has been worked on; undefined while nobody has to count */
  begin(): (() => number) | undefined {
    this.isBusy = true;
    return this.#session.dependencies.crowd?.begin();
  }

  /** What it sent took so much time of the process. */
  spent(ms: number): void {
    this.#costMs += Math.max(ms, CHUNK_MS);
  }

  /** So much of a message has come. */
  received(bytes: number): void {
    this.#unsungBytes += bytes;
    if (this.#unsungBytes >= PROGRESS_BYTES) this.progressed();
  }

  /** A message, or a good part of one, has come. */
  progressed(): void {
    this.#costMs += MESSAGE_MS;
    this.#unsungBytes = 0;
    this.#session.dependencies.crowd?.progressed(this.#member);
  }

  /** How long it is not heard now: under load as long as everybody else needs. What it has cost is paid then. */
  dueMs(): number {
    const { crowd } = this.#session.dependencies;
    if (crowd === undefined || this.#costMs <= 0 || !isStranger(this.#session)) return 0;
    const ms = crowd.pauseMs(this.#costMs);
    this.#costMs = 0;
    return ms < 1 ? 0 : ms;
  }

  /** It may be dismissed meanwhile. Who goes away is not waited for, and neither is a node that stops. */
  async pause(ms: number, connection: Duplex): Promise<void> {
    const { clock, stopping } = this.#session.dependencies;
    if (connection.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isPaused = true;
    const callOff = clock.after(ms, resolve);
    connection.once('close', resolve);
    const forget = whenStopping(stopping, resolve);
    await promise;
    this.#isPaused = false;
    callOff();
    connection.off('close', resolve);
    forget();
  }
}
