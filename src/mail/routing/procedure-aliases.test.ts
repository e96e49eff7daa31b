import { describe, expect, it } from 'vitest';
import { procedureAlias } from './procedure-aliases.ts';

const records = [
  'tickets helpdesk DKA0:[HELPDESK]TICKET HELP$BATCH',
  'Orders\tSALES  SYS$MANAGER:ORDER.COM',
  'tickets other DKA0:[OTHER]X',
  'half user',
  'alone',
  'much user DKA0:[X]Y Q AND MORE',
  'a.b user DKA0:[X]Y',
  `${'L'.repeat(29)} user DKA0:[X]Y`,
];

describe('TCPIP$SMTP_PROCEDURES.TXT', () => {
  it('names user, procedure and queue; the first of two lines counts', () => {
    expect(procedureAlias(records, 'TICKETS')).toEqual({
      name: 'TICKETS',
      userName: 'HELPDESK',
      procedure: 'DKA0:[HELPDESK]TICKET',
      queueName: 'HELP$BATCH',
    });
  });

  it('takes SYS$BATCH where no queue is named', () => {
    expect(procedureAlias(records, 'ORDERS')).toMatchObject({ userName: 'SALES', queueName: 'SYS$BATCH' });
  });

  it.each(['HALF', 'ALONE', 'MUCH', 'A.B', 'L'.repeat(29), '', 'NOBODY'])('%s is none', (name) => {
    expect(procedureAlias(records, name)).toBeUndefined();
  });
});
