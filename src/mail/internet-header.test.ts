import { describe, expect, it } from 'vitest';
import { parseHeaderBlock } from '../mime/header-block.ts';
import { splitSender } from './addressing/index.ts';
import { decodedHeader, mailHeader } from './internet-header.ts';

describe('the sender as mail files keep him', () => {
  it.each([
    ['"Bob \\"Bear\\" Smith" <bob@x>', 'SMTP%"bob@x"  "Bob \'Bear\' Smith"', "Bob 'Bear' Smith"],
    ['=?utf-8?Q?=22Bob=22_Smith?= <bob@x>', 'SMTP%"bob@x"  "\'Bob\' Smith"', "'Bob' Smith"],
    ['=?utf-8?B?IkLDtmIiIFNtaXRo?= <bob@x>', 'SMTP%"bob@x"  "\'Böb\' Smith"', "'Böb' Smith"],
    ['=?utf-8?Q?=22?= <bob@x>', 'SMTP%"bob@x"  "\'"', "'"],
    ['=?utf-8?Q??= <bob@x>', 'SMTP%"bob@x"', ''],
    ['"B\xc3\xb6b" <b\xc3\xb6b@x>', 'SMTP%"böb@x"  "Böb"', 'Böb'],
  ])('%s', (field, from, personalName) => {
    const header = parseHeaderBlock(Buffer.from(`From: ${field}\r\n\r\n`, 'latin1'));
    expect(decodedHeader(mailHeader(header, '')).from).toBe(from);
    expect(splitSender(from).personalName).toBe(personalName);
  });
});
