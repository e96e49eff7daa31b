/**
 * Mail data (RFC 5322 text, CRLF line ends, without dot-stuffing) between processes: short text travels and is stored
 * inline, longer text is a spool file that is streamed. DESIGN §4.
 */
export const INLINE_TEXT_LIMIT = 65_536;

export type MessageText = { readonly kind: 'inline'; readonly bytes: Uint8Array } | SpooledText;

export interface SpooledText {
  readonly kind: 'file';
  readonly spoolId: string;
  /** Of the text: its file has more or less where the text begins otherwise. */
  readonly sizeBytes: number;
  /** Undefined: it begins as its file does. */
  readonly beginning?: Beginning;
  /** From whoever wrote it to whoever has it next, who need not read the file for it then. No store keeps it. */
  readonly known?: KnownOfText;
  /** As its header has it: from whoever wrote it, beside `known` or without. No store keeps it. */
  readonly messageId?: string;
}

/**
 * The text begins with `head`, in the place of the first `from` octets of its file: whoever changes a header section writes nothing
 * of what follows a second time.
 */
export interface Beginning {
  readonly head: Uint8Array;
  readonly from: number;
}

export interface KnownOfText {
  /** The beginning of the text, with its whole header section and the empty line. */
  readonly start: Uint8Array;
  /** Line ends in the text. */
  readonly lines: number;
}

export const textSizeBytes = (text: MessageText): number =>
  text.kind === 'inline' ? text.bytes.byteLength : text.sizeBytes;

/** What a process that has it in hand holds of it. */
export const bytesInMemory = (text: MessageText): number =>
  text.kind === 'inline'
    ? text.bytes.byteLength
    : (text.beginning?.head.byteLength ?? 0) + (text.known?.start.byteLength ?? 0);

/** Of the file in which the text stands. */
export const fileSizeBytes = ({ sizeBytes, beginning }: SpooledText): number =>
  beginning === undefined ? sizeBytes : sizeBytes - beginning.head.byteLength + beginning.from;

/** What is wrong with a text whose file has `there` bytes (undefined: is gone), in words for operators; undefined where nothing is. */
export function textDamage(there: number | undefined, fileBytes: number): string | undefined {
  if (there === fileBytes) return undefined;
  return there === undefined ? 'its text is gone' : `its text has ${there} bytes, not ${fileBytes}`;
}

/** Directory of spooled texts, shared by the processes of a node. Ids are opaque, safe file names. */
export interface Spool {
  /** A new text, which exists once the entry that names it does: what nobody names is an orphan. */
  create(): SpoolWriter;
  /** Throws Condition RMS FNF when the file is gone, before anything of the text has come. */
  read(text: Pick<SpooledText, 'spoolId' | 'beginning'>): AsyncIterable<Uint8Array>;
  /** Makes the file stand also at `path` (hard link, else copy), durable when it returns. */
  linkTo(spoolId: string, path: string): Promise<void>;
  remove(spoolId: string): Promise<void>;
  /** Ids of all texts, unfinished ones too; with an instant, of those created before it: to find orphans. */
  list(createdBefore?: number): Promise<readonly string[]>;
  /** Of the file; undefined where it is gone. */
  sizeBytes(spoolId: string): Promise<number | undefined>;
  /** Files in its directory that are no texts. */
  strangers(): Promise<number>;
}
export interface SpoolWriter {
  /**
   * The chunk belongs to the writer from now on. A promise where much waits to be written; it, a later call, or `commit` rejects for
   * what could not be.
   * @param isUsedUp  nobody looks at the chunk any more: its memory may go as soon as it is written
   */
  write(chunk: Uint8Array, isUsedUp?: boolean): Promise<void> | undefined;
  /** What has been written so far, from its start; not to be mixed with writing. */
  read(): AsyncIterable<Uint8Array>;
  /** fsync of file and directory; after it the text survives a power cut. Resolves to the id. */
  commit(): Promise<string>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}
