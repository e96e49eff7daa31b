import { beforeEach, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../adapters/memory/manual-clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Submission } from '../../ports/queue-manager.ts';
import type { KeptAlarms } from './alarm-book.ts';
import { type AlarmMail, type AlarmSettings, createAlarmMail } from './alarm-mail.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const wanted: AlarmSettings = {
  alarmAddress: 'ops@far.example',
  alarmDelayMs: 5 * MINUTE_MS,
  alarmRepeatMs: 4 * HOUR_MS,
};

let clock: ManualClock;
let submitted: Submission[];
let errors: string[];
let kept: KeptAlarms | undefined;
let settings: AlarmSettings;
let failure: Error | undefined;
/** The queue takes its time. */
let delay: Promise<unknown> | undefined;

const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (fields, message) => errors.push(`${message} ${JSON.stringify(fields)}`),
};

async function started(alarms: AlarmMail = createAlarmMail()): Promise<AlarmMail> {
  await alarms.start({
    queueManager: {
      async submit(submission) {
        await delay;
        if (failure !== undefined) throw failure;
        submitted.push(submission);
        return { entry: submitted.length, jobName: 'OPCOM' };
      },
    },
    settings: async () => settings,
    record: {
      read: async () => kept,
      async write(now) {
        kept = now;
      },
    },
    clock,
    log,
    nodeName: 'HEARTS',
    hostName: 'hearts.example',
    uniqueId: () => 'A1',
  });
  return alarms;
}

/** What is asynchronous has happened before time goes on, and again behind it. */
async function pass(ms: number): Promise<void> {
  await new Promise(setImmediate);
  clock.advance(ms);
  await new Promise(setImmediate);
}

const texts = (): string[] =>
  submitted.map(({ text }) => (text.kind === 'inline' ? Buffer.from(text.bytes).toString() : ''));
const subjects = (): (string | undefined)[] => texts().map((text) => /^Subject: (.*)\r$/m.exec(text)?.[1]);

const full = { about: 'mail files', from: 'MAIL', text: 'Mail files cannot be written: no space' };
const again = { about: 'mail files', from: 'MAIL', text: 'Mail files can be written again', isOver: true };

beforeEach(() => {
  clock = manualClock(Date.UTC(2026, 9, 7, 9));
  submitted = [];
  errors = [];
  kept = undefined;
  failure = undefined;
  delay = undefined;
  settings = wanted;
});

test('nobody is told where no address is set, neither then nor later', async () => {
  settings = { alarmDelayMs: wanted.alarmDelayMs, alarmRepeatMs: wanted.alarmRepeatMs };
  const alarms = await started();
  alarms.raise(full);
  await pass(HOUR_MS);
  settings = wanted;
  await pass(24 * HOUR_MS);
  expect([submitted, kept]).toEqual([[], undefined]);
});

test('what comes within some minutes is one mail, which nothing comes back for', async () => {
  const alarms = await started();
  alarms.raise(full);
  await pass(4 * MINUTE_MS);
  alarms.raise({ about: 'certificate', from: 'TCPIP$TLS', text: 'the certificate expires in 3 days' });
  expect(submitted).toEqual([]);
  await pass(MINUTE_MS);
  await pass(HOUR_MS);
  expect(submitted.map(({ envelope, userName }) => [envelope, userName])).toEqual([
    [{ reversePath: '', forwardPaths: ['ops@far.example'], body: '8BITMIME' }, 'OPCOM'],
  ]);
  const [text = ''] = texts();
  expect(subjects()).toEqual(['HEARTS: Mail files cannot be written: no space (and 1 more)']);
  expect(text).toMatch(/^From: OPCOM on HEARTS <postmaster@hearts\.example>\r$/m);
  expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(text).toContain(
    '\r\nMessage from user TCPIP$TLS on HEARTS\r\nthe certificate expires in 3 days\r\n',
  );
  expect(text).toContain('%%%%%%%%%%%  OPCOM');
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});

test('one that is about the same waits for hours, and is not forgotten', async () => {
  const alarms = await started();
  for (let count = 0; count < 48; count++) {
    alarms.raise({ ...full, text: `no space, ${count}` });
    await pass(5 * MINUTE_MS);
  }
  expect(subjects()).toEqual(['HEARTS: no space, 0']);
  await pass(HOUR_MS);
  expect(subjects()).toEqual(['HEARTS: no space, 0', 'HEARTS: no space, 47']);
  expect(texts()[1]).toContain('42 more about the same');
  await pass(24 * HOUR_MS);
  expect(submitted).toHaveLength(2);
});

