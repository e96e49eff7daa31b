/**
 * SEARCH: which of many messages contains a text, in its header or in what is shown of it. Texts are fetched many at a
 * time: asking the store for each costs more than looking through it. Source: vms-mail.md §2.30.
 */
import type { MailStore, MessageRecord } from '../ports/mail-store.ts';
import type { HeadersOption } from './mail-service.ts';

export interface SearchDependencies {
  readonly store: Pick<MailStore, 'shortTexts'>;
  readonly fileId: number;
  readonly headersOption: () => Promise<HeadersOption>;
  /** Of a message whose text is in a file of its own. Throws DELMSG when it is gone, OPENIN where that cannot be read. */
  readonly longText: (record: MessageRecord) => AsyncIterable<Uint8Array>;
  readonly isUnread: (error: unknown) => boolean;
}

export type Numbered = readonly [number: number, record: MessageRecord];

/** The first of them that contains `text`, without regard to case; undefined also when `signal` is aborted before. */
export async function search(
  text: string,
  batches: AsyncIterable<readonly Numbered[]>,
  deps: SearchDependencies,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const wanted = text.toLowerCase();
  // What MIME needs is large, and a session that reads nothing does without.
  const { readableLines } = await import('./readable-text.ts');
  const headers = await deps.headersOption();
  for await (const batch of batches) {
    const ids = batch.map(([, record]) => record.id);
    const texts = await deps.store.shortTexts(deps.fileId, ids);
    for (const [place, [number, record]] of batch.entries()) {
      if (signal?.aborted === true) return undefined;
      if (isInHeader(record, wanted)) return number;
      // A foreign message is a file, not a text.
      if (record.flags.foreign) continue;
      const short = texts[place];
      if (short !== undefined && record.format === 'records') {
        if (Buffer.from(short).toString().toLowerCase().includes(wanted)) return number;
        continue;
      }
      const lines = readableLines(
        short === undefined ? deps.longText(record) : once(short),
        record.format,
        headers,
      );
      if (await isInLines(lines, wanted, deps, signal)) return number;
    }
  }
  return undefined;
}

const isInHeader = ({ from, to, cc, subject }: MessageRecord, wanted: string): boolean =>
  [from, to, cc, subject].some((each) => each.toLowerCase().includes(wanted));

async function isInLines(
  lines: AsyncIterable<string>,
  wanted: string,
  { isUnread }: Pick<SearchDependencies, 'isUnread'>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    for await (const line of lines) {
      if (line.toLowerCase().includes(wanted)) return true;
      if (signal?.aborted === true) return false;
    }
  } catch (error) {
    // Another session has removed it since it was looked up, or READ will say what is wrong with it: the others are looked through.
    if (!isUnread(error)) throw error;
  }
  return false;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
