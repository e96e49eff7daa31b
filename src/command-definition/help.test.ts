import { describe, expect, it } from 'vitest';
import type { CommandTable } from './definition.ts';
import { helpText, helpTopics } from './help.ts';

const tables: readonly CommandTable[] = [
  {
    name: 'TEST',
    verbs: [
      {
        name: 'SHOW QUEUE',
        summary: 'displays queues',
        parameters: [{ label: 'QUEUE_NAME', value: { list: true }, summary: 'queues to show' }],
        qualifiers: {
          ALL_JOBS: { summary: 'every job' },
          BY_JOB_STATUS: { negatable: false, value: { list: true, keywords: { HOLDING: {}, PENDING: {} } } },
        },
      },
      { name: 'SHOW ENTRY', summary: 'displays entries' },
      { name: 'DELETE', summary: 'deletes files', parameters: [{ label: 'FILE', required: true }] },
      { name: 'DELETE/ENTRY', summary: 'deletes entries', privilege: 'OPER' },
    ],
  },
  { name: 'MORE', verbs: ['A_LONG_TOPIC_NAME', 'COPY', 'TYPE'].map((name) => ({ name, summary: '' })) },
];

describe('topics', () => {
  it('nobody wrote about', () => {
    expect(helpText(tables, ['show', 'nothing'])).toEqual([
      '',
      '  Sorry, no documentation on SHOW NOTHING',
      '',
    ]);
  });
  it('in columns of eleven', () => {
    expect(helpTopics(tables)).toEqual(['A_LONG_TOPIC_NAME', 'COPY', 'DELETE', 'SHOW', 'TYPE']);
    expect(helpText(tables)).toEqual([
      '',
      '  Information available:',
      '',
      '  A_LONG_TOPIC_NAME     COPY       DELETE     SHOW       TYPE',
      '',
    ]);
  });
});

it('the page of a verb', () => {
  expect(helpText(tables, ['sho', 'que'])).toEqual([
    '',
    'SHOW',
    '',
    '  QUEUE',
    '',
    '    Displays queues.',
    '',
    '    Format',
    '',
    '      SHOW QUEUE [queue-name[,...]]',
    '',
    '    Parameters',
    '',
    '      queue-name',
    '        Queues to show.',
    '',
    '    Qualifiers',
    '',
    '      /[NO]ALL_JOBS',
    '        Every job.',
    '',
    '      /BY_JOB_STATUS[=(HOLDING|PENDING[,...])]',
    '',
  ]);
});

it('subtopics: words, and qualifiers that choose a syntax', () => {
  expect(helpText(tables, ['SHOW'])).toEqual([
    '',
    'SHOW',
    '',
    '  Additional information available:',
    '',
    '  ENTRY      QUEUE',
    '',
  ]);
  expect(helpText(tables, ['DELETE/ENT'])).toContain('    Requires OPER privilege.');
  expect(helpText(tables, ['DELETE']).slice(-3)).toEqual(['', '  /ENTRY', '']);
});
