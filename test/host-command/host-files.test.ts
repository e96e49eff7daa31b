/** `vmsmail mail ./text to /ATTACHMENT=./file`: files of the machine are sent byte for byte, and nothing else is reached. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProcessNode, vmsmail } from '../support/process-node.ts';

it('sends text and attachments of the machine', async () => {
  await using node = await createProcessNode({ users: ['SMITH', 'JONES'] });
  const directory = mkdtempSync(join(tmpdir(), 'mail-host-files-'));
  const mail = (words: readonly string[], input = '') =>
    vmsmail(['mail', '--root', node.root, '--user', 'SMITH', ...words], 60_000, input);
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7_919) % 256));
  try {
    const path = (name: string): string => join(directory, name);
    writeFileSync(path('text'), 'The figures.\n');
    writeFileSync(path('Bericht für März.pdf'), bytes);
    writeFileSync(path('sales.csv'), 'a,b\n');
    const list = `/ATTACHMENT=(${path('Bericht für März.pdf')},${path('sales.csv')})`;
    expect(await mail([path('text'), 'jones', '/SUBJECT=figures', list])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(await mail(['NL:', 'jones', `/ATT=${path('sales.csv')}`])).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(await mail(['NL:', 'jones', `/ATT=${path('nowhere')}`])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('nowhere'),
    });
    // Only what the shell was told: MAIL> itself knows the node's own files.
    const typed = `SEND/ATTACHMENT="${path('sales.csv')}"\n`;
    expect((await mail([], typed)).stdout).toMatch(/%MAIL-E-OPENIN, [\s\S]*-RMS-F-SYN/);

    const read = await vmsmail(
      ['mail', '--root', node.root, '--user', 'JONES'],
      60_000,
      'READ\nEXTRACT/ATTACHMENT=1 COPY.PDF\nREAD\n',
    );
    expect(read.stdout).toMatch(
      /The figures\.\n\n=+ Attachments =+\n {4}1 Bericht für März\.pdf, application\/pdf/,
    );
    expect(read.stdout).toMatch(/ {4}2 sales\.csv, text\/csv, 4 bytes\n[\s\S]* {4}1 sales\.csv, text\/csv/);
    const copy = readdirSync(join(node.root, 'JONES')).find((name) => /^COPY\.PDF/i.test(name));
    expect(readFileSync(join(node.root, 'JONES', copy ?? 'nowhere'))).toEqual(bytes);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 60_000);
