/**
 * Puts a terminal back as it was when the process ends or is stopped, and takes it up again when it goes on. Signals
 * keep their effect: whoever else listens decides, and where nobody does the process ends by the signal.
 */
export interface GuardedTerminal {
  restore(): void;
  resume(): void;
}

const deadly = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/** Returns the way to let go: restores the terminal and takes the handlers off. */
export function guardTerminal(
  terminal: GuardedTerminal,
  signals: readonly NodeJS.Signals[] = deadly,
): () => void {
  let held = true;
  const restore = (): void => {
    if (!held) return;
    held = false;
    try {
      terminal.restore();
    } catch {
      // The line is gone: there is nothing left to put back.
    }
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    restore();
    release();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const onContinue = (): void => {
    if (held) terminal.resume();
  };
  const release = (): void => {
    process.off('exit', restore);
    process.off('SIGCONT', onContinue);
    for (const signal of signals) process.off(signal, onSignal);
    restore();
  };
  process.on('exit', restore);
  process.on('SIGCONT', onContinue);
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}

/** Ctrl/C and Ctrl/\ in another program that has the terminal mean that program. Returns the way to hear them again. */
export function ignoreKeySignals(): () => void {
  const ignore = (): void => {};
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, ignore);
  return () => {
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.off(signal, ignore);
  };
}
