/** Benchmarks that are programs of their own, with tables of their own, as rows of this one. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Bench, Row } from './row.ts';

const other = (name: string, program: string, short: readonly string[]): Row => ({
  name,
  async run(bench: Bench) {
    const words = [join(import.meta.dirname, '..', program), ...(bench.isShort ? short : [])];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { lines: [`**${name}**\n`, text.trimEnd()], isOver: status !== 0 };
  },
});

export const otherRows: readonly Row[] = [
  other('memory of a node at rest, and of idle connections', 'memory.ts', [
    '--messages=100',
    '--connections=100',
    '--wait=1',
  ]),
  other('start of a node', 'start.ts', ['--rounds=1']),
  other('prompts', 'prompt.ts', []),
];
