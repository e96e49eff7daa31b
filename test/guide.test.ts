/** Sessions in the manuals are copied from transcripts, which are played: each names its own, and must stand in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const guide = readFileSync(join(import.meta.dirname, '../docs/dcl.md'), 'utf8');
const fences = [...guide.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, label, text]) => ({
  label: label!,
  text: text!,
}));

test('the guide has sessions', () => expect(fences.length).toBeGreaterThan(5));

test.each(fences)('$label: a session of docs/dcl.md stands in its transcript', ({ label, text }) => {
  const [kind, name] = label.split(' ');
  expect(kind).toBe('session');
  const transcript = readFileSync(join(import.meta.dirname, 'transcripts', name!), 'utf8');
  expect(`\n${transcript}`).toContain(`\n${text}`);
});
