/**
 * The queue manager's side of the channel to `vmsmail start` (images/host-command/launch.ts): says once how it went, and,
 * where the node is attached, hears when the command is gone.
 */
import { closeSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

export interface StartCommand {
  /** READY, or FAILED and the reason. */
  tell(line: string): void;
  /** Calls back when the command has gone; never where the node is detached from it. After `tell`. */
  whenGone(callback: () => void): void;
}

/** @param environment  of this process; what is meant for it alone is taken out */
export function startCommand(environment: NodeJS.ProcessEnv): StartCommand {
  const descriptor = Number(environment['VMSMAIL_READY_FD'] ?? Number.NaN);
  const isAttached = environment['VMSMAIL_ATTACHED'] !== undefined;
  delete environment['VMSMAIL_READY_FD'];
  delete environment['VMSMAIL_ATTACHED'];
  const isThere = Number.isInteger(descriptor);
  return {
    tell(line) {
      if (!isThere) return;
      try {
        writeSync(descriptor, `${line}\n`);
        if (!isAttached) closeSync(descriptor);
      } catch {
        // Whoever waited has gone away.
      }
    },
    whenGone(callback) {
      if (!isThere || !isAttached) return;
      const channel = new Socket({ fd: descriptor });
      channel.on('error', () => {});
      channel.once('close', callback);
      channel.resume();
    },
  };
}
