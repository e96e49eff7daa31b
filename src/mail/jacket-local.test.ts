import { describe, expect, it } from 'vitest';
import { jacketLocal } from './jacket-local.ts';

const node = {
  hostName: 'vax1.example',
  isLocal: async (domain: string): Promise<boolean> =>
    domain === 'vax1.example' || domain === 'alias.example',
};

describe('JACKET_LOCAL', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', ''],
    ['JONES', 'SMTP%"jones@vax1.example"'],
    ['JONES,SMITH', 'SMTP%"jones@vax1.example", SMTP%"smith@vax1.example"'],
    ['jones@VAX1.example', 'SMTP%"jones@VAX1.example"'],
    ['jones@alias.example, bob@far.example', 'SMTP%"jones@alias.example", bob@far.example'],
    ['"Jones, J." <jones@vax1.example>', 'SMTP%"jones@vax1.example"'],
    ['Bob <bob@far.example>', 'Bob <bob@far.example>'],
    ['SMTP%"bob@far.example"', 'SMTP%"bob@far.example"'],
    ['NODE::JONES, @AGENCIES', 'NODE::JONES, @AGENCIES'],
    ['undisclosed-recipients:;', 'undisclosed-recipients:;'],
  ];
  it.each(table)('%s', async (text, wanted) => expect(await jacketLocal(text, node)).toBe(wanted));
});
