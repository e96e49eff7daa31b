import { expect, test } from 'vitest';
import { parseHeaderBlock } from '../../mime/header-block.ts';
import { silentLog } from '../../ports/log.ts';
import type { Job } from '../job.ts';
import { withOutgoingFields } from './outgoing-fields.ts';

type Message = Parameters<typeof withOutgoingFields>[1];

test.each([
  ['SMITH', 'From: smith@node.example\r\n', 'node.example'],
  ['SMITH', 'From: a@other.example\r\nResent-From: Smith <smith@Node.example>\r\n', 'node.example'],
  ['TCPIP$SMTP', 'From: a@other.example\r\nResent-From: smith@node.example\r\n', 'other.example'],
  ['TCPIP$SMTP', 'From: a@b\u00fccher.example\r\n', 'xn--bcher-kva.example'],
])('an entry of %s is signed for who answers for it: %j', async (userName, header, want) => {
  const text = Buffer.from(`${header}\r\ntext\r\n`);
  const domains: string[] = [];
  const job = { header: parseHeaderBlock(text), assignment: { userName } } as unknown as Job;
  const message = { sizeBytes: text.byteLength, text: () => [text] } as unknown as Message;
  await withOutgoingFields(job, message, {
    outgoing: {
      isNeeded: () => true,
      signs: () => true,
      async fields({ authorDomain }) {
        domains.push(authorDomain);
        return '';
      },
    },
    log: silentLog,
  });
  expect(domains).toEqual([want]);
});
