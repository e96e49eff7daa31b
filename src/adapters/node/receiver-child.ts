/**
 * One receiver process as its parent sees it: forks it, hears what it says, hands it connections, stops it. What happens when it
 * has ended is decided by receiver-pool.ts. The child's side is receiver-process.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Log } from '../../ports/log.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { ActivatedService, ActivationEnd, ConnectionPeer } from '../../ports/service-launcher.ts';
import type { AcceptingPool } from './accepting-processes.ts';
import { heldDescriptor } from './held-descriptor.ts';
import { howItEnded } from './how-it-ended.ts';
import type { FromReceiver, ToReceiver } from './receiver-process.ts';
import { LIFE_WATCH, type LifeWatchOptions, watchChild } from './sign-of-life.ts';

/** What the processes run, and where it is told how they fare. */
export interface ReceiverProgram {
  /** JavaScript file of the receiver image. */
  readonly file: string;
  readonly args: readonly string[];
  /** What runs the file, and its own arguments before the file; default Node, with the flags of this process. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly log: Log;
  /** How soon one that hangs is noticed. */
  readonly lifeWatch?: LifeWatchOptions;
}

/** A connection that a process is to serve. */
export interface HandedConnection {
  readonly id: number;
  readonly service: ActivatedService;
  readonly socket: Socket;
  readonly peer: ConnectionPeer;
  readonly end: (how: ActivationEnd) => void;
}

/** What its pool does for a process, and hears of it. */
export interface ReceiverChildParts {
  /** For the connections it accepts itself. */
  readonly accepting: Pick<AcceptingPool, 'heard' | 'leave'>;
  /** Nobody is killed for hanging any more. */
  readonly isClosing: () => boolean;
  readonly ready: () => void;
  /** Called once; its connections have ended before. */
  readonly gone: (reason: string) => void;
  /** What it has counted is told to the others. */
  readonly share: (message: Extract<FromReceiver, { kind: 'rates' }>) => void;
}

export class ReceiverChild {
  readonly name: string;
  /** Among the warm ones, from 0. */
  readonly place: number;
  readonly child: ChildProcess;
  readonly startedAt = performance.now();
  readonly #program: ReceiverProgram;
  readonly #parts: ReceiverChildParts;
  readonly #inHand = new Map<number, HandedConnection>();
  #failure: string | undefined;
  #isReady = false;
  #isGone = false;
  /** It has given a sign of life. */
  #heard = (): void => {};

  constructor(name: string, place: number, program: ReceiverProgram, parts: ReceiverChildParts) {
    this.name = name;
    this.place = place;
    this.#program = program;
    this.#parts = parts;
    this.child = fork(program.file, [...program.args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...heldDescriptor()],
      ...(program.execPath === undefined ? {} : { execPath: program.execPath }),
      ...(program.execArgv === undefined ? {} : { execArgv: [...program.execArgv] }),
    });
    this.child.on('message', (message: FromReceiver, handle: unknown) => this.#take(message, handle));
    // Without a process id it never began (no processes or descriptors left): nothing else will say so.
    this.child.on('error', (error) => {
      if (this.child.pid === undefined) this.#gone(error.message);
    });
    this.child.on('exit', (code, signal) => this.#gone(howItEnded(code, signal)));
  }

  /** Connections may be handed to it. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Connections handed to it that have not ended. */
  get inHand(): number {
    return this.#inHand.size;
  }

  hand(connection: HandedConnection): void {
    const { id, service, socket, peer } = connection;
    this.#inHand.set(id, connection);
    const { name, file, userName, processName, flags, inactivity } = service;
    const message: ToReceiver = {
      kind: 'connection',
      id,
      service: { name, file, userName, processName, flags, inactivity },
      peer,
    };
    // The descriptor stays ours until it is sent: one that waits in the channel to a process that dies would be lost with it,
    // open, and the client would wait for ever.
    this.child.send(message, socket, { keepOpen: true }, (error) => {
      // The client was gone before the hand-over, or the process is: `exit` has counted it down then.
      if (error !== null) this.#finish(id, 'lost');
      socket.destroy();
    });
  }

  /** Asks it to end what is in hand and itself; kills it after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.send({ kind: 'stop', graceMs } satisfies ToReceiver, () => {});
    // A process that cannot let go of its last connections has told nobody that they are stored.
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs + 1_000);
    await ended;
    clearTimeout(timer);
  }

  #take(message: FromReceiver, handle: unknown): void {
    switch (message.kind) {
      case 'alive':
        this.#heard();
        break;
      case 'ready':
        this.#isReady = true;
        this.#heard = this.#watch();
        this.#parts.ready();
        break;
      case 'rates':
        this.#parts.share(message);
        break;
      case 'failed':
        this.#failure = message.reason;
        break;
      case 'ended':
        for (const id of message.ids) this.#finish(id, 'served');
        break;
      case 'operator':
        this.#program.opcom.operatorMessage(message.to, message.from, message.text, message.alarm);
        break;
      default:
        this.#parts.accepting.heard(this, message, handle as Socket | undefined);
    }
  }

  /** One that hangs is killed, and replaced as any that ended. Its clients are cut off: they were served by nobody. */
  #watch(): () => void {
    const { name, child } = this;
    const { lifeWatch, log, opcom } = this.#program;
    return watchChild(child, lifeWatch ?? LIFE_WATCH, (seconds) => {
      if (this.#parts.isClosing()) return;
      log.error({ process: name, seconds }, 'no sign of life, it is killed');
      opcom.operatorMessage(
        'NETWORK',
        'INTERnet',
        `Process ${name} has given no sign of life for ${seconds} seconds, it is killed`,
      );
      child.kill('SIGKILL');
    });
  }

  #finish(id: number, how: ActivationEnd): void {
    const connection = this.#inHand.get(id);
    this.#inHand.delete(id);
    connection?.end(how);
  }

  #gone(reason: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#parts.accepting.leave(this);
    for (const [id, { socket }] of [...this.#inHand]) {
      socket.destroy();
      this.#finish(id, 'lost');
    }
    this.#parts.gone(this.#failure ?? reason);
  }
}
