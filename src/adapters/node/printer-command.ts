/**
 * A printer that is a program of this machine: the text goes to its standard input. The program and its arguments are the system
 * manager's; nothing of a user is among them, and no shell sees them.
 */
import { spawn } from 'node:child_process';
import { condition, SYSTEM } from '../../condition/index.ts';
import type { Log } from '../../ports/log.ts';
import type { Printer, PrinterCommand } from '../../ports/printer.ts';

/** What a program is told of the world. */
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };
/** Of what it complains of. */
const COMPLAINT_AT_MOST = 500;
const KILL_AFTER_MS = 5_000;
/** For what it said before it ended. */
const LAST_WORDS_MS = 500;

/** @returns undefined where the program cannot be started: nothing was printed */
export async function openPrinterCommand(command: PrinterCommand, log: Log): Promise<Printer | undefined> {
  const child = spawn(command.program, command.arguments, {
    shell: false,
    cwd: '/',
    env: environment,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_AT_MOST);
  });
  // It need not read to the end; how it ends says whether that is a failure.
  child.stdin.on('error', () => {});
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('error', (error) => {
      complaint ||= error.message;
      resolve(undefined);
    });
    child.once('close', (code) => resolve(code ?? undefined));
    // A program it has left behind may hold its streams for ever.
    child.once('exit', () => setTimeout(() => child.stderr.destroy(), LAST_WORDS_MS).unref());
  });
  const failure = await new Promise<Error | undefined>((resolve) => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', resolve);
  });
  if (failure !== undefined) {
    log.warn({ program: command.program, reason: failure.message }, 'a printer command is not available');
    return undefined;
  }
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  return {
    async write(text) {
      if (isOver || child.stdin.write(text)) return;
      await Promise.race([new Promise<void>((resolve) => child.stdin.once('drain', resolve)), ended]);
    },
    async close() {
      child.stdin.end();
      const code = await ended;
      if (code === 0) return;
      log.warn({ program: command.program, code, complaint }, 'a printer command failed');
      throw condition(SYSTEM.ABORT);
    },
    async cancel() {
      if (isOver) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
