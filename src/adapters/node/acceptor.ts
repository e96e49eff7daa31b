/**
 * A process that accepts connections of services itself, on sockets its parent has bound: the child's side of
 * accepting-processes.ts. It serves what is in its share of /LIMIT and may come, leaves the rest to the parent, and tells
 * him of all it took.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { AcceptingService, ActivatedService, ConnectionPeer } from '../../ports/service-launcher.ts';
import { connectionPeer } from '../../system/connection-peer.ts';

type Terms = Extract<ToAcceptor, { kind: 'accept' }>;

export type ToAcceptor =
  /** With the socket. Anew, without one: the record has changed; with one: to accept from it beside the others. */
  | {
      readonly kind: 'accept';
      readonly listener: number;
      readonly service: AcceptingService;
      /** Connections of the service it may have in hand. */
      readonly share: number;
      /** Numbers of BGn: devices it may give away: first, first + step, … */
      readonly units: { readonly first: number; readonly step: number };
    }
  | { readonly kind: 'acceptNoMore'; readonly listener: number };

export type FromAcceptor = { readonly listener: number } & (
  | { readonly kind: 'accepting' }
  /** With the code of the system. */
  | { readonly kind: 'cannotAccept'; readonly code: string }
  | { readonly kind: 'acceptsNoMore' }
  /** It needs the socket several times more. */
  | { readonly kind: 'crowded' }
  | {
      readonly kind: 'moved';
      readonly accepted: readonly ConnectionPeer[];
      /** Units. */
      readonly ended: readonly number[];
      /** Connections that came and ended since, and the most that were in hand at a time. */
      readonly passed: number;
      readonly peak: number;
    }
  /** With the connection. */
  | { readonly kind: 'leftOver'; readonly peer: ConnectionPeer }
);

export interface AcceptorDependencies {
  /** Serves a connection to its end; must not reject. */
  serve(service: ActivatedService, socket: Socket, peer: ConnectionPeer): Promise<void>;
  /** Whether a client may come: /ACCEPT and /REJECT. */
  rules(service: AcceptingService): (address: string) => boolean;
  /** Hardly more connections may be in hand, and one more has come. */
  makeRoom(): void;
  /** @param sent  called when the message has left, or cannot */
  send(message: FromAcceptor, socket?: Socket, sent?: () => void): void;
}

/**
 * A turn of Node's event loop accepts one connection from each socket: where a crowd makes turns long, clients would wait in the
 * backlog for minutes. A socket more costs a system call for each connection, so that there is one while there is no crowd.
 */
const CROWD = 200;
/**
 * Connections on their way to the parent. Each is acknowledged before the next one goes, and so before anything else that is told: signs
 * of life would come too late.
 */
const LEAVING = 20;
/** Of the share: what is left is room for those that come while others are on their way out. */
const FULL = 0.9;

/** What was accepted and what has ended is told so often: a message for each would cost more than it says. */
const TELL_MS = 20;
/** Linux caps it at net.core.somaxconn. */
const BACKLOG = 4096;
const LARGEST_UNIT = 99_999;

export class Acceptor {
  readonly #deps: AcceptorDependencies;
  readonly #listeners = new Map<number, Listener>();

  constructor(deps: AcceptorDependencies) {
    this.#deps = deps;
  }

  accept(terms: Terms, handle: Server | undefined): void {
    const known = this.#listeners.get(terms.listener);
    if (known !== undefined) known.change(terms, handle);
    else if (handle !== undefined)
      this.#listeners.set(terms.listener, new Listener(terms, handle, this.#deps));
  }

  acceptNoMore(listener: number): void {
    this.#listeners.get(listener)?.close();
    this.#listeners.delete(listener);
    this.#deps.send({ kind: 'acceptsNoMore', listener });
  }

