/** Texts of the mail store in memory: those that belong to nothing yet, and the bytes of those that come with a message. */
import type { MailStore, NewMessage } from '../../ports/mail-store.ts';
import type { Spool } from '../../ports/message-text.ts';

const INLINE_BYTES = 65_536;

export class MemoryMailTexts implements Pick<MailStore, 'createText' | 'readStored' | 'discardText'> {
  readonly #spool: Spool | undefined;
  readonly #texts = new Map<string, Uint8Array>();
  #last = 0;

  constructor(spool: Spool | undefined) {
    this.#spool = spool;
  }

  readonly createText: MailStore['createText'] = ({ inFile = false } = {}) => {
    const chunks: Uint8Array[] = [];
    return {
      write: async (chunk) => void chunks.push(Uint8Array.from(chunk)),
      commit: async () => {
        const bytes = Buffer.concat(chunks);
        if (!inFile && bytes.length <= INLINE_BYTES) return { kind: 'inline', bytes };
        const externalId = this.#newId();
        this.#texts.set(externalId, bytes);
        return { kind: 'stored', externalId, sizeBytes: bytes.length, records: countLines(bytes) };
      },
      abandon: async () => void chunks.splice(0),
    };
  };

  readonly readStored: MailStore['readStored'] = ({ externalId }) => {
    const texts = this.#texts;
    return (async function* () {
      yield texts.get(externalId)!;
    })();
  };

  /** A message has its own bytes of it. */
  readonly discardText: MailStore['discardText'] = async ({ externalId }) =>
    void this.#texts.delete(externalId);

  async bytes(text: NewMessage['text']): Promise<Uint8Array> {
    if (text.kind === 'inline') return text.bytes;
    if (text.kind === 'stored') return this.#texts.get(text.externalId) ?? new Uint8Array(0);
    if (this.#spool === undefined) throw new Error('a spooled text, and no spool to read it from');
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#spool.read(text)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** What a message calls its text, where that would be a file. */
  externalId(text: NewMessage['text']): string | undefined {
    if (text.kind === 'inline') return undefined;
    return text.kind === 'stored' ? text.externalId : this.#newId();
  }

  #newId(): string {
    return (++this.#last).toString(16).toUpperCase().padStart(8, '0');
  }
}

export const countLines = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
