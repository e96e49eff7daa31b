/** Records of an indexed file, one after the other in the order of a key, or by their keys. Source: dcl.md §10.2. */
import { RMS, signal } from '../../../condition/index.ts';
import type { RecordReader, RecordWriter } from '../../../ports/file-system.ts';
import type {
  IndexedFileDefinition,
  KeyDefinition,
  KeyedRead,
  KeyMatch,
  RecordAccess,
  RecordStream,
} from '../../../ports/record-stream.ts';
import type { IndexedDatabase } from './indexed-database.ts';
import { keyOf, keySize } from './keys.ts';

/** Longest record RMS has in an indexed file. */
const LONGEST_RECORD = 32_224;

interface Entry {
  readonly value: string;
  readonly arrival: number;
  readonly record: number;
}

export class IndexedStream implements RecordStream, RecordReader, RecordWriter {
  readonly specification: string;
  readonly organization = 'IDX';
  readonly definition: IndexedFileDefinition;
  readonly #database: IndexedDatabase;
  readonly #access: RecordAccess;
  readonly #onClose: (isChanged: boolean) => void | Promise<void>;
  #keyOfReference = 0;
  /** Behind which entry reading goes on; undefined: at the first. */
  #position: Entry | undefined;
  /** Number of the record read last. */
  #current: number | undefined;
  #isChanged = false;

  /** @param onClose  called once; it is told whether something was written */
  constructor(
    specification: string,
    database: IndexedDatabase,
    access: RecordAccess,
    onClose: (isChanged: boolean) => void | Promise<void>,
  ) {
    this.specification = specification;
    this.definition = database.definition;
    this.#database = database;
    this.#access = access;
    this.#onClose = onClose;
  }

  get currentRecord(): number | undefined {
    return this.#current;
  }

