/**
 * Every message of MAIL, vms-mail.md §7: the transcript that provokes it, which has to contain it, or why nothing can.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MessageDefinition } from '../../src/condition/index.ts';
import { MAIL, SCREEN } from '../../src/mail/index.ts';

/** A file below test/transcripts, a test of callable MAIL, or the reason. */
type Entry = string | { readonly calls: string } | { readonly not: string };

const CALLABLE = 'src/mail/callable/callable-mail.test.ts';

const outage = 'the user database is one of the node: without it there is no session';
const decnet = 'there is no DECnet';
const transport = 'transports are no shareable images here';
const sequential = 'there are no sequential mail files';
const dots = 'there are no compound documents (DDIF)';
const device = 'a device that fails: what goes wrong with files is OPENIN or OPENOUT, or CODERR and the log';
const noNode = 'every node has a name; src/mail/notices.test.ts has one without';
const callable =
  'a status of callable MAIL for what cannot happen here: contexts are objects, values are typed';
const word = 'a word that others are compared with or made of';

/** MAIL: src/mail/messages.ts */
const messages: Readonly<Record<string, Entry>> = {
  CODERR: { not: 'a bug: `src/mail/shell/mail-image.test.ts`' },
  UPGRADE: {
    not: 'nothing is upgraded while mail files are open: a database of a newer format is refused when it is opened',
  },
  UAFGETERR: { not: outage },
  UAFOPNERR: { not: outage },
  NOSUCHUSR: 'mail/addresses.txt',
  NOTREADIN: 'mail/attachments.txt',
  LOGLINK: 'mail/addresses.txt',
  CREPRIJOB: 'mail/print.txt',
  SENDERR: 'mail/foreign.txt',
  NOMOREMSG: 'mail/delete-and-purge.txt',
  NOMSGS: 'mail/directory.txt',
  USERSPEC: 'mail/addresses.txt',
  SENDABORT: 'mail/addresses.txt',
  EDITPROC: 'mail/edit.txt',
  INVCMD: 'mail/wrong-commands.txt',
  NOTFOUND: 'mail/foreign.txt',
  NETIOERR: { not: decnet },
  USERDSABL: 'mail/addresses.txt',
  FORWLOOP: 'mail/addresses.txt',
  NAMTOOBIG: 'mail/messages.txt',
  ILLCHAR: {
    not: 'no source says what asks for it; characters that may not stand in a name make it ILLFOLNAM, ILLPERNAM or USERSPEC',
  },
  DATIMUSED: { not: 'messages are known by ids, not by their time: two of the same time stand side by side' },
  NOTISAM: { not: sequential },
  DELMSG: 'mail/directory.txt',
  DELWASTE: 'mail/delete-and-purge.txt',
  NOFOLDER: 'mail/select.txt',
  NOTEXIST: 'mail/messages.txt',
  NOTSUBDIR: 'mail/settings.txt',
  ILLSUBDIR: 'mail/settings.txt',
  ILLFOLNAM: 'mail/messages.txt',
  NOMSGPRI: 'mail/print.txt',
  ALTPRIJOB: 'mail/print.txt',
  ILLPERNAM: 'mail/messages.txt',
  NOSUCHUSRAT: 'mail/addresses.txt',
  SENDERRAT: 'mail/foreign.txt',
  CONABORT: { not: decnet },
  NOTCALEDT: 'mail/edit.txt',
  FILECONFUSED: { not: sequential },
  CAPTIVE: 'mail/edit.txt',
  IVPROTVAL: { not: transport },
  RECTOBIG: { not: 'lines of any length are sent' },
  ILLCTXADR: { calls: CALLABLE },
  WRONGCTX: { not: callable },
  FAILGETVM: { not: callable },
  INVITMCOD: { calls: CALLABLE },
  MISREQITM: { calls: CALLABLE },
  INVITMLEN: { calls: CALLABLE },
  FILEOPEN: { calls: CALLABLE },
  NOFILEOPEN: { calls: CALLABLE },
  CONITMCOD: { calls: CALLABLE },
  NOMORECTX: { calls: CALLABLE },
  WRONGFILE: { not: callable },
  ILLTPRT: 'mail/settings.txt',
  INVITMVAL: { not: callable },
  ERACTED: 'mail/edit.txt',
  FORMSG: 'mail/foreign.txt',
  NOTFORMSG: { not: 'no command of MAIL is for foreign messages alone' },
  ERRACTRNS: 'mail/addresses.txt',
  BADVALUE: 'mail/profile.txt',
  CLOSEDEL: { not: device },
  FILNOTDEL: { not: device },
  OPENIN: 'mail/addresses.txt',
  OPENOUT: 'mail/attachments.txt',
  PARSEFAIL: 'mail/messages.txt',
  READERR: { not: device },
  SEARCHFAIL: { not: device },
  SYSERROR: { not: device },
  NOSYSNAM: 'mail/forwarding.txt',
  NOSYSPRV: 'mail/settings.txt',
  PROTOCOL: { not: decnet },
  NOACCPTMSG: 'mail/foreign.txt',
  DOTSPACK: { not: dots },
  DOTSUNPACK: { not: dots },
  NOUSERSPEC: 'mail/addresses.txt',
  INVRANGE: 'mail/attachments.txt',
  LISTTOOLONG: 'mail/addresses.txt',
  SELECTED: 'mail/delete-and-purge.txt',
  DELMSGS: 'mail/compress.txt',
  CVTFILE: { not: sequential },
  DELSPACE: 'mail/profile.txt',
  NEWFOLDER: 'mail/messages.txt',
  RECLPLSWAIT: 'mail/messages.txt',
  REENTER: { not: 'the line being typed is shown again below a broadcast' },
  DELETED: { not: 'MAIL deletes no files' },
  FFMTMSG: 'mail/foreign.txt',
  NONEWMAIL: 'mail/new-mail-read.txt',
  NOPARENT: 'mail/processes.txt',
  FILEMPTY: 'mail/no-messages.txt',
  NONEFOUND: 'mail/messages.txt',
  NOMOREREC: { calls: CALLABLE },
  USERFWD: { not: 'callable MAIL sends to where a recipient forwards, without a word, as SEND does' },
  CLOSEIN: { not: device },
  CLOSEOUT: { not: device },
  INVQUAVAL: 'mail/attachments.txt',
  WRITEERR: { not: device },
  BADLOGVAL: 'mail/addresses.txt',
  MSGTEXT: { calls: CALLABLE },
  MSGINFO: { calls: CALLABLE },
  MSGSENT: { calls: CALLABLE },
  MSGSENTAT: { not: decnet },
  YES: { not: word },
  COPIED: 'mail/compress.txt',
  CREATED: 'mail/attachments.txt',
  RENAMED: 'mail/compress.txt',
  TEXT: { not: word },
  MAILFOLD: { not: word },
  WASTEFOLD: { not: word },
  ILLEDTNAM: 'mail/settings.txt',
  KEYNOTDEF: 'mail/keys.txt',
  INVKEYNAM: 'mail/init-file.txt',
};

