/** Profiles: one row per user name, created on first use. vms-mail.md §6.1 */
import type { Database } from 'better-sqlite3';
import { defaultProfile, type Profile, type ProfileChanges } from '../../../ports/mail-store.ts';
import { inTransaction } from './database.ts';
import { changedProfile, type ProfileRow, profileRecord, profileValues } from './rows.ts';

export interface Profiles {
  get(userName: string): Profile | undefined;
  list(pattern: string | undefined): readonly Profile[];
  change(userName: string, changes: ProfileChanges): Profile;
  remove(userName: string): boolean;
  /** Inside a transaction. */
  setNewMail(userName: string, count: number): void;
}

export function createProfiles(database: Database): Profiles {
  const select = database.prepare<[string], ProfileRow>('SELECT * FROM profile WHERE user_name = ?');
  const selectLike = database.prepare<[string], ProfileRow>(
    "SELECT * FROM profile WHERE user_name LIKE ? ESCAPE '\\' ORDER BY user_name",
  );
  const replace = database.prepare(
    `INSERT INTO profile (flags, mail_directory, forwarding, personal_name, transport, editor, print_queue, form,
       signature_file, user_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (user_name) DO UPDATE SET flags = excluded.flags, mail_directory = excluded.mail_directory,
       forwarding = excluded.forwarding, personal_name = excluded.personal_name, transport = excluded.transport,
       editor = excluded.editor, print_queue = excluded.print_queue, form = excluded.form,
       signature_file = excluded.signature_file`,
  );
  const remove = database.prepare('DELETE FROM profile WHERE user_name = ?');
  const setNewMail = database.prepare(
    `INSERT INTO profile (user_name, new_mail) VALUES (?, ?)
     ON CONFLICT (user_name) DO UPDATE SET new_mail = excluded.new_mail`,
  );
  const get = (userName: string): Profile | undefined => {
    const row = select.get(userName);
    return row === undefined ? undefined : profileRecord(row);
  };
  return {
    get,
    list: (pattern = '*') => selectLike.all(likePattern(pattern.toUpperCase())).map(profileRecord),
    change: (userName, changes) =>
      inTransaction(database, () => {
        const after = changedProfile(get(userName) ?? defaultProfile(userName), changes);
        replace.run(...profileValues(after), userName);
        return after;
      }),
    remove: (userName) => inTransaction(database, () => remove.run(userName).changes > 0),
    setNewMail: (userName, count) => void setNewMail.run(userName, count),
  };
}

/** `*` and `%` of VMS as LIKE writes them. */
const likePattern = (pattern: string): string =>
  pattern.replace(/[\\_*%]/g, (each) => (each === '*' ? '%' : each === '%' ? '_' : `\\${each}`));