  async read(): Promise<string | undefined> {
    if (this.#access === 'append') signal(RMS.FAC);
    const position = this.#position;
    const [beyond, order] = this.#key().descending ? ['<', 'DESC'] : ['>', 'ASC'];
    const entry =
      position === undefined
        ? this.#entry(`ORDER BY value ${order}, arrival LIMIT 1`)
        : (this.#entry(
            'AND value = ? AND arrival > ? ORDER BY arrival LIMIT 1',
            position.value,
            position.arrival,
          ) ?? this.#entry(`AND value ${beyond} ? ORDER BY value ${order}, arrival LIMIT 1`, position.value));
    if (entry === undefined) {
      this.#current = undefined;
      return undefined;
    }
    return this.#goTo(entry);
  }

  async readKey({ key, index, match }: KeyedRead): Promise<string> {
    if (this.#access === 'append') signal(RMS.FAC);
    const reference = index ?? this.#keyOfReference;
    const definition = this.definition.keys[reference] ?? signal(RMS.KRF);
    if (key.length === 0 || key.length > keySize(definition)) signal(RMS.KSZ);
    this.#keyOfReference = reference;
    this.#current = undefined;
    const entry = this.#find(key, match, definition) ?? signal(RMS.RNF);
    return this.#goTo(entry);
  }

  async write(record: string): Promise<void> {
    if (this.#access === 'read') signal(RMS.FAC);
    const values = this.#valuesOf(record);
    this.#isChanged = true;
    this.#current = undefined;
    this.#database.change((run) => {
      const number = run('INSERT INTO record (text) VALUES (?)', record);
      for (const [key, value] of values) this.#addEntry(run, key, value, number);
    });
  }

  async writeBytes(): Promise<void> {
    // An indexed file has no bytes of its own: copies are made record by record.
    signal(RMS.IOP);
  }

  async update(record: string): Promise<void> {
    const number = this.#currentForUpdate();
    const values = this.#valuesOf(record);
    const before = this.#database.get<{ text: string }>('SELECT text FROM record WHERE number = ?', number);
    const old = this.#valuesOf(before?.text ?? signal(RMS.RNF));
    this.definition.keys.forEach((definition, key) => {
      if (old.get(key) !== values.get(key) && !definition.changes) signal(RMS.CHG);
    });
    this.#isChanged = true;
    this.#current = undefined;
    this.#database.change((run) => {
      run('UPDATE record SET text = ? WHERE number = ?', record, number);
      for (const key of this.definition.keys.keys()) {
        const value = values.get(key);
        if (old.get(key) === value) continue;
        run('DELETE FROM entry WHERE record = ? AND key = ?', number, key);
        if (value !== undefined) this.#addEntry(run, key, value, number);
      }
    });
  }

  async remove(): Promise<void> {
    const number = this.#currentForUpdate();
    this.#isChanged = true;
    this.#current = undefined;
    this.#database.change((run) => {
      run('DELETE FROM entry WHERE record = ?', number);
      run('DELETE FROM record WHERE number = ?', number);
    });
  }

  async close(): Promise<void> {
    await this.#onClose(this.#isChanged);
  }

  #currentForUpdate(): number {
    if (this.#access !== 'update') signal(RMS.FAC);
    return this.#current ?? signal(RMS.CUR);
  }

  #key(): KeyDefinition {
    return this.definition.keys[this.#keyOfReference]!;
  }

  #goTo(entry: Entry): string {
    const found = this.#database.get<{ text: string }>(
      'SELECT text FROM record WHERE number = ?',
      entry.record,
    );
    this.#position = entry;
    this.#current = entry.record;
    return found?.text ?? signal(RMS.RNF);
  }

  /** The first entry in the order of the key that fits; a short key is compared with the beginning of values. */
  #find(key: string, match: KeyMatch, definition: KeyDefinition): Entry | undefined {
    const bounds = boundsOf(key, definition.descending ? mirrored[match] : match);
    const isBackward = match === 'LE' || match === 'LT';
    const isFromTop = isBackward !== definition.descending;
    const where = bounds.map(({ condition }) => `AND value ${condition} ?`).join(' ');
    const order = `ORDER BY value ${isFromTop ? 'DESC' : 'ASC'}, arrival ${isBackward ? 'DESC' : 'ASC'} LIMIT 1`;
    return this.#entry(`${where} ${order}`, ...bounds.map(({ value }) => value));
  }

  #entry(condition: string, ...parameters: readonly unknown[]): Entry | undefined {
    return this.#database.get<Entry>(
      `SELECT value, arrival, record FROM entry WHERE key = ? ${condition}`,
      this.#keyOfReference,
      ...parameters,
    );
  }

  /** Value of each key. Throws RSZ where the primary key is not all there, or the record is too long. */
  #valuesOf(record: string): ReadonlyMap<number, string> {
    if (Buffer.byteLength(record) > LONGEST_RECORD) signal(RMS.RSZ);
    const values = new Map<number, string>();
    this.definition.keys.forEach((definition, key) => {
      const value = keyOf(record, definition);
      if (value !== undefined) values.set(key, value);
      else if (key === 0) signal(RMS.RSZ);
    });
    return values;
  }

  /** Records with the same key stand in the order in which they came. */
  #addEntry(
    run: (sql: string, ...parameters: readonly unknown[]) => number,
    key: number,
    value: string,
    number: number,
  ): void {
    const last = this.#database.get<{ arrival: number }>(
      'SELECT arrival FROM entry WHERE key = ? AND value = ? ORDER BY arrival DESC LIMIT 1',
      key,
      value,
    );
    if (last !== undefined && !this.definition.keys[key]!.duplicates) signal(RMS.DUP);
    run(
      'INSERT INTO entry (key, value, arrival, record) VALUES (?, ?, ?, ?)',
      key,
      value,
      (last?.arrival ?? 0) + 1,
      number,
    );
  }
}

/** Where Z comes first, what follows is smaller. */
const mirrored: Readonly<Record<KeyMatch, KeyMatch>> = { EQ: 'EQ', GE: 'LE', GT: 'LT', LE: 'GE', LT: 'GT' };

interface Bound {
  readonly condition: '>=' | '<';
  readonly value: string;
}

/** As ranges of values, by which the index is used. */
function boundsOf(key: string, match: KeyMatch): readonly Bound[] {
  const from = (value: string): Bound => ({ condition: '>=', value });
  const below = (value: string): Bound => ({ condition: '<', value });
  switch (match) {
    case 'EQ':
      return [from(key), below(after(key))];
    case 'GE':
      return [from(key)];
    case 'GT':
      return [from(after(key))];
    case 'LE':
      return [below(after(key))];
    case 'LT':
      return [below(key)];
  }
}

/** The first text behind all that begin with `prefix`. */
function after(prefix: string): string {
  const characters = [...prefix];
  const last = characters.pop()!.codePointAt(0)!;
  return (
    characters.join('') + String.fromCodePoint(last >= 0x10ffff ? last : last === 0xd7ff ? 0xe000 : last + 1)
  );
}
