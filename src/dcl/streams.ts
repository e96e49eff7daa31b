/**
 * SYS$OUTPUT and SYS$ERROR of a session, and what DEFINE makes of them: a file, NL:, or the terminal again.
 * A name of USER mode counts for the next image only. Source: dcl.md §9.4, §10, §11.
 */
import type { SessionOutput } from '../ports/session-io.ts';
import type { ProcessContext } from '../system/process.ts';
import { createFileOutput, type FileOutput, nullOutput } from './file-output.ts';

type StreamName = 'SYS$OUTPUT' | 'SYS$ERROR';

export class Streams {
  readonly #process: ProcessContext;
  readonly #original: Readonly<Record<StreamName, SessionOutput>>;
  readonly #redirected = new Map<StreamName, FileOutput | SessionOutput>();

  constructor(process: ProcessContext, output: SessionOutput, error: SessionOutput) {
    this.#process = process;
    this.#original = { SYS$OUTPUT: output, SYS$ERROR: error };
  }

  get output(): SessionOutput {
    return this.#redirected.get('SYS$OUTPUT') ?? this.#original['SYS$OUTPUT'];
  }
  get error(): SessionOutput {
    return this.#redirected.get('SYS$ERROR') ?? this.#original['SYS$ERROR'];
  }

  /** A logical name was defined or has gone: take it up if it is one of ours. */
  async follow(name: string, resolve: (text: string) => Promise<string>): Promise<void> {
    if (name !== 'SYS$OUTPUT' && name !== 'SYS$ERROR') return;
    const definition = this.#process.logicalNames.lookup(name, 'PROCESS');
    const redefined = definition?.mode === 'USER' || definition?.mode === 'SUPERVISOR';
    const value = redefined ? definition.values[0] : undefined;
    await this.#close(name);
    if (value === undefined) return;
    if (isNullDevice(value)) this.#redirected.set(name, nullOutput);
    else if (/^SYS\$(OUTPUT|ERROR|COMMAND):?$/.test(value)) this.#redirected.set(name, this.#meant(value));
    else {
      const writer = await this.#process.files.create(await resolve(value));
      this.#redirected.set(name, createFileOutput(writer));
    }
  }

  /** An image has ended: names of USER mode are gone. */
  async rundown(resolve: (text: string) => Promise<string>): Promise<void> {
    if (this.#redirected.size === 0) return;
    for (const name of [...this.#redirected.keys()]) {
      if (this.#process.logicalNames.lookup(name, 'PROCESS')?.mode === 'SUPERVISOR') continue;
      await this.follow(name, resolve);
    }
  }

  async close(): Promise<void> {
    for (const name of [...this.#redirected.keys()]) await this.#close(name);
  }

  #meant(value: string): SessionOutput {
    return this.#original[value.startsWith('SYS$ERROR') ? 'SYS$ERROR' : 'SYS$OUTPUT'];
  }

  async #close(name: StreamName): Promise<void> {
    const stream = this.#redirected.get(name);
    this.#redirected.delete(name);
    if (stream !== undefined && 'close' in stream) await stream.close();
  }
}

/** NL:, NLA0:, _NLA0: */
const isNullDevice = (text: string): boolean => /^_*NL(A0)?:/i.test(text);
