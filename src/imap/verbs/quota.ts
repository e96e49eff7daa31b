/** GETQUOTA, GETQUOTAROOT. MAIL limits nobody's folders: no mailbox has a quota root. Source: RFC 9208 §3.1, §4.1. */
import { mailboxText } from '../folders/spelling.ts';
import { folderArgument } from '../mailbox-argument.ts';
import { authenticated, type ImapVerb, mailboxesOf, no, ok } from './verb.ts';

const getQuota: ImapVerb = {
  states: authenticated,
  obey(_session, cursor) {
    cursor.space();
    cursor.astring();
    cursor.end();
    return no('There is no such quota root.', 'NONEXISTENT');
  },
};

const getQuotaRoot: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, { say }) {
    const folder = folderArgument(session, cursor);
    cursor.end();
    if (!(await mailboxesOf(session).has(folder))) return no('There is no such mailbox.', 'NONEXISTENT');
    say(`* QUOTAROOT ${await mailboxText(session, folder)}\r\n`);
    return ok('GETQUOTAROOT completed');
  },
};

export const quotaVerbs = { GETQUOTA: getQuota, GETQUOTAROOT: getQuotaRoot } as const;
