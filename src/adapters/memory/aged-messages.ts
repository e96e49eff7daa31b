/** Messages that have been in a folder for so many days, in memory: as adapters/sqlite/mail-store/aged-messages.ts. */
import {
  type AgedMessages,
  type AgeLimits,
  DEFAULT_MAIL_FILE,
  type MailFileId,
  type MailFileRecord,
  type MessageId,
} from '../../ports/mail-store.ts';
import type { FolderStates, MemoryMessage } from './folder-states.ts';

const DAY_MS = 86_400_000;

interface MemoryStore {
  readonly files: ReadonlyMap<MailFileId, MailFileRecord>;
  readonly messages: ReadonlyMap<MessageId, MemoryMessage>;
  readonly states: FolderStates;
}

export class MemoryAgedMessages {
  readonly #store: MemoryStore;
  #look = 0;
  #lookedAt: number | undefined;
  /** By folder: what its next number was at each look. */
  #nextUids = new Map<number, Map<number, number>>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  look(limits: AgeLimits, now: number): readonly AgedMessages[] {
    const isFresh = this.#lookedAt === undefined || Math.abs(now - this.#lookedAt) >= DAY_MS;
    if (isFresh) {
      this.#look++;
      this.#lookedAt = now;
    }
    const { files, messages, states } = this.#store;
    const aged = [...files.values()].flatMap((file) => agedFolders(file, limits));
    const known = this.#nextUids;
    this.#nextUids = new Map();
    return aged.flatMap(({ file, name, days }) => {
      const { id: folder, nextUid } = states.of(file, name);
      const looks = known.get(folder) ?? new Map<number, number>();
      this.#nextUids.set(folder, looks);
      if (isFresh) looks.set(this.#look, nextUid);
      const below = looks.get(this.#look - days) ?? 0;
      const isThere = [...messages.values()].some(
        (each) => each.mailFile === file && each.folder === name && each.uid < below,
      );
      return isThere ? [{ file, folder, name, below }] : [];
    });
  }
}

function agedFolders(
  { id, name: fileName, wastebasketName }: MailFileRecord,
  { wastebasketDays, junk }: AgeLimits,
): readonly { readonly file: MailFileId; readonly name: string; readonly days: number }[] {
  const folders: { readonly file: MailFileId; readonly name: string; readonly days: number }[] = [];
  const isEmptied = wastebasketDays > 0;
  if (isEmptied) folders.push({ file: id, name: wastebasketName, days: wastebasketDays });
  if (junk.days > 0 && fileName === DEFAULT_MAIL_FILE && !(isEmptied && junk.folder === wastebasketName))
    folders.push({ file: id, name: junk.folder, days: junk.days });
  return folders;
}
