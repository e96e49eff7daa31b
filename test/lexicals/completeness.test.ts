/** Lexical functions against the list of items.txt: nothing of the reference is missing, nothing is there that no manual has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceItems } from '../../src/dcl/lexical/device-items.ts';
import { fileItems } from '../../src/dcl/lexical/file-items.ts';
import * as bits from '../../src/dcl/lexical/getqui/bits.ts';
import { createQueueLexicals } from '../../src/dcl/lexical/getqui/index.ts';
import { isKnownItem } from '../../src/dcl/lexical/getqui/items.ts';
import { fileItems as jobFileItems, jobItems } from '../../src/dcl/lexical/getqui/job-items.ts';
import { queueItems } from '../../src/dcl/lexical/getqui/queue-items.ts';
import { quiRequest } from '../../src/dcl/lexical/getqui/request.ts';
import { coreLexicals } from '../../src/dcl/lexical/index.ts';
import { processItems } from '../../src/dcl/lexical/process-items.ts';
import { systemItems } from '../../src/dcl/lexical/system-items.ts';
import { type Fixture, openSession } from '../../src/dcl/testing/session-fixture.ts';

/** Words by the title they stand under. */
const sections = new Map<string, string[]>();
for (const line of readFileSync(join(import.meta.dirname, 'items.txt'), 'utf8').split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  if (!line.startsWith(' ')) sections.set(line, []);
  else [...sections.values()].at(-1)!.push(...line.trim().split(' '));
}
const words = (title: string): readonly string[] => {
  const found = sections.get(title);
  if (found === undefined) throw new Error(`items.txt has no "${title}"`);
  return found;
};
/** `ACCOUNT:s` of both lists. */
const items = (name: string): readonly { readonly item: string; readonly kind: string }[] =>
  [...words(`${name} reference`), ...(sections.get(`${name} dictionary`) ?? [])].map((each) => {
    const [item = '', kind = ''] = each.split(':');
    return { item, kind };
  });
const sorted = (names: Iterable<string>): readonly string[] => [...names].sort();

const queueLexicals = createQueueLexicals({
  queueManager: async () => {
    throw new Error('nobody asks for queues here');
  },
});

describe('tables', () => {
  it('has every function, and no other', () => {
    const known = [...coreLexicals.flat(), ...queueLexicals].map(({ name }) => name);
    expect(sorted(known)).toEqual(
      sorted([...words('functions'), ...words('functions of the DCL Dictionary')]),
    );
  });

  it.each([
    ['F$GETJPI', processItems],
    ['F$GETSYI', systemItems],
    ['F$FILE_ATTRIBUTES', fileItems],
    // Not in the table: it is all that can be asked of a device that is not there.
    ['F$GETDVI', { ...deviceItems, EXISTS: undefined }],
  ])('%s has every item, and no other', (name, table) => {
    expect(sorted(Object.keys(table))).toEqual(sorted(items(name).map(({ item }) => item)));
  });

  it.each([
    ['job', jobItems],
    ['queue', queueItems],
    ['file', jobFileItems],
  ])('F$GETQUI has every item of a %s', (kind, table) => {
    expect(words(`F$GETQUI ${kind} items`).filter((item) => !Object.hasOwn(table, item))).toEqual([]);
  });

  it.each(['form', 'characteristic', 'manager'])('F$GETQUI has every item of a %s', (kind) => {
    expect(words(`F$GETQUI ${kind} items`).filter((item) => !isKnownItem(item))).toEqual([]);
  });

  it('F$GETQUI has a boolean for each bit', () => {
    const names = (prefix: string, title: string) =>
      words(`bits of ${title}`).map((each) => `${prefix}_${each.split('=')[0]}`);
    const missing = [
      ...[...names('QUEUE', 'queue status'), ...names('QUEUE', 'queue flags')].filter(
        (each) => !Object.hasOwn(queueItems, each),
      ),
      ...[...names('JOB', 'job status'), ...names('JOB', 'job flags')].filter(
        (each) => !Object.hasOwn(jobItems, each),
      ),
      ...names('PEND', 'pending reasons').filter((each) => !Object.hasOwn(jobItems, each)),
      ...[...names('FILE', 'file flags'), ...names('FILE', 'file status')].filter(
        (each) => !Object.hasOwn(jobFileItems, each),
      ),
    ];
    expect(missing).toEqual([]);
  });

  it.each([
    ['job status', bits.jobStatusBits],
    ['queue status', bits.queueStatusBits],
    ['queue flags', bits.queueFlagBits],
    ['pending reasons', bits.pendingReasonBits],
    ['job flags', bits.jobFlagBits],
    ['file flags', bits.fileFlagBits],
    ['file status', bits.fileStatusBits],
    ['form flags', bits.formFlagBits],
  ])('the bits of %s are those of the header', (title, table) => {
    expect(sorted(Object.entries(table).map(([name, bit]) => `${name}=${bit}`))).toEqual(
      sorted(words(`bits of ${title}`)),
    );
  });
});

