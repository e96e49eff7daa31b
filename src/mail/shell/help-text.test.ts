import { expect, it } from 'vitest';
import { helpTopics, matchTopics } from './help-text.ts';
import { createMailTable } from './mail-table.ts';

const topics = helpTopics(createMailTable());

it('every verb has a topic, its synonyms too', () => {
  const names = topics.map((topic) => topic.name);
  for (const verb of createMailTable().verbs) {
    for (const name of [verb.name, ...(verb.synonyms ?? [])]) {
      const found = /^(SET|SHOW) /.test(name)
        ? topics.find((topic) => topic.name === 'SET-SHOW')?.subtopics.map((each) => each.name)
        : names;
      expect(found).toContain(name);
    }
  }
});

it.each([
  ['SEN', ['SEND']],
  ['SHOW', ['SET-SHOW']],
  ['MA', ['MAIL', 'MARK']],
  ['MAIL', ['MAIL']],
  ['XYZZY', []],
])('HELP %s', (typed, want) => expect(matchTopics(topics, typed).map((topic) => topic.name)).toEqual(want));

it('finds a setting below SET-SHOW', () => {
  const [setShow] = matchTopics(topics, 'SET');
  expect(matchTopics(setShow?.subtopics ?? [], 'PERS').map((topic) => topic.name)).toEqual([
    'SET PERSONAL_NAME',
    'SHOW PERSONAL_NAME',
  ]);
});
