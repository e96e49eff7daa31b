/**
 * The tables of VMSMAIL.DAT and how older files become newer ones. A migration that landed is never edited.
 *
 * Why it is shaped so: headers stand apart from texts, so that a listing reads small rows only; `message_by_folder`
 * alone answers a selection, in order. Counts and the next number stand in `folder`, and change once per folder and
 * batch. Ids come from `counter`, so that they are never used again although rows are removed.
 */
import type { Database } from 'better-sqlite3';

const migrations: readonly string[] = [
  `
  CREATE TABLE counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counter VALUES ('message', 1), ('text', 1), ('external', 1);
  CREATE TABLE profile (
    user_name TEXT PRIMARY KEY,
    new_mail INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,  -- 1 copy on SEND, 2 on REPLY, 4 no auto purge, 8 copy on FORWARD, 16 CC prompt
    mail_directory TEXT,
    forwarding TEXT,
    personal_name TEXT,
    transport TEXT,
    editor TEXT,
    print_queue TEXT,
    form TEXT,
    signature_file TEXT
  ) WITHOUT ROWID;
  CREATE TABLE mail_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    wastebasket TEXT NOT NULL DEFAULT 'WASTEBASKET',
    deleted_bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner, name)
  );
  CREATE TABLE folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mail_file INTEGER NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL DEFAULT 0,  -- 0: the folder does not exist; its row keeps next_uid
    new_count INTEGER NOT NULL DEFAULT 0,
    next_uid INTEGER NOT NULL DEFAULT 1,
    UNIQUE (mail_file, name)
  );
  CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    folder INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    received INTEGER NOT NULL,
    flags INTEGER NOT NULL,            -- 1 new, 2 replied, 4 marked, 8 foreign
    format INTEGER NOT NULL,           -- 0 records, 1 rfc5322
    size INTEGER NOT NULL,
    records INTEGER NOT NULL,
    text INTEGER NOT NULL,
    from_text TEXT NOT NULL,
    to_text TEXT NOT NULL,
    cc_text TEXT NOT NULL,
    subject TEXT NOT NULL
  );
  CREATE INDEX message_by_folder ON message (folder, received, id, flags);
  CREATE TABLE text (
    id INTEGER PRIMARY KEY,
    messages INTEGER NOT NULL,         -- how many share it
    external TEXT,                     -- name part of MAIL$xxxxxxxx.MAI
    bytes BLOB
  );
  CREATE UNIQUE INDEX text_external ON text (external) WHERE external IS NOT NULL;
  CREATE TABLE delivery_key (key TEXT PRIMARY KEY) WITHOUT ROWID;
  `,
  // Of a million messages a few are marked: SELECT/MARKED and the search of IMAP for flagged ones find them by this.
  'CREATE INDEX message_marked ON message (folder, received, id, flags) WHERE flags & 4 = 4',
  // Clients with copies of messages ask by number, and for what changed. What only arrived needs no index for that: among
  // those messages number and modification sequence grow together. Further flags: 16 deleted, 32 draft, 64 changed here.
  `
  ALTER TABLE message ADD COLUMN modseq INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE message ADD COLUMN keywords TEXT;                     -- with blanks between them
  CREATE INDEX message_by_uid ON message (folder, uid);
  CREATE INDEX message_changed ON message (folder, modseq) WHERE flags & 64 = 64;
  ALTER TABLE folder ADD COLUMN modseq INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE folder ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;    -- 1: it exists with count 0, too, for clients
  ALTER TABLE folder ADD COLUMN vanished_since INTEGER;             -- all that vanished after this stands in vanished
  CREATE TABLE vanished (
    folder INTEGER NOT NULL,
    modseq INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    PRIMARY KEY (folder, modseq, uid)
  ) WITHOUT ROWID;
  CREATE TABLE subscription (mail_file INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (mail_file, name)) WITHOUT ROWID;
  `,
  // Where the parts of a text are, and what else costs a reader the whole of it. Apart from `text`, whose rows are written once.
  'CREATE TABLE finding (text INTEGER PRIMARY KEY, value TEXT NOT NULL)',
  // Where a folder has got the name of one there was before, numbers under that name mean something else. NULL: the id of the mail file.
  'ALTER TABLE folder ADD COLUMN uid_validity INTEGER',
  // 0: unsubscribed from, though the folder is there. Without a row nothing was said.
  'ALTER TABLE subscription ADD COLUMN is_subscribed INTEGER NOT NULL DEFAULT 1',
  // Clients close folders of a million, of which they have marked a few as deleted or none.
  'CREATE INDEX message_deleted ON message (folder, uid) WHERE flags & 16 = 16',
  // A long text that came by mail stands in the file as it came, and begins otherwise: with `bytes`, and behind so many octets of the file.
  'ALTER TABLE text ADD COLUMN external_from INTEGER NOT NULL DEFAULT 0',
  // What a client has called a folder, where its name is written otherwise. NULL: nothing; always where it is not kept.
  `
  ALTER TABLE folder ADD COLUMN client_name TEXT;
  CREATE INDEX folder_client_name ON folder (mail_file, id) WHERE client_name IS NOT NULL;
  `,
  // What the next number of a folder was at the look of a day, where it was another one than at the look before.
  `
  CREATE TABLE folder_look (
    folder INTEGER NOT NULL,
    look INTEGER NOT NULL,
    next_uid INTEGER NOT NULL,
    PRIMARY KEY (folder, look)
  ) WITHOUT ROWID;
  `,
  // Of all its messages. NULL: nobody has asked since an older version wrote it, and what comes and goes leaves it so.
  'ALTER TABLE folder ADD COLUMN bytes INTEGER',
];

export const SCHEMA_VERSION = migrations.length;

/** Brings the file to SCHEMA_VERSION; several processes may try at once. Throws when it is newer than this program. */
export function migrate(database: Database): void {
  const version = (): number => database.pragma('user_version', { simple: true }) as number;
  if (version() > SCHEMA_VERSION) {
    throw new Error(
      `the mail database has format ${version()}, this program knows up to ${SCHEMA_VERSION}: install a newer vmsmail`,
    );
  }
  while (version() < SCHEMA_VERSION) {
    database
      .transaction(() => {
        const found = version();
        if (found >= SCHEMA_VERSION) return;
        database.exec(migrations[found]!);
        database.pragma(`user_version = ${found + 1}`);
      })
      .immediate();
  }
}
