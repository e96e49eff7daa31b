import { describe, expect, it } from 'vitest';
import type { BatchJob } from '../ports/batch.ts';
import type { EntryInfo, QueueInfo } from '../ports/queue-manager.ts';
import { jobDetailLines, jobLines, jobQueueLine } from './job-display.ts';
import { queueDetailLines, queueLine, summaryLine } from './queue-display.ts';

const at = (text: string): number => new Date(text).getTime();

const marlow: EntryInfo = {
  entry: 828,
  jobName: '97020701511458_MARLOW',
  userName: 'MARLOW',
  queueName: 'TCPIP$SMTP_HEARTS_00',
  state: 'holdingUntil',
  sizeBlocks: 3,
  sizeBytes: 1300,
  submittedAt: at('1997-02-07T01:51:14.580'),
  after: at('1997-02-07T02:21:14.580'),
  priority: 100,
  reversePath: 'marlow@hearts.example',
  fileSpecification: '_HEARTS$DKA0:[MARLOW]97020701511458_MARLOW.TCPIP_HEARTS;1',
};

const generic: QueueInfo = {
  name: 'TCPIP$SMTP_HEARTS_00',
  kind: 'genericServer',
  state: 'idle',
  closed: false,
  nodeName: 'HEARTS',
  targets: ['TCPIP$SMTP_HEARTS_01'],
  jobLimit: 1,
  basePriority: 4,
  owner: 'SYSTEM',
  protection: 'S:M,O:D,G:R,W:S',
  retainOnError: false,
  counts: { pending: 0, executing: 0, holding: 0, timedRelease: 1, retained: 0 },
};
const { targets: _, ...rest } = generic;
const execution: QueueInfo = {
  ...rest,
  name: 'TCPIP$SMTP_HEARTS_01',
  kind: 'server',
  processor: 'TCPIP$SMTP_SYMBIONT',
  retainOnError: true,
};

describe('job lines', () => {
  it('puts a long job name on its own line', () => {
    expect([...jobLines(marlow, true), ...jobDetailLines(marlow)].join('\n')).toBe(
      `    828  97020701511458_MARLOW
                         MARLOW            3  Holding until  7-FEB-1997 02:21:14.58
         Submitted  7-FEB-1997 01:51:14.58 /FORM=DEFAULT /PRIORITY=100
         File: _HEARTS$DKA0:[MARLOW]97020701511458_MARLOW.TCPIP_HEARTS;1`,
    );
  });
  it.each([
    [{ state: 'executing' }, '   1234  TRIP_REPORT     JONES            98  Processing'],
    [{ state: 'pending' }, '   1234  TRIP_REPORT     JONES            98  Pending'],
    [{ state: 'holding' }, '   1234  TRIP_REPORT     JONES            98  Holding'],
    [{ state: 'aborting' }, '   1234  TRIP_REPORT     JONES            98  Aborting'],
    [{ state: 'retainedOnError' }, '   1234  TRIP_REPORT     JONES            98  Retained on error'],
    [
      { state: 'holdingUntil' },
      '   1234  TRIP_REPORT     JONES            98  Holding until  7-FEB-1997 02:21:14',
    ],
    [{ state: 'pending', entry: 1_234_567 }, '1234567  TRIP_REPORT     JONES            98  Pending'],
    [
      { state: 'pending', jobName: 'ABCDEFGHIJKLMNO' },
      '   1234  ABCDEFGHIJKLMNO JONES            98  Pending',
    ],
  ] as const)('%j', (change, want) => {
    const entry = {
      ...marlow,
      entry: 1234,
      jobName: 'TRIP_REPORT',
      userName: 'JONES',
      sizeBlocks: 98,
      ...change,
    };
    expect(jobLines(entry, false)).toEqual([want]);
  });
  it('shows the error of a retained job first', () => {
    const entry = { ...marlow, state: 'retainedOnError', errorText: '%SYSTEM-F-ABORT, abort' } as const;
    expect(jobDetailLines(entry)[0]).toBe('       %SYSTEM-F-ABORT, abort');
  });
  it('lets nothing of a job steer the terminal of an operator', () => {
    const text = 'a\x1b[2J\x9b2J\u202e';
    const batch: BatchJob = {
      files: [text],
      parameters: [text],
      logSpecification: text,
      keep: true,
      printQueue: text,
      notify: false,
      restart: false,
      retain: 'default',
      note: text,
      cli: text,
    };
    const print = { form: text, jobCount: 1, copies: 1, setup: [text], operatorText: text };
    for (const job of [batch, { ...batch, print, retain: 'always' } as const]) {
      const entry = {
        ...marlow,
        jobName: text,
        errorText: text,
        state: 'retainedOnError',
        batch: job,
      } as const;
      const lines = [...jobLines(entry, true), ...jobDetailLines(entry), jobQueueLine(entry, generic)];
      expect(lines.join('').match(/[\x00-\x1f\x7f-\x9f\u202e]/)).toBeNull();
    }
  });
  it('says where the job is', () => {
    expect(jobQueueLine(marlow, generic)).toBe('         On generic server queue TCPIP$SMTP_HEARTS_00');
    expect(jobQueueLine({ ...marlow, queueName: 'Q' }, { ...execution, state: 'stopped' })).toBe(
      '         On stopped server queue Q',
    );
  });
});

describe('queue lines', () => {
  it.each([
    [generic, 'Generic server queue TCPIP$SMTP_HEARTS_00'],
    [{ ...generic, state: 'stopped' }, 'Generic server queue TCPIP$SMTP_HEARTS_00, stopped'],
    [
      { ...generic, state: 'stopped', closed: true },
      'Generic server queue TCPIP$SMTP_HEARTS_00, closed, stopped',
    ],
    [execution, 'Server queue TCPIP$SMTP_HEARTS_01, idle, on HEARTS::, mounted form DEFAULT'],
    [
      { ...execution, state: 'busy' },
      'Server queue TCPIP$SMTP_HEARTS_01, busy, on HEARTS::, mounted form DEFAULT',
    ],
  ] as const)('%#', (queue, want) => expect(queueLine(queue)).toBe(want));

  it('lists the properties, wrapped', () => {
    expect(queueDetailLines(generic, 80)).toEqual([
      '    /GENERIC=(TCPIP$SMTP_HEARTS_01) /OWNER=[SYSTEM]',
      '    /PROTECTION=(S:M,O:D,G:R,W:S)',
    ]);
    expect(queueDetailLines(execution, 80)).toEqual([
      '    /BASE_PRIORITY=4 /DEFAULT=(FEED,FORM=DEFAULT) /OWNER=[SYSTEM]',
      '    /PROCESSOR=TCPIP$SMTP_SYMBIONT /PROTECTION=(S:M,O:D,G:R,W:S) /RETAIN=ERROR',
    ]);
  });
  it('sums up', () => expect(summaryLine(generic)).toBe('  Job summary:  1 timed release'));
});
