import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Condition } from '../../condition/index.ts';
import type { IndexedFileDefinition, KeyMatch, RecordStream } from '../../ports/record-stream.ts';
import { type HostFileSystem, hostFileSystem } from './host-file-system.ts';

let root: string;
let files: HostFileSystem;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'records-'));
  mkdirSync(join(root, 'JONES'));
  files = hostFileSystem({ root });
});
afterEach(() => {
  files.close();
  rmSync(root, { recursive: true });
});

const ident = async (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Condition ? error.ident : String(error)),
  );
async function rest(stream: Pick<RecordStream, 'read'>): Promise<string[]> {
  const records: string[] = [];
  for (let record = await stream.read(); record !== undefined; record = await stream.read())
    records.push(record);
  return records;
}

describe('a sequential file', () => {
  const name = 'DKA0:[JONES]A.TXT';
  const path = (): string => join(root, 'JONES', 'A.TXT');
  const stream = async (access: 'read' | 'append' | 'update', text: string): Promise<RecordStream> => {
    writeFileSync(path(), text);
    return files.openRecords(name, access);
  };

  it('replaces records of the same length, and goes on reading', async () => {
    const records = await stream('update', 'one\r\ntwö\nthree\n');
    expect(await records.read()).toBe('one');
    await records.update('ONE');
    expect(await ident(records.update('ONE'))).toBe('CUR');
    expect(await records.read()).toBe('twö');
    expect(await ident(records.update('two'))).toBe('RSZ');
    await records.update('4444');
    expect(await records.read()).toBe('three');
    await records.close();
    expect(readFileSync(path(), 'utf8')).toBe('ONE\r\n4444\nthree\n');
  });

  it('is read to the end it had when it was opened', async () => {
    const text = `${'a line\n'.repeat(20_000)}`;
    writeFileSync(path(), text);
    const records = await files.openRead(name);
    const bytes = await files.openBytes(name);
    await records.read();
    writeFileSync(path(), `${text}more\n`);
    expect((await rest(records)).length).toBe(19_999);
    let length = 0;
    for (let piece = await bytes.read(); piece !== undefined; piece = await bytes.read())
      length += piece.length;
    expect(length).toBe(text.length);
    await records.close();
    await bytes.close();
  });

  it('goes on for who shares it', async () => {
    const records = await stream('read', 'one\n');
    expect(await rest(records)).toEqual(['one']);
    appendFileSync(path(), 'two\n');
    expect(await rest(records)).toEqual(['two']);
    await records.close();
  });

  it('is written at its end only', async () => {
    const records = await stream('update', 'one\n');
    expect(await ident(records.update('x'))).toBe('CUR');
    expect(await ident(records.write('two'))).toBe('NEF');
    expect(await rest(records)).toEqual(['one']);
    await records.write('two');
    expect(await records.read()).toBe('two');
    await records.close();
    expect(readFileSync(path(), 'utf8')).toBe('one\ntwo\n');
  });

  it('allows what it was opened for, and has no keys', async () => {
    const reading = await stream('read', 'one\n');
    for (const work of [reading.write('x'), reading.update('x'), reading.remove()])
      expect(await ident(work)).toBe('FAC');
    expect(await ident(reading.readKey({ key: 'x', index: 0, match: 'EQ' }))).toBe('IOP');
    await reading.close();
    const appending = await stream('append', 'one\n');
    expect(await ident(appending.read())).toBe('FAC');
    await appending.write('two');
    await appending.close();
    expect(readFileSync(path(), 'utf8')).toBe('one\ntwo\n');
  });

  it('shows a reader at its end what others append', async () => {
    const reading = await stream('read', 'one\n');
    expect(await rest(reading)).toEqual(['one']);
    writeFileSync(path(), 'two\n', { flag: 'a' });
    expect(await rest(reading)).toEqual(['two']);
    await reading.close();
  });

  it('keeps to the length of fixed records', async () => {
    const writer = await files.create(name, { recordFormat: 'FIX', maximumRecord: 4 });
    await writer.write('abcd');
    expect(await ident(writer.write('abc'))).toBe('RSZ');
    expect(await ident(writer.write('x'.repeat(40_000)))).toBe('RSZ');
    await writer.close();
    expect(readFileSync(path(), 'utf8')).toBe('abcd\n');
  });

  it('reads what was written, in records of any size', async () => {
    const record = fc
      .array(fc.constantFrom('a', 'é', '€', '😀', '\t', ' '), { maxLength: 60 })
      .chain((parts) => fc.integer({ min: 1, max: 300 }).map((times) => parts.join('').repeat(times)));
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 20 }), async (records) => {
        const writer = await files.create(`${name};`);
        const wanted = records.filter((each) => Buffer.byteLength(each) <= 32_767);
        for (const each of wanted) await writer.write(each);
        await writer.close();
        const reader = await files.openRead(writer.specification);
        expect(await rest(reader)).toEqual(wanted);
        await reader.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('an indexed file', () => {
  const name = 'DKA0:[JONES]C.DAT';
  const definition: IndexedFileDefinition = {
    keys: [
      { segments: [{ position: 0, size: 3 }], duplicates: false, changes: false, descending: false },
      { segments: [{ position: 3, size: 2 }], duplicates: true, changes: true, descending: false },
      {
        segments: [
          { position: 4, size: 1 },
          { position: 0, size: 1 },
        ],
        duplicates: true,
        changes: false,
        descending: true,
      },
    ],
  };
  const people = ['003BBx', '001AAy', '002AAz', '004BA'];

  beforeEach(async () => {
    await files.createIndexed(name, definition);
    const records = await files.openRecords(name, 'append');
    for (const each of people) await records.write(each);
    await records.close();
  });
  const open = (): Promise<RecordStream> => files.openRecords(name, 'update');

  it('is read in the order of its keys', async () => {
    const records = await open();
    expect(await rest(records)).toEqual(['001AAy', '002AAz', '003BBx', '004BA']);
    expect(await records.readKey({ key: 'AA', index: 1, match: 'EQ' })).toBe('001AAy');
    expect(await rest(records)).toEqual(['002AAz', '004BA', '003BBx']);
    expect(await records.readKey({ key: 'Z', index: 2, match: 'GE' })).toBe('003BBx');
    expect(await rest(records)).toEqual(['001AAy', '002AAz', '004BA']);
    await records.close();
  });

  it.each<[string, number, KeyMatch, string]>([
    ['002', 0, 'EQ', '002AAz'],
    ['00', 0, 'EQ', '001AAy'],
    ['002', 0, 'GT', '003BBx'],
    ['00', 0, 'GT', 'RNF'],
    ['005', 0, 'EQ', 'RNF'],
    ['0', 0, 'LE', '004BA'],
    ['003', 0, 'LT', '002AAz'],
    ['001', 0, 'LT', 'RNF'],
    ['B', 1, 'GE', '004BA'],
    ['AB', 1, 'GE', '004BA'],
    ['BA', 1, 'LT', '002AAz'],
    ['A', 2, 'GT', 'RNF'],
    ['B', 2, 'GT', '001AAy'],
    ['A', 2, 'LE', '004BA'],
    ['B', 2, 'LT', 'RNF'],
    ['1', 3, 'EQ', 'KRF'],
    ['0011', 0, 'EQ', 'KSZ'],
    ['', 0, 'EQ', 'KSZ'],
  ])('READ/KEY=%s/INDEX=%i/MATCH=%s is %s', async (key, index, match, want) => {
    const records = await open();
    const found = records.readKey({ key, index, match });
    expect(want.length === 3 ? await ident(found) : await found).toBe(want);
    await records.close();
  });

  it('replaces and deletes the record read last', async () => {
    const records = await open();
    expect(await ident(records.update('x'))).toBe('CUR');
    expect(await ident(records.remove())).toBe('CUR');
    await records.readKey({ key: '002', index: 0, match: 'EQ' });
    expect(await ident(records.update('005AAz'))).toBe('CHG');
    expect(await ident(records.update('002AZz'))).toBe('CHG');
    expect(await ident(records.update('00'))).toBe('RSZ');
    await records.update('002BAzz');
    await records.readKey({ key: '001', index: 0, match: 'EQ' });
    await records.remove();
    expect(await records.readKey({ key: 'B', index: 1, match: 'EQ' })).toBe('004BA');
    expect(await rest(records)).toEqual(['002BAzz', '003BBx']);
    await records.close();
  });

  it('has no two records with a key that allows none', async () => {
    const records = await open();
    expect(await ident(records.write('001XX'))).toBe('DUP');
    expect(await ident(records.write('00'))).toBe('RSZ');
    // Without the alternate keys: the record is not in their order.
    await records.write('000');
    await records.close();
    const reader = await files.openRead(name);
    expect(await rest(reader)).toHaveLength(5);
    await reader.close();
    const again = await open();
    expect(await again.readKey({ key: 'A', index: 1, match: 'GE' })).toBe('001AAy');
    expect((await rest(again)).length).toBe(3);
    await again.close();
  });

  it('is shared by streams, and found again by another file system', async () => {
    const one = await open();
    const other = await open();
    await one.write('009ZZ');
    expect(await other.readKey({ key: '009', index: 0, match: 'EQ' })).toBe('009ZZ');
    await one.close();
    await other.close();
    const elsewhere = hostFileSystem({ root });
    const records = await elsewhere.openRecords(name, 'read');
    expect((await rest(records)).at(-1)).toBe('009ZZ');
    await records.close();
    elsewhere.close();
  });

  it('keeps its records when it is renamed or gets a higher version while it is open', async () => {
    const records = await open();
    await files.createIndexed(name, definition);
    await records.write('010AA');
    await files.rename('DKA0:[JONES]C.DAT;1', 'DKA0:[JONES]D.DAT');
    await records.write('011AA');
    await records.close();
    const renamed = await files.openRecords('DKA0:[JONES]D.DAT', 'read');
    expect((await rest(renamed)).slice(-2)).toEqual(['010AA', '011AA']);
    expect(renamed.definition).toEqual(definition);
    await renamed.close();
    expect((await files.lookup('DKA0:[JONES]D.DAT')).organization).toBe('IDX');
    expect(
      (await files.search('DKA0:[000000...]*.*;*')).map((each) => each.specification),
    ).not.toContainEqual(expect.stringContaining('INDEXED'));
  });

  it('leaves nothing behind when it is deleted', async () => {
    await files.remove('DKA0:[JONES]C.DAT;1');
    await files.createIndexed('DKA0:[JONES]E.DAT', definition);
    expect(readdirSync(join(root, '.INDEXED;'))).toHaveLength(1);
    expect(await ident(files.lookup('DKA0:[^.INDEXED^;]1.'))).toBe('FNM');
  });

  it('is as a map sorted by its key, whatever is done', async () => {
    const action = fc.record({
      what: fc.constantFrom('write', 'update', 'remove', 'find'),
      key: fc.constantFrom('AAA', 'AAB', 'ABC', 'B  ', 'é12', 'zzz'),
      text: fc.string({ maxLength: 5 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        run += 1;
        const file = await files.createIndexed(`DKA0:[JONES]P${run}.DAT`, { keys: [definition.keys[0]!] });
        const records = await files.openRecords(file, 'update');
        const model = new Map<string, string>();
        for (const { what, key, text } of actions) {
          const find = (): Promise<string> => ident(records.readKey({ key, index: 0, match: 'EQ' }));
          if (what === 'write') {
            expect(await ident(records.write(key + text))).toBe(model.has(key) ? 'DUP' : 'nothing');
            if (!model.has(key)) model.set(key, key + text);
          } else {
            expect(await find()).toBe(model.has(key) ? 'nothing' : 'RNF');
            if (!model.has(key)) continue;
            if (what === 'update') {
              await records.update(key + text);
              model.set(key, key + text);
            } else if (what === 'remove') {
              await records.remove();
              model.delete(key);
            }
          }
        }
        await records.close();
        const reader = await files.openRead(file);
        const wanted = [...model].sort(([one], [other]) =>
          Buffer.compare(Buffer.from(one), Buffer.from(other)),
        );
        expect(await rest(reader)).toEqual(wanted.map(([, text]) => text));
        await reader.close();
      }),
      { numRuns: 15 },
    );
  });
});
