/** A session without a terminal, as `vmsmail dcl` and `vmsmail mail` run it when lines are piped in. */
import { PassThrough, Readable } from 'node:stream';
import { createPipedInput } from '../../src/adapters/node/piped-input.ts';
import { createStreamOutput } from '../../src/adapters/node/stream-output.ts';
import { statusText } from '../../src/condition/index.ts';
import type { BootedNode, NodeSessionOptions } from '../../src/images/boot-node.ts';
import { visible } from './visible.ts';

export interface PipedLines {
  readonly userName: string;
  /** `MAIL NOTES.TXT JONES`; '' reads commands from the lines. */
  readonly command: string;
  /** A line `^Z` is the end of a file. */
  readonly lines: readonly string[];
}

/** What the reader of the pipe gets, and as a last line the status the session ends with. */
export async function runPiped(
  node: BootedNode,
  { userName, command, lines }: PipedLines,
  options: NodeSessionOptions,
): Promise<readonly string[]> {
  const written = new PassThrough();
  const chunks: Buffer[] = [];
  written.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = createStreamOutput(written);
  const text = lines.map((line) => `${line === '^Z' ? '\x1a' : line}\n`).join('');
  const session = await node.session(userName, createPipedInput(Readable.from([text])), output, options);
  const status = await (command === '' ? session.interactive() : session.execute(command));
  await session.close();
  await output.flush();
  const shown = Buffer.concat(chunks).toString();
  const end = shown === '' || shown.endsWith('\n') ? [] : ['<no line end>'];
  return [
    ...shown
      .replace(/\n$/, '')
      .split('\n')
      .slice(shown === '' ? 1 : 0)
      .map(visible),
    ...end,
    `<status ${statusText(status)}>`,
  ];
}
