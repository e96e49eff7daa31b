/** What a session of the host command talks through: the terminal of this process, or its pipes. */
import type { Readable } from 'node:stream';
import { createPipedInput } from '../../adapters/node/piped-input.ts';
import { createStreamOutput } from '../../adapters/node/stream-output.ts';
import { type NodeTerminal, openTerminal } from '../../adapters/node/terminal.ts';
import type { SessionInput, SessionOutput } from '../../ports/session-io.ts';

export interface SessionStreams {
  readonly input: SessionInput;
  readonly output: SessionOutput;
  /** Both, where somebody sits there. */
  readonly terminal: NodeTerminal | undefined;
  /** Calls back when nobody is there any more: the window was closed, the reader of the pipe has left. */
  onGone(callback: () => void): void;
  /** Writes out what is left, and lets go of the terminal. */
  close(): Promise<void>;
}

/** @param given  read instead of the terminal or standard input */
export function openSessionStreams(given?: Readable): SessionStreams {
  const isTerminal = given === undefined && process.stdin.isTTY && process.stdout.isTTY;
  return isTerminal ? openTerminalStreams() : openPipes(given ?? process.stdin);
}

function openTerminalStreams(): SessionStreams {
  const terminal = openTerminal({
    input: process.stdin,
    output: process.stdout,
    deviceName: `FTA${process.pid}:`,
  });
  // A prompt does not wait for what calls an editor.
  terminal.editor = {
    async edit(request, take) {
      const { hostEditor } = await import('../../adapters/node/host-editor.ts');
      const editor = hostEditor({ environment: process.env, lend: (work) => terminal.lend(work) });
      return editor.edit(request, take);
    },
  };
  return {
    input: terminal,
    output: terminal,
    terminal,
    onGone: (callback) => terminal.onHangup(callback),
    async close() {
      await terminal.flush();
      terminal.close();
    },
  };
}

function openPipes(source: Readable): SessionStreams {
  const output = createStreamOutput(process.stdout);
  const input = createPipedInput(source);
  // Whoever waits for a record gets the end of the input.
  output.onGone(() => input.close());
  return {
    input,
    output,
    terminal: undefined,
    onGone: (callback) => output.onGone(callback),
    async close() {
      await output.flush();
      source.destroy();
      process.stdin.destroy();
    },
  };
}
