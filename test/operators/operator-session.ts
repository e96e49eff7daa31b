/** A user at `$`: one `vmsmail dcl` that stays, commands go in and what they answer comes out. */
import { type ChildProcess, spawn } from 'node:child_process';
import { COMMAND } from '../support/process-node.ts';

export interface Answer {
  readonly lines: readonly string[];
  /** $STATUS afterwards. */
  readonly status: number;
}

/** Seconds in which this process ran: one that was stopped for minutes has the answers waiting for it when it goes on. */
const PATIENCE_SECONDS = 60;

export class OperatorSession implements AsyncDisposable {
  readonly userName: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';
  #errors = '';
  #count = 0;
  #look: () => void = () => {};
  #isOver = false;

  constructor(root: string, userName: string) {
    this.userName = userName;
    this.#process = spawn(COMMAND, ['dcl', '--root', root, '--user', userName], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#look();
    });
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    this.#process.stdin!.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#process.on('close', () => {
        this.#isOver = true;
        this.#look();
        resolve();
      });
    });
    this.#write(['$ SET NOON']);
  }

  /**
   * Types a command, with lines for whoever asks something. Rejects when the session ends, or nothing comes for a minute.
   */
  async command(line: string, answers: readonly string[] = []): Promise<Answer> {
    const mark = `<<${++this.#count}>>`;
    this.#write([`$ ${line}`, ...answers, `$ WRITE SYS$OUTPUT "${mark}", $STATUS`]);
    const end = new RegExp(`${mark}%X([0-9A-F]{8})\n`);
    const found = await new Promise<RegExpExecArray>((resolve, reject) => {
      let seconds = 0;
      const timer = setInterval(() => {
        if (++seconds < PATIENCE_SECONDS) return;
        clearInterval(timer);
        reject(this.#failure(line, 'no answer in time'));
      }, 1_000);
      this.#look = () => {
        const match = end.exec(this.#output);
        if (match === null && !this.#isOver) return;
        clearInterval(timer);
        this.#look = () => {};
        if (match === null) reject(this.#failure(line, 'the session is over'));
        else resolve(match);
      };
      this.#look();
    });
    const text = this.#output.slice(0, found.index);
    this.#output = this.#output.slice(found.index + found[0].length);
    const lines = text.split('\n').filter((each) => !/^%DCL-W-SKPDAT|^$/.test(each));
    return { lines, status: Number.parseInt(found[1]!, 16) };
  }

  #write(lines: readonly string[]): void {
    this.#process.stdin!.write(lines.map((each) => `${each}\n`).join(''));
  }

  #failure(line: string, reason: string): Error {
    return new Error(`${this.userName} $ ${line}: ${reason}\n${this.#output}${this.#errors}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin!.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await this.#ended;
    clearTimeout(timer);
  }
}