describe('in a session', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openSession({
      lexicals: queueLexicals,
      files: { 'DKA0:[JONES]A.TXT;1': 'text' },
    });
  });
  afterAll(() => fixture.session.close());

  /** The value as SHOW SYMBOL shows it, or the message. */
  async function answer(call: string): Promise<string> {
    const { session, lines } = fixture;
    lines.length = 0;
    await session.execute(`VALUE = ${call}`);
    if (lines.length === 0) await session.execute('SHOW SYMBOL VALUE');
    return lines.join('\n');
  }

  const kinds: Readonly<Record<string, RegExp>> = {
    n: / = -?\d+ +Hex/,
    s: / = "/,
    b: / = "(TRUE|FALSE)"$/,
    t: / = "([ \d]\d-[A-Z]{3}-\d{4} \d\d:\d\d:\d\d\.\d\d)?"$/,
  };
  /** Items whose value is not of its kind, with what came instead. */
  async function wrong(name: string, call: (item: string) => string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { item, kind } of items(name)) {
      const value = await answer(call(item));
      if (!kinds[kind]!.test(value)) found.push(`${item} ${value}`);
    }
    return found;
  }
  /** Keywords that are refused. */
  async function refused(
    keywords: readonly string[],
    call: (word: string) => string,
  ): Promise<readonly string[]> {
    const found: string[] = [];
    for (const word of keywords) if ((await answer(call(word))).startsWith('%')) found.push(word);
    return found;
  }

  it.each<readonly [string, (item: string) => string]>([
    ['F$GETJPI', (item) => `F$GETJPI("","${item}")`],
    ['F$GETSYI', (item) => `F$GETSYI("${item}")`],
    ['F$GETDVI', (item) => `F$GETDVI("NLA0:","${item}")`],
    ['F$FILE_ATTRIBUTES', (item) => `F$FILE_ATTRIBUTES("A.TXT","${item}")`],
    ['F$ENVIRONMENT', (item) => `F$ENVIRONMENT("${item}")`],
    ['F$TRNLNM', (item) => `F$TRNLNM("SYS$LOGIN",,,,,"${item}")`],
  ])('%s answers for each item', async (name, call) => {
    expect(await wrong(name, call)).toEqual([]);
    expect(await answer(call('NO_SUCH_ITEM'))).toMatch(/^%DCL-W-IVKEYW, .*\n \\NO_SUCH_ITEM\\$/);
    // An item stands alone: what abbreviates it is another word.
    expect(await answer(call(`${items(name)[0]!.item}X`))).toMatch(/^%DCL-W-IVKEYW/);
  });

  it.each<readonly [string, (word: string) => string]>([
    ['F$TRNLNM modes', (word) => `F$TRNLNM("SYS$LOGIN",,,"${word}")`],
    ['F$TRNLNM cases', (word) => `F$TRNLNM("SYS$LOGIN",,,,"${word}")`],
    ['F$EDIT edits', (word) => `F$EDIT("a","${word}")`],
    ['F$CVTIME formats', (word) => `F$CVTIME("","${word}")`],
    ['F$CVTIME fields', (word) => `F$CVTIME("",,"${word}")`],
    ['F$CVTIME fields', (word) => `F$CVTIME("","ABSOLUTE","${word}")`],
    ['F$PARSE fields', (word) => `F$PARSE("A",,,"${word}")`],
    ['F$PARSE types', (word) => `F$PARSE("A",,,,"${word}")`],
    ['F$DELTA_TIME formats', (word) => `F$DELTA_TIME("TODAY","TOMORROW","${word}")`],
    ['F$MESSAGE components', (word) => `F$MESSAGE(1,"${word}")`],
    ['F$IDENTIFIER conversions', (word) => `F$IDENTIFIER("1","${word}")`],
    ['F$DEVICE classes', (word) => `F$DEVICE(,"${word}")`],
    ['F$CONTEXT items', (word) => `F$CONTEXT("PROCESS",CTX,"${word}","OPER","EQL")`],
    ['F$CONTEXT comparisons', (word) => `F$CONTEXT("PROCESS",CTX,"MEM","1","${word}")`],
  ])('%s are all there', async (title, call) => {
    await fixture.session.execute('CTX = ""');
    expect(await refused(words(title), call)).toEqual([]);
    expect(await answer(call('NO_SUCH_WORD'))).toMatch(/^%DCL-W-IVKEYW/);
  });

  it.each(['functions', 'flags'])('F$GETQUI takes all its %s', (title) => {
    const request = (word: string) =>
      title === 'flags'
        ? quiRequest(['DISPLAY_QUEUE', 'QUEUE_NAME', '*', word])
        : quiRequest([word, 'QUEUE_NAME', '*']);
    for (const word of words(`F$GETQUI ${title}`)) expect(request(word)).toBeDefined();
    expect(() => request('NO_SUCH_WORD')).toThrow(/IVKEYW/);
  });

  it('F$CVTIME refuses with DELTA what a delta time has not', async () => {
    const has = words('F$CVTIME fields').filter(
      (each) => !words('F$CVTIME fields refused with DELTA').includes(each),
    );
    const call = (word: string): string => `F$CVTIME("1-","DELTA","${word}")`;
    expect(await refused(words('F$CVTIME fields'), call)).toEqual(
      words('F$CVTIME fields').filter((each) => !has.includes(each)),
    );
  });

  it('F$FAO has every directive, and no other', async () => {
    const call = (directive: string): string => `F$FAO("!${directive}",1)`;
    expect(await refused(words('F$FAO directives'), call)).toEqual([]);
    const others = words('F$FAO directives refused');
    expect(await refused(others, call)).toEqual(others);
  });
});

describe('arguments', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openSession({ lexicals: queueLexicals });
  });
  afterAll(() => fixture.session.close());

  it.each([...coreLexicals.flat(), ...queueLexicals].map((each) => [each.name, each] as const))(
    '%s: too few, too many',
    async (name, { minimum, maximum, symbolArguments = [] }) => {
      const { session, lines } = fixture;
      lines.length = 0;
      const given = (count: number): string =>
        Array.from({ length: count }, (_, index) => (symbolArguments.includes(index) ? 'SYM' : '""')).join();
      if (minimum > 0) await session.execute(`X = ${name}(${given(minimum - 1)})`);
      expect(lines).toEqual(
        minimum > 0 ? ['%DCL-W-ARGREQ, missing argument - supply all required arguments'] : [],
      );
      lines.length = 0;
      await session.execute(`X = ${name}(${given(maximum + 1)})`);
      expect(lines).toEqual(['%DCL-W-SYMDEL, invalid symbol or value delimiter - check command syntax']);
    },
  );
});
