/** The child's side of receiver-child.ts: takes connections from the parent, serves many at a time, tells which ended. */
import { setMaxListeners } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AlarmMark, OperatorClass, OperatorCommunication } from '../../ports/operator-communication.ts';
import type { AcceptingService, ActivatedService, ConnectionPeer } from '../../ports/service-launcher.ts';
import { Acceptor, type FromAcceptor, type ToAcceptor } from './acceptor.ts';
import type { LifeQuestion, LifeSign } from './sign-of-life.ts';
import { tellParent } from './tell-parent.ts';

export type ToReceiver =
  | ToAcceptor
  | {
      readonly kind: 'connection';
      readonly id: number;
      readonly service: ActivatedService;
      readonly peer: ConnectionPeer;
    }
  /** Finish what is in hand, then end; cut off what is left after `graceMs`. */
  | { readonly kind: 'stop'; readonly graceMs: number }
  /** What other processes have counted. */
  | { readonly kind: 'rates'; readonly counts: Readonly<Record<string, number>> }
  | LifeQuestion;

export type FromReceiver =
  | FromAcceptor
  | LifeSign
  | { readonly kind: 'ready' }
  /** For the other processes of the pool. */
  | { readonly kind: 'rates'; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'ended'; readonly ids: readonly number[] }
  | {
      readonly kind: 'operator';
      readonly to: OperatorClass | readonly OperatorClass[];
      readonly from: string;
      readonly text: string;
      readonly alarm?: AlarmMark | undefined;
    };

export interface ReceiverProcess {
  /** Connections may come now. */
  ready(): void;
  /** It cannot start: the parent hears why. */
  failed(reason: string): void;
  /** Tells the other processes of the pool what was counted here. */
  share(counts: Readonly<Record<string, number>>): void;
  /** OPCOM by way of the parent. */
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  /** Aborted when the process is asked to stop: sessions may end themselves at a quiet moment. */
  readonly stopping: AbortSignal;
}

export interface ReceiverProcessOptions {
  /** What other processes of the pool have counted. */
  readonly onShared?: (counts: Readonly<Record<string, number>>) => void;
  /** Which clients may come, where the process accepts itself. Default: none, the parent decides. */
  readonly rules?: (service: AcceptingService) => (address: string) => boolean;
  /** Connections of a service are nearly as many as may be in hand, and one more has come: others may have to go. */
  readonly makeRoom?: () => void;
}

/**
 * Serves the connections the parent sends, and those it accepts itself where the parent asks it to.
 * @param activate  serves one to its end; must not reject
 * @param close     lets go of stores and links, when all connections have ended
 */
export function serveReceiverProcess(
  activate: (service: ActivatedService, connection: Duplex, peer: ConnectionPeer) => Promise<void>,
  close: () => Promise<void>,
  { onShared = () => {}, rules = () => () => false, makeRoom = () => {} }: ReceiverProcessOptions = {},
): ReceiverProcess {
  const inHand = new Set<Socket>();
  let ended: number[] = [];
  let isStopping = false;
  const stopping = new AbortController();
  // One listener for each connection in hand.
  setMaxListeners(0, stopping.signal);

  const send = (message: FromReceiver, socket?: Socket, sent?: () => void): void =>
    tellParent(message, socket, sent);
  const serve = async (service: ActivatedService, socket: Socket, peer: ConnectionPeer): Promise<void> => {
    inHand.add(socket);
    await activate(service, socket, peer).catch(() => socket.destroy());
    inHand.delete(socket);
    if (isStopping) leaveWhenIdle();
  };
  const acceptor = new Acceptor({ serve, rules, makeRoom, send });
  /** One message for all that ended in this turn. */
  const tellEnded = (id: number): void => {
    ended.push(id);
    if (ended.length > 1) return;
    setImmediate(() => {
      send({ kind: 'ended', ids: ended });
      ended = [];
    });
  };
  const handed = (
    { id, service, peer }: Extract<ToReceiver, { kind: 'connection' }>,
    socket: Socket | undefined,
  ): void => {
    // The client was gone before the descriptor arrived.
    if (socket === undefined) {
      tellEnded(id);
      return;
    }
    // A client that closes its sending side early still gets its replies.
    socket.allowHalfOpen = true;
    const hasEnded = acceptor.handed(service.name);
    void serve(service, socket, peer).then(() => {
      hasEnded();
      tellEnded(id);
    });
  };
  const leave = (): void => {
    acceptor.close();
    void close().finally(() => process.exit(0));
  };
  /** Once what ended in this turn has been told. */
  const leaveWhenIdle = (): void => {
    if (inHand.size === 0) setImmediate(leave);
  };
  const stop = (graceMs: number): void => {
    if (isStopping) return;
    isStopping = true;
    acceptor.close();
    stopping.abort();
    leaveWhenIdle();
    setTimeout(leave, graceMs);
  };

  process.on('message', (message: ToReceiver, handle: Socket | Server | undefined) => {
    switch (message.kind) {
      case 'stop':
        return stop(message.graceMs);
      case 'rates':
        return onShared(message.counts);
      case 'alive?':
        return send({ kind: 'alive' });
      case 'accept':
        return acceptor.accept(message, handle as Server | undefined);
      case 'acceptNoMore':
        return acceptor.acceptNoMore(message.listener);
      case 'connection':
        return handed(message, handle as Socket | undefined);
    }
  });
  // Without the parent nobody counts the connections: end them as the node ends.
  process.on('disconnect', () => stop(1_000));
  process.on('SIGTERM', () => stop(5_000));
  // Ctrl/C at the terminal reaches the whole group: the parent decides what ends.
  process.on('SIGINT', () => {});

  return {
    stopping: stopping.signal,
    ready: () => send({ kind: 'ready' }),
    share: (counts) => send({ kind: 'rates', counts }),
    failed: (reason) => send({ kind: 'failed', reason }),
    opcom: {
      operatorMessage: (to, from, text, alarm) => send({ kind: 'operator', to, from, text, alarm }),
    },
  };
}
