/**
 * COMPRESS. A database of ours has no holes: what is compressed keeps its place, and forgets its deleted bytes. The file that
 * is left over on OpenVMS, MAIL.OLD, is made as a copy; the one of the time before goes. Source: vms-mail.md §2.4.
 */
import { condition, RMS } from '../condition/index.ts';
import type { MailFileId, MailFileRecord, MailStore, SelectedIds } from '../ports/mail-store.ts';
import { MAIL } from './messages.ts';

/** Messages copied under one lock. */
const AT_ONCE = 1_000;

export interface MailFilePlace {
  readonly specification: string;
  readonly owner: string;
  /** As the store names it. */
  readonly name: string;
}

/** @returns how many messages the file has. Throws OPENIN, OPENOUT. */
export async function compressMailFile(
  store: MailStore,
  input: MailFilePlace,
  target: { readonly place: MailFilePlace; readonly kind: 'output' | 'old' },
): Promise<number> {
  const { place, kind } = target;
  const file = await store.mailFile(input.owner, input.name);
  if (file === undefined) throw condition(MAIL.OPENIN, input.specification).with(condition(RMS.FNF));
  const isItself = place.owner === input.owner && place.name === input.name;
  if (isItself) throw condition(MAIL.OPENOUT, place.specification).with(condition(RMS.FLK));
  const there = await store.mailFile(place.owner, place.name);
  if (there !== undefined && kind === 'output')
    throw condition(MAIL.OPENOUT, place.specification).with(condition(RMS.FEX));
  if (there !== undefined) await store.removeMailFile(there.id);
  const made = await store.createMailFile(place.owner, place.name);
  const records = await copyAll(store, file, made.id);
  await store.setWastebasketName(made.id, file.wastebasketName);
  if (kind === 'old') await store.reclaim(file.id);
  return records;
}

async function copyAll(store: MailStore, from: MailFileRecord, to: MailFileId): Promise<number> {
  let records = 0;
  for (const { name } of await store.folders(from.id)) {
    const ids = await store.select(from.id, name);
    try {
      for (let at = 0; at < ids.length; at += AT_ONCE)
        records += await store.copy(from.id, [...(await ids.slice(at, AT_ONCE))], name, to);
      const copies = await store.select(to, name);
      try {
        await keepNew(store, { file: from.id, ids }, { file: to, ids: copies });
      } finally {
        copies.close();
      }
    } finally {
      ids.close();
    }
  }
  return records;
}

/** Copies are not new; here they are what the messages were. Both lists have the same order. */
async function keepNew(
  store: MailStore,
  from: { readonly file: MailFileId; readonly ids: SelectedIds },
  to: { readonly file: MailFileId; readonly ids: SelectedIds },
): Promise<void> {
  if (from.ids.length !== to.ids.length) return;
  for (let at = 0; at < from.ids.length; at += AT_ONCE) {
    const records = await store.messages(from.file, await from.ids.slice(at, AT_ONCE));
    const copies = await to.ids.slice(at, AT_ONCE);
    const ids = records.flatMap((each, index) => (each?.flags.new === true ? [copies[index]!] : []));
    if (ids.length > 0) await store.setFlags(to.file, ids, { new: true });
  }
}
