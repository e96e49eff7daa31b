/** The child's side of receiver-pool.ts: takes connections from the parent, serves many at a time, tells which ended. */
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { OperatorClass, OperatorCommunication } from '../../ports/operator-communication.ts';
import type { ActivatedService, ConnectionPeer } from '../../ports/service-launcher.ts';
import type { LifeQuestion, LifeSign } from './sign-of-life.ts';

export type ToReceiver =
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

/**
 * Serves the connections the parent sends.
 * @param activate  serves one to its end; must not reject
 * @param onShared  what other processes of the pool have counted
 * @param close     lets go of stores and links, when all connections have ended
 */
export function serveReceiverProcess(
  activate: (service: ActivatedService, connection: Duplex, peer: ConnectionPeer) => Promise<void>,
  close: () => Promise<void>,
  onShared: (counts: Readonly<Record<string, number>>) => void = () => {},
): ReceiverProcess {
  const inHand = new Set<Socket>();
  let ended: number[] = [];
  let isStopping = false;
  const stopping = new AbortController();
  // One listener for each connection in hand.
  setMaxListeners(0, stopping.signal);

  const send = (message: FromReceiver): void => {
    if (process.connected) process.send?.(message);
  };
  /** One message for all that ended in this turn. */
  const tellEnded = (id: number): void => {
    ended.push(id);
    if (ended.length > 1) return;
    setImmediate(() => {
      send({ kind: 'ended', ids: ended });
      ended = [];
      if (isStopping) leaveWhenIdle();
    });
  };
  const leave = (): void => void close().finally(() => process.exit(0));
  const leaveWhenIdle = (): void => {
    if (inHand.size === 0) leave();
  };
  const stop = (graceMs: number): void => {
    if (isStopping) return;
    isStopping = true;
    stopping.abort();
    leaveWhenIdle();
    setTimeout(leave, graceMs);
  };

  process.on('message', (message: ToReceiver, socket: Socket | undefined) => {
    if (message.kind === 'stop') return stop(message.graceMs);
    if (message.kind === 'rates') return onShared(message.counts);
    if (message.kind === 'alive?') return send({ kind: 'alive' });
    // The client was gone before the descriptor arrived.
    if (socket === undefined) return tellEnded(message.id);
    // A client that closes its sending side early still gets its replies.
    socket.allowHalfOpen = true;
    inHand.add(socket);
    void activate(message.service, socket, message.peer)
      .catch(() => socket.destroy())
      .then(() => {
        inHand.delete(socket);
        tellEnded(message.id);
      });
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
      operatorMessage: (to, from, text) => send({ kind: 'operator', to, from, text }),
    },
  };
}
