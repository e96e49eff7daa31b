import { expect, it } from 'vitest';
import { createLogicalNames } from '../../system/logical-name-tables.ts';
import { smtpDirectories } from './smtp-directories.ts';

async function directories(names: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> {
  const logicalNames = createLogicalNames();
  for (const [name, values] of Object.entries({ SYS$SPECIFIC: ['DKA0:[000000]'], ...names }))
    await logicalNames.define(name, values, { table: 'SYSTEM' });
  return smtpDirectories(logicalNames);
}

it.each([
  ['nothing defined', {}, ['DKA0:[TCPIP$SMTP]']],
  ['as shipped: one place, named once', { TCPIP$SMTP_COMMON: ['DKA0:[TCPIP$SMTP]'] }, ['DKA0:[TCPIP$SMTP]']],
  ['another directory', { TCPIP$SMTP_COMMON: ['DKA0:[SHARED]'] }, ['DKA0:[SHARED]', 'DKA0:[TCPIP$SMTP]']],
  [
    'a search list, and names behind names',
    { TCPIP$SMTP_COMMON: ['DISK$A:[ONE]', 'TWO'], DISK$A: ['DKA0:'], TWO: ['DKA0:[TWO]'] },
    ['DKA0:[ONE]', 'DKA0:[TWO]', 'DKA0:[TCPIP$SMTP]'],
  ],
  ['a root', { TCPIP$SMTP_COMMON: ['DKA0:[CLUSTER.]'] }, ['DKA0:[CLUSTER]', 'DKA0:[TCPIP$SMTP]']],
  [
    'a directory of this machine',
    { TCPIP$SMTP_COMMON: ['/srv/mail'] },
    ['TCPIP$SMTP_COMMON:', 'DKA0:[TCPIP$SMTP]'],
  ],
])('%s', async (_name, names, expected) => {
  expect(await directories(names)).toEqual(expected);
});

it('a name that leads to itself is a failure to be told', async () => {
  await expect(directories({ TCPIP$SMTP_COMMON: ['A:'], A: ['TCPIP$SMTP_COMMON:'] })).rejects.toMatchObject({
    ident: 'TOOMANYLNAM',
  });
});