test('the end is told at once, and a new beginning behind it after hours', async () => {
  const alarms = await started();
  alarms.raise(full);
  await pass(10 * MINUTE_MS);
  alarms.raise(again);
  await pass(10 * MINUTE_MS);
  alarms.raise(full);
  await pass(HOUR_MS);
  expect(subjects()).toEqual([
    'HEARTS: Mail files cannot be written: no space',
    'HEARTS: Mail files can be written again',
  ]);
  await pass(4 * HOUR_MS);
  expect(subjects()[2]).toBe('HEARTS: Mail files cannot be written: no space');
});

test('a node that is restarted again and again tells it once, and what was pending', async () => {
  for (let restart = 0; restart < 20; restart++) {
    const early = createAlarmMail();
    early.raise({ about: 'process QUEUE_MANAGER', from: 'JOB_CONTROL', text: 'it was restarted' });
    await started(early);
    await pass(restart < 2 ? 2 * MINUTE_MS : 6 * MINUTE_MS);
    early.stop();
  }
  expect(submitted).toHaveLength(1);
});

test('a process that ends while the queue has not taken it tells it after the next start, and what came meanwhile', async () => {
  const alarms = await started();
  alarms.raise(full);
  delay = new Promise(() => {});
  await pass(5 * MINUTE_MS);
  alarms.raise({ about: 'certificate', from: 'TCPIP$TLS', text: 'the certificate expires in 3 days' });
  await pass(MINUTE_MS);
  alarms.stop();
  delay = undefined;
  await started();
  await pass(5 * MINUTE_MS);
  expect(subjects()).toEqual(['HEARTS: the certificate expires in 3 days (and 1 more)']);
  expect(texts()[0]).toContain('Mail files cannot be written: no space');
  await pass(24 * HOUR_MS);
  expect(submitted).toHaveLength(1);
});

test('while the queue takes nothing it is kept, and said in the log; after a day it is dropped there', async () => {
  failure = new Error('%JBC-E-WRITEERR, error writing QMAN$MASTER.DAT');
  const alarms = await started();
  alarms.raise(full);
  await pass(5 * MINUTE_MS);
  alarms.raise({ ...full, text: 'still no space' });
  await pass(5 * MINUTE_MS);
  expect(errors).toHaveLength(2);
  expect(errors[0]).toContain('Mail files cannot be written: no space');
  failure = undefined;
  await pass(5 * MINUTE_MS);
  expect(subjects()).toEqual(['HEARTS: still no space']);
  expect(texts()[0]).toContain('Mail files cannot be written: no space');

  failure = new Error('no queue');
  alarms.raise({ about: 'certificate', from: 'TCPIP$TLS', text: 'the certificate has expired' });
  for (let passed = 0; passed < 30; passed += 0.25) await pass(HOUR_MS / 4);
  expect(errors.at(-1)).toMatch(/"waiting":\[\],"dropped":\["[^"]* the certificate has expired"\]/);
  failure = undefined;
  await pass(24 * HOUR_MS);
  expect(submitted).toHaveLength(1);
});

test('a clock that is set by days holds nothing back for longer', async () => {
  const alarms = await started();
  alarms.raise(full);
  await pass(10 * MINUTE_MS);
  clock.set(-10 * 24 * HOUR_MS);
  alarms.raise(full);
  await pass(10 * MINUTE_MS);
  expect(submitted).toHaveLength(2);
});

test('what strangers wrote into an alarm begins no field, and a local user is one of this host', async () => {
  settings = { ...wanted, alarmAddress: 'SMITH', substituteDomain: 'acme.example' };
  const alarms = await started();
  alarms.raise({ about: 'x', from: 'MAIL', text: 'evil\r\nBcc: a@b.example\u001b[2J é' });
  await pass(5 * MINUTE_MS);
  expect(submitted[0]?.envelope.forwardPaths).toEqual(['SMITH@hearts.example']);
  const [header = '', body = ''] = (texts()[0] ?? '').split('\r\n\r\n', 2);
  expect(header).toContain('\r\nFrom: OPCOM on HEARTS <postmaster@acme.example>\r\n');
  expect(header).not.toContain('Bcc');
  expect(body).not.toContain('\u001b');
});
