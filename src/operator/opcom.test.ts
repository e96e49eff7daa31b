import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createOpcom } from './opcom.ts';

/** 4-JUN-2025 09:05:07.12, local time. */
const INSTANT = new Date(2025, 5, 4, 9, 5, 7, 128).getTime();
const clock = manualClock(INSTANT);
const HEADER = '%%%%%%%%%%%  OPCOM   4-JUN-2025 09:05:07.12  %%%%%%%%%%%';

function opcom() {
  let log = '';
  const made = createOpcom({
    log: {
      append(text) {
        log += text;
      },
      version: 1,
      beginVersion() {},
    },
    clock,
    nodeName: 'HEARTS',
  });
  return { opcom: made, log: () => log };
}

async function terminal(made: ReturnType<typeof opcom>['opcom'], userName: string) {
  const seen: string[] = [];
  const registration = await made.register({ name: '_TTA1:', userName }, (text) => seen.push(text));
  return { seen, ...registration };
}

test('a block in the log: header, who, text, a blank line', () => {
  const { opcom: made, log } = opcom();
  made.operatorMessage('NETWORK', 'INTERnet', 'TCPIP$SMTP service disabled');
  made.operatorMessage('CENTRAL', 'QUEUE_MANAGER', '%QMAN-E-SYMDEL, unexpected symbiont process termination');
  expect(log()).toBe(
    [
      HEADER,
      'Message from user INTERnet on HEARTS',
      'TCPIP$SMTP service disabled',
      '',
      HEADER,
      'Message from user QUEUE_MANAGER on HEARTS',
      '%QMAN-E-SYMDEL, unexpected symbiont process termination',
      '',
      '',
    ].join('\n'),
  );
});

test('messages are counted by the severity of their code, and codes that a stranger sent are none', () => {
  const { opcom: made } = opcom();
  for (const text of [
    '%QMAN-E-SYMDEL, unexpected symbiont process termination',
    'INTERnet ACP AUXS failure  Status = %RMS-E-FNF, file not found\nService: SMTP',
    '%SMTP-F-NOSPACE, no space\n-SYSTEM-W-DEVICEFULL, device full',
    '%QMAN-I-STOREOK, again',
    'Client 192.0.2.1 refused: Bad-Clients %A-F-B, x\n%A-F-B, y',
  ]) {
    made.operatorMessage('CENTRAL', 'X', text);
  }
  expect(made.messageCounts).toEqual({
    none: 1,
    success: 0,
    informational: 1,
    warning: 0,
    error: 2,
    fatal: 1,
  });
});

test('what a stranger sent moves no cursor and forges no line end of the terminal', () => {
  const { opcom: made, log } = opcom();
  made.operatorMessage('NETWORK', 'INTERnet', 'from \u001b[2J\u0007evil\u009b\r\nnext');
  expect(log()).toContain('\nfrom .[2J.evil.\nnext\n');
});

test('a long line is broken at a blank, one without blanks at the width', () => {
  const { opcom: made, log } = opcom();
  made.operatorMessage('CENTRAL', 'X', `${'word '.repeat(20)}${'x'.repeat(90)}`);
  expect(
    log()
      .split('\n')
      .every((line) => line.length <= 80),
  ).toBe(true);
  expect(log().replaceAll('\n', ' ')).toContain(`word ${'x'.repeat(75)}`.slice(0, 40));
});

test('nothing reaches a terminal that is closed, refuses it, or enabled no such class', async () => {
  const { opcom: made } = opcom();
  const closed = await terminal(made, 'JONES');
  await closed.close();
  const refusing = await terminal(made, 'JONES');
  await refusing.enableOperator(['CENTRAL']);
  await refusing.refuse(['MAIL', 'OPCOM']);
  const other = await terminal(made, 'GREEN');
  await other.enableOperator(['SECURITY']);
  const before = [closed, refusing, other].map((each) => each.seen.length);
  made.operatorMessage('CENTRAL', 'X', 'text');
  made.broadcast('jones', 'MAIL', 'New mail on node HEARTS from SMITH');
  expect([closed, refusing, other].map((each) => each.seen.length)).toEqual(before);
});

test('an operator’s terminal says what it gets, and gets it', async () => {
  const { opcom: made } = opcom();
  const operator = await terminal(made, 'SYSTEM');
  await operator.enableOperator(['NETWORK', 'CENTRAL']);
  expect(operator.seen).toEqual([
    `${HEADER}\nOperator _TTA1: has been enabled, username SYSTEM\n`,
    `${HEADER}\nOperator status for operator _TTA1:\nCENTRAL, NETWORK\n`,
  ]);
  made.operatorMessage('NETWORK', 'INTERnet', 'text');
  expect(operator.seen.at(-1)).toBe(`${HEADER}\nMessage from user INTERnet on HEARTS\ntext\n`);
});

test('a request is taken by one operator, once; the answer may come before somebody waits for it', async () => {
  const { opcom: made } = opcom();
  const operator = await terminal(made, 'SYSTEM');
  await operator.enableOperator(['TAPES']);
  const number = await made.ask({ classes: ['DISKS', 'TAPES'], userName: 'JONES', text: 'mount\u001b[2J' });
  expect(operator.seen.at(-1)).toBe(`${HEADER}\nRequest 1, from user JONES on HEARTS\nmount.[2J\n`);
  await made.answer(number, { kind: 'pending', text: 'soon', operator: 'TTA1' });
  await made.answer(number, { kind: 'completed', text: '', operator: 'TTA1' });
  expect(await made.outstanding()).toEqual([]);
  await expect(made.answer(number, { kind: 'completed', text: '', operator: 'TTA2' })).rejects.toThrow(
    'NOSUCHREQ',
  );
  expect([await made.nextAnswer(number), await made.nextAnswer(number)].map(({ kind }) => kind)).toEqual([
    'pending',
    'completed',
  ]);
  await expect(made.nextAnswer(number)).rejects.toThrow('NOSUCHREQ');
  const shown = operator.seen.length;
  await made.cancel(number);
  expect(operator.seen).toHaveLength(shown);
});

test('a log that cannot be begun anew is gone on with', async () => {
  let written = '';
  const made = createOpcom({
    log: {
      append(text) {
        written += text;
      },
      version: 7,
      beginVersion() {
        throw new Error('EROFS');
      },
    },
    clock,
    nodeName: 'HEARTS',
  });
  await expect(made.beginLog('_TTA1:', ['CENTRAL'])).rejects.toThrow('LOGFAIL');
  made.operatorMessage('NETWORK', 'INTERnet', 'still here');
  expect(written).toContain('still here');
});

test('a broadcast goes to one user or to everybody', async () => {
  const { opcom: made } = opcom();
  const jones = await terminal(made, 'JONES');
  const green = await terminal(made, 'GREEN');
  made.broadcast('jones', 'MAIL', 'New mail');
  made.broadcast('*', 'SHUTDOWN', 'Node is stopping');
  expect(jones.seen).toEqual(['New mail', 'Node is stopping']);
  expect(green.seen).toEqual(['Node is stopping']);
  made.broadcast('tta1:', 'GENERAL', 'to a terminal');
  made.broadcast('NOBODY', 'GENERAL', 'to nobody');
  expect([jones, green].some(({ seen }) => seen.includes('to a terminal'))).toBe(true);
  expect(made.terminals.map((each) => each.userName)).toEqual(['JONES', 'GREEN']);
});