/** SCREEN: src/mail/screen-texts.ts */
const screens: Readonly<Record<string, Entry>> = {
  MOREMSG: 'mail/attachments.txt',
  DIRHD0: 'mail/addresses.txt',
  DIRHD10: 'mail/compress.txt',
  DIRHD20: 'mail/compress.txt',
  DIRDEL10: 'mail/directory.txt',
  ISUB10: 'mail/addresses.txt',
  ISUB20: 'mail/addresses.txt',
  ISUB30: 'mail/addresses.txt',
  PRESRET: { not: 'a long message is left by a command, and notices stand between its pages' },
  YOUHAVENEW: 'mail/addresses.txt',
  MAIL10: 'mail/addresses.txt',
  MAIL20: 'mail/addresses.txt',
  WANTOSEND: 'mail/addresses.txt',
  NOTIFY10: 'mail/addresses.txt',
  NOTIFY20: { not: noNode },
  JOBENTERED: 'mail/print.txt',
  SHOW10: 'mail/forwarding-of-others.txt',
  SHOW20: 'mail/forwarding.txt',
  SHOW30: 'mail/forwarding.txt',
  SHOW40: 'mail/addresses.txt',
  SHOW50: 'mail/addresses.txt',
  SHOW60: 'mail/profile.txt',
  SHOW70: 'mail/piped.txt',
  SHOW80: 'mail/addresses.txt',
  SHOW90: 'mail/addresses.txt',
  SHOW100: 'mail/addresses.txt',
  SHOW110: 'mail/profile.txt',
  EDIT10: 'mail/addresses.txt',
  INFO10: 'mail/compress.txt',
  INFO20: 'mail/messages.txt',
  INFO30: 'mail/compress.txt',
  SEND: { not: word },
  REPLY: { not: word },
  SHOW120: 'mail/messages.txt',
  SHOW130: 'mail/messages.txt',
  INFO50: 'mail/messages.txt',
  SHOW140: 'mail/profile.txt',
  SHOW150: 'mail/profile.txt',
  SHOW160: 'mail/messages.txt',
  ISUB50: 'mail/addresses.txt',
  MAIL30: 'mail/addresses.txt',
  RETCONT: 'mail/messages.txt',
  NEWSEQ: { not: 'the notice of sequential mail files, of which there are none' },
  MAILDIR: 'mail/profile.txt',
  MAILFILE: 'mail/profile.txt',
  MAILFOLDER: 'mail/messages.txt',
  MAIL40: 'mail/addresses.txt',
  CRENEWFOLD: 'mail/messages.txt',
  SHOWKEY10: 'mail/init-file.txt',
  SHOWKEY20: 'mail/init-file.txt',
  SHOWKEY30: 'mail/init-file.txt',
  SHOWKEY40: 'mail/init-file.txt',
  SHOWKEY50: 'mail/init-file.txt',
  SHOWKEY60: 'mail/keys.txt',
  SHOWKEY70: 'mail/compress.txt',
  NOTIFY30: 'mail/notices.txt',
  NOTIFY40: { not: noNode },
  PROMPT: 'mail/addresses.txt',
  INFO12: 'mail/foreign.txt',
  INFO14: 'mail/messages.txt',
  INFO16: 'mail/compress.txt',
  INFO18: 'mail/piped.txt',
  CRENEWFILE: 'mail/messages.txt',
  SHOW15: 'mail/profile.txt',
  SHOW25: 'mail/messages.txt',
  SHOW35: 'mail/profile.txt',
  FORWARD: { not: word },
  SHOW200: 'mail/profile.txt',
  SHOW205: 'mail/settings.txt',
  SHOW210: 'mail/profile.txt',
  SHOW215: 'mail/messages.txt',
  SHOW220: 'mail/edit.txt',
  SHOW225: 'mail/edit.txt',
  HPROMPT: { not: 'the prompt of the Asian variants' },
  SHOWNOSIG: 'mail/profile.txt',
  SHOWSIG: 'mail/messages.txt',
};

