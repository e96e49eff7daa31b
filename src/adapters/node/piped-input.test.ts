import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPipedInput } from './piped-input.ts';

async function records(chunks: readonly string[]): Promise<string[]> {
  const input = createPipedInput(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
  const seen: string[] = [];
  for (;;) {
    const result = await input.read();
    if (result.kind !== 'record') return seen;
    seen.push(result.text);
  }
}

describe('piped input', () => {
  it.each([
    ['nothing', [], []],
    ['a last line without its end', ['A\nB'], ['A', 'B']],
    ['CRLF', ['A\r\nB\r\n'], ['A', 'B']],
    ['a line in pieces', ['DIR', 'ECT', 'ORY\nRE', 'AD\n'], ['DIRECTORY', 'READ']],
    ['empty lines', ['\n\nA\n'], ['', '', 'A']],
  ])('%s', async (_name, chunks, want) => {
    expect(await records(chunks)).toEqual(want);
  });

  it('takes Ctrl/Z as an end of file and reads on behind it', async () => {
    const input = createPipedInput(Readable.from([Buffer.from('text\n\x1a\nDIR\nlast\x1aEXIT\n')]));
    const seen: unknown[] = [];
    for (let count = 0; count < 7; count += 1) {
      const result = await input.read();
      seen.push(result.kind === 'record' ? result.text : result.kind);
    }
    expect(seen).toEqual(['text', 'endOfFile', 'DIR', 'last', 'endOfFile', 'EXIT', 'endOfFile']);
  });

  it('gives back every line, however the stream is cut', async () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\x1a\ud800-\udfff]/g, ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
          const pieces: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
          const input = createPipedInput(Readable.from(pieces));
          for (const want of lines) expect(await input.read()).toEqual({ kind: 'record', text: want });
          expect(await input.read()).toEqual({ kind: 'endOfFile' });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('does not take more than it can hold', async () => {
    const stream = new PassThrough({ highWaterMark: 1024 });
    const input = createPipedInput(stream);
    const first = input.read();
    stream.write('line\n'.repeat(5_000));
    await first;
    expect(stream.isPaused()).toBe(true);
  });
});
