/** `vmsmail start` without --detach: the node lives as long as this command. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { complain } from './display.ts';
import { hostErrorText } from './host-error-text.ts';
import { STOP_LIMIT_MS, stop } from './stop.ts';

/** Resolves at the first signal to end. Asked for before anybody is told that the node runs, and may send one. */
export const signalToEnd = (): Promise<'signal'> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => resolve('signal'));
  });

/**
 * On a terminal an operator's session, else until a signal comes or the node ends by itself. The node is stopped
 * whatever ends it; a terminal that hangs up too.
 */
export async function foreground(
  root: string,
  jobControl: ChildProcess,
  signalled: Promise<'signal'>,
): Promise<number> {
  const ended = new Promise<number>((resolve) => jobControl.once('exit', (code) => resolve(code ?? 1)));
  const first = await Promise.race([ended, signalled, operatorSession(root)]);
  if (jobControl.exitCode === null && jobControl.signalCode === null) await end(root, jobControl, ended);
  const status = typeof first === 'number' ? first : 0;
  // Whatever the session waits for will not come any more.
  if (first !== 'left') process.exit(status);
  return status;
}

/** Whatever becomes of `stop`: nothing of the node is left behind, and this command ends. */
async function end(root: string, jobControl: ChildProcess, ended: Promise<unknown>): Promise<void> {
  try {
    await stop({ root });
  } catch (error) {
    complain(hostErrorText(error));
    jobControl.kill('SIGTERM');
    const late = new AbortController();
    await Promise.race([ended, delay(STOP_LIMIT_MS, undefined, { signal: late.signal })]);
    late.abort();
    try {
      process.kill(-jobControl.pid!, 'SIGKILL');
    } catch {
      // All of its group have ended.
    }
  }
}

/** Resolves when the operator leaves, or the terminal is gone; never where there is no terminal. */
async function operatorSession(root: string): Promise<'left' | 'hangup'> {
  if (!process.stdin.isTTY) return new Promise(() => {});
  process.stdout.write(
    'Leave the operator session with LOGOUT or Ctrl/Z: the node stops then. Use --detach to keep it running.\n\n',
  );
  const { dclSession } = await import('./session.ts');
  const { promise: hangup, resolve } = Promise.withResolvers<'hangup'>();
  const session = dclSession([], { root, user: 'SYSTEM', onHangup: () => resolve('hangup') });
  return Promise.race([hangup, session.then(() => 'left' as const)]);
}