const both = [
  ['MAIL', MAIL, messages],
  ['SCREEN', SCREEN, screens],
] as const;

/** Messages that are shown without their prefix. vms-mail.md §2.33 */
const bare: readonly string[] = ['DELSPACE', 'FORMSG'];

describe.each(both)('%s', (table, definitions, entries) => {
  it('has each message in the list, and no other', () => {
    expect(Object.keys(entries).sort()).toEqual(Object.keys(definitions).sort());
  });

  const provoked = Object.entries(entries).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  it.each(provoked)('%s is provoked by %s', (ident, file) => {
    const text = readFileSync(join(import.meta.dirname, '../transcripts', file), 'utf8');
    const definition = (definitions as Readonly<Record<string, MessageDefinition>>)[ident]!;
    const isBare = table === 'SCREEN' || bare.includes(ident);
    expect(text).toMatch(pattern(definition, isBare));
  });

  it.each(
    Object.entries(entries).flatMap(([ident, entry]) =>
      typeof entry !== 'string' && 'calls' in entry ? [[ident, entry.calls] as const] : [],
    ),
  )('%s is provoked in %s', (ident, file) => {
    const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
    // As a condition that is expected, a status that is, or a message.
    expect(text).toMatch(new RegExp(`ident\\('${ident}'\\)|MAIL\\.${ident}\\.value|-${ident}, `));
  });

  it('says why the others cannot be', () => {
    const others = Object.entries(entries).filter(
      ([, entry]) => typeof entry !== 'string' && !('calls' in entry),
    );
    for (const [ident, entry] of others)
      expect((entry as { not: string }).not.length, ident).toBeGreaterThan(10);
  });
});

/** What a transcript shows of it: its text, anything where arguments stand. */
function pattern({ ident, severity, text }: MessageDefinition, isBare: boolean): RegExp {
  const shown = text
    .split(/(!\/|!_|!%S|!\d+<|!>|!#\*|!\d*%?[A-Z]{1,2})/)
    .map((part, index) => (index % 2 === 0 ? escaped(part) : directive(part)))
    .join('');
  const end = /[?>] $|\t$/.test(text) ? '' : '\\s*$';
  return new RegExp(isBare ? `${shown}` : `[%-]MAIL-${severity}-${ident}, ${shown}${end}`, 'm');
}

const directive = (part: string): string =>
  part === '!/' ? '\\n' : part === '!_' ? '\\t' : part === '!%S' ? 's?' : '.*';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
