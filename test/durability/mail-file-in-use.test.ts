/** A few seconds of it; `npm run torture -- mail-file` is the minute. */
import { expect, test } from 'vitest';
import { mailFileInUse } from './mail-file-in-use.ts';

test('used by sessions, an IMAP server and deliveries at once, a mail file loses, doubles and miscounts nothing', async () => {
  const report = await mailFileInUse({ seconds: 5, seed: 1 });
  expect(report).toMatchObject({ problems: [], lost: 0, twice: 0 });
  expect(report.delivered).toBeGreaterThan(100);
  expect(report.checks).toBeGreaterThan(2);
}, 180_000);
