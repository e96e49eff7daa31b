/** Which text every message must be: what APPENDUID and COPYUID said, held against what is read afterwards. */
import { numbersOf } from './response-reader.ts';

type Source = { readonly text: string } | { readonly mailbox: string; readonly uid: number };

export class Ledger {
  readonly #sources = new Map<string, Source>();
  readonly #seen = new Map<string, string>();
  readonly #problem: (text: string) => void;
  /** Of each text, how many copies were made of it; those that a broken session may or may not have made, apart. */
  readonly appended = new Set<string>();
  readonly doubtful = new Set<string>();
  /** Those of which nobody knows how often they were copied. */
  readonly #copies: { readonly mailbox: string; readonly uid: number }[] = [];

  constructor(problem: (text: string) => void) {
    this.#problem = problem;
  }

  /** @param reply  of an APPEND */
  appendedAs(mailbox: string, texts: readonly string[], reply: string): void {
    const uids = numbersOf(/\[APPENDUID \d+ ([\d:,]+)\]/.exec(reply)?.[1] ?? '');
    if (uids.length !== texts.length) {
      this.#problem(`APPENDUID of ${texts.length}: ${reply}`);
      return;
    }
    for (const [index, text] of texts.entries()) {
      this.appended.add(text);
      this.#note(mailbox, uids[index]!, { text });
    }
  }

  /** @param reply  with COPYUID, or none when nothing was copied */
  transferred(way: 'COPY' | 'MOVE', from: string, to: string, reply: string): void {
    const [, source, target] = /\[COPYUID \d+ ([\d:,]+) ([\d:,]+)\]/.exec(reply) ?? [];
    if (source === undefined || target === undefined) return;
    const targets = numbersOf(target);
    for (const [index, uid] of numbersOf(source).entries()) {
      this.#note(to, targets[index]!, { mailbox: from, uid });
      if (way === 'COPY') this.#copies.push({ mailbox: from, uid });
    }
  }

  /** A message was read. */
  saw(mailbox: string, uid: number, text: string): void {
    const key = `${mailbox} ${uid}`;
    const before = this.#seen.get(key);
    if (before !== undefined && before !== text) this.#problem(`${key} was ${before}, and is ${text}`);
    this.#seen.set(key, text);
  }

  /** When nothing is under way any more: everything that was read is what it was said to be. */
  check(): void {
    for (const [key, text] of this.#seen) {
      const said = this.#textOf(key);
      if (said !== undefined && said !== text) this.#problem(`${key} must be ${said}, and is ${text}`);
    }
  }

  /** How many there must be of each text where nothing is thrown away. Undefined: nobody can tell. */
  expectedCopies(): ReadonlyMap<string, number> | undefined {
    const counts = new Map([...this.appended].map((text) => [text, 1]));
    for (const { mailbox, uid } of this.#copies) {
      const key = `${mailbox} ${uid}`;
      const text = this.#textOf(key) ?? this.#seen.get(key);
      if (text === undefined) return undefined;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return counts;
  }

  #note(mailbox: string, uid: number, source: Source): void {
    const key = `${mailbox} ${uid}`;
    if (this.#sources.has(key)) this.#problem(`${key} was given twice`);
    this.#sources.set(key, source);
  }

  #textOf(key: string): string | undefined {
    const source = this.#sources.get(key);
    if (source === undefined || 'text' in source) return source?.text;
    return this.#textOf(`${source.mailbox} ${source.uid}`);
  }
}
