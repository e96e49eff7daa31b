/**
 * Processes that accept connections of services themselves: the parent's side of acceptor.ts. He binds the socket, keeps it
 * while processes come and go, and hears of the connections in hand. Handing each connection over costs both sides more than
 * serving it does.
 */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import type {
  AcceptedConnections,
  AcceptingProcesses,
  AcceptingService,
  ActivationEnd,
} from '../../ports/service-launcher.ts';
import type { FromAcceptor, ToAcceptor } from './acceptor.ts';
import { type BoundSocket, bindSocket } from './bound-socket.ts';

/** A process that is ready. */
export interface AcceptingMember {
  readonly child: ChildProcess;
  /** Its place in the pool, from 0. */
  readonly place: number;
}

/** From which a process accepts that has a crowd of connections. */
const SOCKETS = 32;

type Answer = (code: string | undefined) => void;

interface Listener {
  readonly number: number;
  service: AcceptingService;
  readonly socket: BoundSocket;
  readonly connections: AcceptedConnections;
  /** How the end of a connection is told, by its unit. */
  readonly inHand: Map<AcceptingMember, Map<number, (how: ActivationEnd) => void>>;
  /** Who was asked to accept, or to accept no more, and has not answered. */
  readonly asked: Map<AcceptingMember, Answer>;
  closing: Promise<void> | undefined;
  /** Nobody accepts any more. */
  isClosed: boolean;
}

export class AcceptingPool {
  readonly #size: number;
  readonly #members = new Set<AcceptingMember>();
  /** A closed one stays until its last connection has ended. */
  readonly #listeners = new Map<number, Listener>();
  #last = 0;

  /** @param size  processes, in all */
  constructor(size: number) {
    this.#size = size;
  }

  /** See ServiceLauncher.accept. */
  accept(
    service: AcceptingService,
    address: string,
    port: number,
    connections: AcceptedConnections,
  ): Promise<AcceptingProcesses> | undefined {
    if (isIP(address) === 0) return undefined;
    try {
      const socket = bindSocket(address, port);
      return socket && this.#begin(service, address, socket, connections);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #begin(
    service: AcceptingService,
    address: string,
    socket: BoundSocket,
    connections: AcceptedConnections,
  ): Promise<AcceptingProcesses> {
    this.#last += 1;
    const number = this.#last;
    const listener: Listener = {
      number,
      service,
      socket,
      connections,
      inHand: new Map(),
      asked: new Map(),
      closing: undefined,
      isClosed: false,
    };
    this.#listeners.set(number, listener);
    const codes = await this.#askAll(listener, (member) => this.#terms(listener, member), socket);
    const code = codes.find((each) => each !== undefined);
    if (code !== undefined) {
      await this.#close(listener);
      throw Object.assign(new Error(`listen: ${code}`), { code });
    }
    return {
      address,
      port: socket.port,
      change: (changed) => {
        listener.service = changed;
        for (const each of this.#members) send(each, this.#terms(listener, each));
      },
      close: () => this.#close(listener),
    };
  }

  #close(listener: Listener): Promise<void> {
    listener.closing ??= this.#askAll(listener, () => ({
      kind: 'acceptNoMore',
      listener: listener.number,
    })).then(() => {
      listener.isClosed = true;
      listener.socket.close();
      this.#forgetQuiet(listener);
    });
    return listener.closing;
  }

  /** The answer of each; of one that dies meanwhile none is needed. */
  #askAll(
    listener: Listener,
    question: (member: AcceptingMember) => ToAcceptor,
    socket?: BoundSocket,
  ): Promise<readonly (string | undefined)[]> {
    return Promise.all(
      [...this.#members].map(
        (member) =>
          new Promise<string | undefined>((answer) => {
            listener.asked.set(member, answer);
            send(member, question(member), socket);
          }),
      ),
    );
  }

  #terms(listener: Listener, { place }: AcceptingMember): ToAcceptor {
    return {
      kind: 'accept',
      listener: listener.number,
      service: listener.service,
      share: Math.floor(listener.service.limit / this.#size),
      units: { first: place + 2, step: this.#size + 1 },
    };
  }

  /** It is ready: it accepts, too. */
  join(member: AcceptingMember): void {
    this.#members.add(member);
    for (const each of this.#listeners.values()) {
      if (each.closing === undefined) send(member, this.#terms(each, member), each.socket);
    }
  }

  /** It is gone, and what it had in hand is lost. */
  leave(member: AcceptingMember): void {
    this.#members.delete(member);
    for (const listener of this.#listeners.values()) {
      for (const end of listener.inHand.get(member)?.values() ?? []) end('lost');
      listener.inHand.delete(member);
      answered(listener, member);
      this.#forgetQuiet(listener);
    }
  }

  /** Connections that a process has accepted and has in hand. */
  inHand(member: AcceptingMember): number {
    let sum = 0;
    for (const { inHand } of this.#listeners.values()) sum += inHand.get(member)?.size ?? 0;
    return sum;
  }

  heard(member: AcceptingMember, message: FromAcceptor, socket: Socket | undefined): void {
    const listener = this.#listeners.get(message.listener);
    if (listener === undefined) {
      socket?.destroy();
      return;
    }
    switch (message.kind) {
      case 'accepting':
      case 'acceptsNoMore':
        answered(listener, member);
        break;
      case 'cannotAccept':
        answered(listener, member, message.code);
        break;
      case 'crowded':
        for (let more = 1; more < SOCKETS && listener.closing === undefined; more += 1)
          send(member, this.#terms(listener, member), listener.socket);
        break;
      case 'leftOver':
        // Undefined: the client is gone again.
        if (socket !== undefined) listener.connections.leftOver(socket, message.peer);
        break;
      case 'moved':
        moved(listener, member, message);
        this.#forgetQuiet(listener);
        break;
      default:
        message satisfies never;
    }
  }

  #forgetQuiet({ number, isClosed, inHand }: Listener): void {
    if (isClosed && [...inHand.values()].every(({ size }) => size === 0)) this.#listeners.delete(number);
  }
}

function answered(listener: Listener, member: AcceptingMember, code?: string): void {
  listener.asked.get(member)?.(code);
  listener.asked.delete(member);
}

function moved(
  { inHand, connections }: Listener,
  member: AcceptingMember,
  { accepted, ended, passed, peak }: Extract<FromAcceptor, { kind: 'moved' }>,
): void {
  const units = inHand.get(member) ?? new Map<number, (how: ActivationEnd) => void>();
  inHand.set(member, units);
  if (passed > 0) connections.passed(passed, peak);
  for (const peer of accepted) units.set(peer.unit ?? 0, connections.accepted(peer));
  for (const unit of ended) {
    units.get(unit)?.('served');
    units.delete(unit);
  }
}

function send({ child }: AcceptingMember, message: ToAcceptor, socket?: BoundSocket): void {
  if (child.connected) child.send(message, socket?.handle, () => {});
}
