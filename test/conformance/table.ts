/** The table of all cases as a page: what each server was found to do, and who is right where they differ. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCases, type Case } from './case-file.ts';

export interface Result {
  readonly subject: Case;
  readonly kind: 'same' | 'differs' | 'known' | 'note is stale' | 'not asked';
  readonly detail: string;
}

const names: Readonly<Record<string, string>> = { ours: 'vmsmail', postfix: 'Postfix', exim: 'Exim' };
const marks: Readonly<Record<Result['kind'], string>> = {
  same: 'yes',
  differs: '**no**',
  known: 'no',
  'note is stale': 'yes',
  'not asked': '–',
};

const file = join(import.meta.dirname, '../../docs/conformance.md');

/** @param all  results by server */
export function writeTable(all: ReadonlyMap<string, readonly Result[]>): void {
  const servers = [...all.keys()];
  const by = new Map(
    servers.map((name) => [name, new Map(all.get(name)!.map((each) => [each.subject.id, each]))]),
  );
  const lines = [
    '# Conformance',
    '',
    'What the RFCs ask for, rule by rule, and what servers do. Made by `npm run conformance -- --table` from the dialogues in',
    '`test/conformance/cases/`; a row is a dialogue that was held with each server. “–”: it was not asked, as it does not offer',
    'what the rule is about, or the set-up has no means to see it.',
    '',
  ];
  for (const document of [...new Set(allCases().map((each) => each.document))]) {
    const cases = allCases().filter((each) => each.document === document);
    lines.push(
      `## ${document}`,
      '',
      `| §/case | | rule | ${servers.map((each) => names[each] ?? each).join(' | ')} | who is right |`,
    );
    lines.push(`|${'---|'.repeat(4 + servers.length)}`);
    for (const subject of cases) {
      const cells = servers.map((name) => {
        const result = by.get(name)!.get(subject.id);
        return result === undefined ? '–' : marks[result.kind];
      });
      const notes = servers
        .filter((name) => by.get(name)!.get(subject.id)?.kind === 'known')
        .map((name) => `${names[name] ?? name}: ${subject.notes.get(name)}`);
      const row = [subject.id.split(' ')[1]!, subject.level, subject.rule, ...cells, notes.join('. ')];
      lines.push(`| ${row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '\\<')).join(' | ')} |`);
    }
    lines.push('');
  }
  writeFileSync(file, lines.join('\n'));
}
