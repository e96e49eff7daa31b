/** What the store in memory knows of each folder there was: its numbers, what has changed, and what clients call it. */
import type { MailFileId, MessageRecord } from '../../ports/mail-store.ts';
import type { FolderRef, FolderRename } from '../../ports/mailboxes.ts';

interface ClientMarks {
  modseq: number;
  deleted: boolean;
  draft: boolean;
  keywords: readonly string[];
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export type MemoryMessage = Mutable<MessageRecord> & {
  mailFile: MailFileId;
  bytes: Uint8Array;
  marks: ClientMarks;
};

interface FolderState {
  readonly id: number;
  uidValidity: number;
  nextUid: number;
  modseq: number;
  isKept: boolean;
  clientName: string | undefined;
  readonly vanished: { readonly modseq: number; readonly uid: number }[];
}

/** Numbers of all folders there were. */
export class FolderStates {
  readonly #states = new Map<string, FolderState>();
  readonly #nextFileId: () => MailFileId;
  changes = 0;
  #lastId = 0;

  /** @param nextFileId  a number that no mail file has, nor will have */
  constructor(nextFileId: () => MailFileId) {
    this.#nextFileId = nextFileId;
  }

  /** Undefined: there is no folder of that id. */
  nameOf(file: MailFileId, folder: FolderRef): string | undefined {
    if (typeof folder === 'string') return folder;
    const of = `${file}\0`;
    for (const [key, { id }] of this.#states)
      if (id === folder && key.startsWith(of)) return key.slice(of.length);
    return undefined;
  }

  of(file: MailFileId, name: string): FolderState {
    const key = `${file}\0${name}`;
    const found = this.#states.get(key) ?? this.#fresh(file);
    this.#states.set(key, found);
    return found;
  }

  /** The state goes with the name, and the old name numbers on. */
  renameFolder(file: MailFileId, { from, to, clientName }: FolderRename): void {
    const state = this.of(file, from);
    state.isKept = true;
    state.clientName = clientName;
    this.changes++;
    if (from === to) return;
    if (this.of(file, to).modseq > 1) state.uidValidity = this.#nextFileId();
    const { nextUid, modseq, uidValidity } = state;
    this.#states.set(`${file}\0${to}`, state);
    this.#states.set(`${file}\0${from}`, { ...this.#fresh(file), nextUid, modseq: modseq + 1, uidValidity });
  }

  #fresh(file: MailFileId): FolderState {
    return {
      id: ++this.#lastId,
      uidValidity: file,
      nextUid: 1,
      modseq: 1,
      isKept: false,
      clientName: undefined,
      vanished: [],
    };
  }

  change(file: MailFileId, name: string): number {
    this.changes++;
    return ++this.of(file, name).modseq;
  }

  /** The message has its number in its folder from now on. */
  enter(message: MemoryMessage): void {
    message.uid = this.of(message.mailFile, message.folder).nextUid++;
    message.marks = { ...message.marks, modseq: this.change(message.mailFile, message.folder) };
  }

  leave({ mailFile, folder, uid }: MemoryMessage): void {
    this.of(mailFile, folder).vanished.push({ modseq: this.change(mailFile, folder), uid });
  }

  rename(file: MailFileId, newFile: MailFileId): void {
    for (const [key, state] of [...this.#states])
      if (key.startsWith(`${file}\0`)) {
        state.uidValidity = newFile;
        this.#states.set(key.replace(`${file}\0`, `${newFile}\0`), state);
      }
  }

  /** By name; the first made first. */
  clientNames(file: MailFileId): Map<string, string> {
    const of = `${file}\0`;
    const states = [...this.#states]
      .filter(([key]) => key.startsWith(of))
      .sort(([, a], [, b]) => a.id - b.id);
    return new Map(
      states.flatMap(([key, { clientName }]) =>
        clientName === undefined ? [] : [[key.slice(of.length), clientName] as const],
      ),
    );
  }

  /** Folders of a file that stand without messages. */
  kept(file: MailFileId): string[] {
    return [...this.#states].flatMap(([key, { isKept }]) =>
      isKept && key.startsWith(`${file}\0`) ? [key.slice(key.indexOf('\0') + 1)] : [],
    );
  }
}
