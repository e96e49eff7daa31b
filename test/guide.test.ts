/** Sessions in the manuals are copied from transcripts, which are played: each names its own, and must stand in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

describe.each([
  ['dcl.md', 6],
  ['imap.md', 4],
  ['mail.md', 6],
  ['new-site.md', 5],
  ['operator.md', 6],
] as const)('docs/%s', (name, sessions) => {
  const guide = readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');
  const fences = [...guide.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, label, text]) => ({
    label: label!,
    text: text!,
  }));

  test('has sessions', () => expect(fences.length).toBeGreaterThanOrEqual(sessions));

  test.each(fences)('$label: a session stands in its transcript', ({ label, text }) => {
    const [kind, transcriptName] = label.split(' ');
    expect(kind).toBe('session');
    const transcript = readFileSync(join(import.meta.dirname, 'transcripts', transcriptName!), 'utf8');
    expect(`\n${transcript}`).toContain(`\n${text}`);
  });
});
