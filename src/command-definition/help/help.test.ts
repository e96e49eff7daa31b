import { describe, expect, it } from 'vitest';
import type { CommandTable } from '../definition.ts';
import { findTopics, helpPage, parseHelpSource, tableTopics, topicWords } from './index.ts';

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
      { name: 'SHOW ENTRY', synonyms: ['SHOW JOB'], summary: 'displays entries' },
      { name: 'DELETE', summary: 'deletes files', parameters: [{ label: 'FILE', required: true }] },
      { name: 'DELETE/ENTRY', summary: 'deletes entries', privilege: 'OPER' },
    ],
  },
  {
    name: 'MORE',
    verbs: ['A_LONG_TOPIC_NAME', 'COPY', 'DELETE', 'TYPE'].map((name) => ({ name, summary: '' })),
  },
];
const library = { name: '', lines: [], subtopics: tableTopics(tables) };
const found = (text: string) => findTopics({ path: [], topic: library }, topicWords(text));
const page = (text: string): readonly string[] => found(text).flatMap((each) => helpPage(each, 80));

describe('topics', () => {
  it.each([
    ['nothing', []],
    ['show nothing', []],
    ['SHOW QUEUE /X', []],
    ['sho que', ['SHOW QUEUE']],
    ['S*', ['SHOW']],
    ['*Y', ['COPY']],
    ['%OPY', ['COPY']],
    ['S.*', []],
    [
      'SHOW...',
      [
        'SHOW',
        'SHOW ENTRY',
        'SHOW JOB',
        'SHOW QUEUE',
        'SHOW QUEUE Parameters',
        'SHOW QUEUE /ALL_JOBS',
        'SHOW QUEUE /BY_JOB_STATUS',
      ],
    ],
    ['SHOW ENTRY ...', ['SHOW ENTRY']],
    ['SHOW *', ['SHOW ENTRY', 'SHOW JOB', 'SHOW QUEUE']],
    ['DELETE', ['DELETE']],
    ['DEL/ENT', ['DELETE /ENTRY']],
    ['DELETE /ENTRY', ['DELETE /ENTRY']],
    ['DELETE P', ['DELETE Parameters']],
    ['SHOW QUEUE /ALL', ['SHOW QUEUE /ALL_JOBS']],
    ['long', []],
    ['A', ['A_LONG_TOPIC_NAME']],
  ])('HELP %s', (text, want) => expect(found(text).map(({ path }) => path.join(' '))).toEqual(want));

  it('are listed in columns of eleven', () => {
    expect(page('')).toEqual([
      '',
      '  Information available:',
      '',
      '  A_LONG_TOPIC_NAME     COPY       DELETE     SHOW       TYPE',
      '',
    ]);
  });

  it('may share one', () => {
    const group = { name: 'SHOW-ALL', words: ['SHOW'], lines: ['Displays.'] };
    const topics = tableTopics(tables, [group]);
    expect(topics.map(({ name }) => name)).toEqual([
      'A_LONG_TOPIC_NAME',
      'COPY',
      'DELETE',
      'SHOW-ALL',
      'TYPE',
    ]);
    const shared = { path: [], topic: { name: '', lines: [], subtopics: topics } };
    expect(findTopics(shared, ['SHOW', 'QUE']).map(({ path }) => path)).toEqual([['SHOW-ALL', 'SHOW QUEUE']]);
  });
});

describe('a library in source form', () => {
  const source = parseHelpSource([
    ' text of nobody',
    '1 SHOW',
    ' Shows things.',
    '! a comment',
    '2 QUEUE',
    '',
    ' Shows queues.',
    '',
    '   SHOW QUEUE X',
    '',
    '/ALL_JOBS',
    ' Also those of others.',
    '3 Parameters',
    'queue-name',
    '  A queue.',
    '3 Examples',
    ' $ SHOW QUEUE',
    '1 Hints',
    ' Ask.',
    '1 COMMON_QUALIFIERS',
    '/BY_JOB_STATUS',
    ' In this state.',
  ]);
  const topics = tableTopics(tables, [], source);
  const merged = (text: string): readonly string[] =>
    findTopics({ path: [], topic: { name: '', lines: [], subtopics: topics } }, topicWords(text)).flatMap(
      (each) => helpPage(each, 80),
    );

  it('has topics of the levels its digits say', () => {
    expect(source.map(({ name }) => name)).toEqual(['SHOW', 'Hints', 'COMMON_QUALIFIERS']);
    expect(source[0]?.subtopics[0]?.lines).toEqual(['Shows queues.', '', '  SHOW QUEUE X']);
    expect(source[0]?.subtopics[0]?.subtopics.map(({ name }) => name)).toEqual([
      '/ALL_JOBS',
      'Parameters',
      'Examples',
    ]);
  });

  it('says what a command does; the table says how it is written', () => {
    expect(merged('SHOW QUEUE').slice(5)).toEqual([
      '    Shows queues.',
      '',
      '      SHOW QUEUE X',
      '',
      '    Format',
      '',
      '      SHOW QUEUE [queue-name[,...]]',
      '',
      '    Additional information available:',
      '',
      '    Parameters /ALL_JOBS  /BY_JOB_STATUS        Examples',
      '',
    ]);
    expect(merged('SHOW QUEUE /ALL').slice(7)).toEqual([
      '      /[NO]ALL_JOBS',
      '',
      '        Also those of others.',
      '',
    ]);
    expect(merged('SHOW QUEUE /BY')).toContain('        In this state.');
    expect(merged('SHOW QUEUE PARAM')).toContain('       A queue.');
    expect(merged('SHOW ENTRY')).toContain('    Displays entries.');
  });

  it('may have topics of its own', () => expect(merged('HINTS')).toContain('  Ask.'));
});

describe('the page', () => {
  it('of a verb', () => {
    expect(page('SHOW QUEUE')).toEqual([
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
      '    Additional information available:',
      '',
      '    Parameters /ALL_JOBS  /BY_JOB_STATUS',
      '',
    ]);
  });
  it('of a qualifier', () => {
    expect(page('SHOW QUEUE/BY').slice(5)).toEqual([
      '    /BY_JOB_STATUS',
      '',
      '      /BY_JOB_STATUS[=(HOLDING|PENDING[,...])]',
      '',
    ]);
  });
  it('of another name, and of a verb that needs a privilege', () => {
    expect(page('SHOW JOB')).toContain('    Another name of SHOW ENTRY.');
    expect(page('DELETE/ENTRY')).toContain('    Requires OPER privilege.');
  });
  it('of a word that is no command alone', () => {
    expect(page('SHOW').slice(3)).toEqual([
      '  Information available:',
      '',
      '  ENTRY      JOB        QUEUE',
      '',
    ]);
  });
});