  /** Accepts no more, and tells all that is to be told. */
  close(): void {
    for (const each of this.#listeners.values()) each.close();
  }

  /** A connection that the parent handed over counts, too. Returns what to call at its end. */
  handed(serviceName: string): () => void {
    for (const each of this.#listeners.values()) if (each.serviceName === serviceName) return each.handed();
    return () => {};
  }
}

class Listener {
  readonly #deps: AcceptorDependencies;
  readonly #servers: Server[] = [];
  #terms: Terms;
  #mayCome: (address: string) => boolean;
  #unit: number;
  #inHand = 0;
  /** Accepted since it was told last, by unit, and ended since. */
  readonly #accepted = new Map<number, ConnectionPeer>();
  #ended: number[] = [];
  #passed = 0;
  #peak = 0;
  #isCrowded = false;
  #leaving = 0;
  #teller: NodeJS.Timeout | undefined;

  constructor(terms: Terms, handle: Server, deps: AcceptorDependencies) {
    this.#deps = deps;
    this.#terms = terms;
    this.#mayCome = deps.rules(terms.service);
    this.#unit = terms.units.first - terms.units.step;
    this.#listen(handle);
  }

  #listen(handle: Server): void {
    const { listener } = this.#terms;
    // A client that closes its sending side early still gets its replies. Paused: what is left over is read by nobody here.
    const options = { pauseOnConnect: true, noDelay: true, allowHalfOpen: true };
    const server = createServer(options, (socket) => this.#take(socket));
    const isFirst = this.#servers.push(server) === 1;
    // Running out of descriptors while accepting: the client waits in the backlog, the service goes on.
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (!server.listening && isFirst)
        this.#deps.send({ kind: 'cannotAccept', listener, code: error.code ?? error.message });
    });
    server.listen(handle, BACKLOG, () => {
      if (isFirst) this.#deps.send({ kind: 'accepting', listener });
    });
  }

  get serviceName(): string {
    return this.#terms.service.name;
  }

  change(terms: Terms, handle: Server | undefined): void {
    if (handle !== undefined) this.#listen(handle);
    this.#terms = terms;
    this.#mayCome = this.#deps.rules(terms.service);
  }

  handed(): () => void {
    this.#inHand += 1;
    return () => {
      this.#inHand -= 1;
    };
  }

  close(): void {
    for (const each of this.#servers) each.close();
    this.#tell();
  }

  #take(socket: Socket): void {
    const peer = connectionPeer(socket);
    if (peer === undefined) {
      socket.destroy();
      return;
    }
    const { service, share } = this.#terms;
    if (this.#inHand >= share * FULL) this.#deps.makeRoom();
    if (this.#inHand >= share || !this.#mayCome(peer.address)) {
      this.#leave(socket, peer);
      return;
    }
    const unit = this.#nextUnit();
    const numbered = { ...peer, unit };
    this.#inHand += 1;
    if (this.#inHand > this.#peak) this.#peak = this.#inHand;
    if (this.#inHand > CROWD && !this.#isCrowded) {
      this.#isCrowded = true;
      this.#deps.send({ kind: 'crowded', listener: this.#terms.listener });
    }
    this.#accepted.set(unit, numbered);
    this.#tellSoon();
    void this.#deps.serve(service, socket, numbered).then(() => this.#served(unit));
  }

  #served(unit: number): void {
    this.#inHand -= 1;
    // Who it was matters to nobody but the log.
    if (this.#terms.service.logOptions.length === 0 && this.#accepted.delete(unit)) this.#passed += 1;
    else this.#ended.push(unit);
    this.#tellSoon();
  }

  /** The parent knows first how many there are: he decides by /LIMIT. Where he cannot follow, the client comes again later. */
  #leave(socket: Socket, peer: ConnectionPeer): void {
    if (this.#leaving >= LEAVING) {
      socket.destroy();
      return;
    }
    this.#leaving += 1;
    this.#tell();
    this.#deps.send({ kind: 'leftOver', listener: this.#terms.listener, peer }, socket, () => {
      this.#leaving -= 1;
    });
  }

  #nextUnit(): number {
    const { first, step } = this.#terms.units;
    this.#unit = this.#unit + step > LARGEST_UNIT ? first : this.#unit + step;
    return this.#unit;
  }

  #tellSoon(): void {
    this.#teller ??= setTimeout(() => this.#tell(), TELL_MS);
  }

  #tell(): void {
    clearTimeout(this.#teller);
    this.#teller = undefined;
    if (this.#accepted.size + this.#ended.length + this.#passed === 0) return;
    this.#deps.send({
      kind: 'moved',
      listener: this.#terms.listener,
      accepted: [...this.#accepted.values()],
      ended: this.#ended,
      passed: this.#passed,
      peak: this.#peak,
    });
    this.#accepted.clear();
    this.#ended = [];
    this.#passed = 0;
    this.#peak = this.#inHand;
  }
}
