/**
 * GETQUOTA, GETQUOTAROOT. Where the site limits what users have, all folders of a user have one quota root, without a name; else no
 * mailbox has one. Source: RFC 9208 §3.1, §4.1, §4.2, §5.1.
 */
import { checkFolderName, type QuotaUse } from '../../mail/index.ts';
import { folderName } from '../folder-name.ts';
import { mailboxText, withoutDelimiter } from '../folders/spelling.ts';
import { mailboxArgument, nameText } from '../mailbox-argument.ts';
import type { Session } from '../session.ts';
import { type Answer, authenticated, type ImapVerb, mailboxesOf, no, ok } from './verb.ts';

const getQuota: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, { say }) {
    cursor.space();
    const root = cursor.astring();
    cursor.end();
    const use = root.byteLength === 0 ? await quotaOf(session) : undefined;
    if (use === undefined) return no('There is no such quota root.', 'NONEXISTENT');
    say(quotaLine(use));
    return ok('GETQUOTA completed');
  },
};

const getQuotaRoot: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, { say }) {
    const asked = mailboxArgument(session, cursor);
    cursor.end();
    const folder = folderName(asked);
    checkFolderName(folder);
    // RFC 9208 §4.1.3: it need not be there, so that a client learns what will count for it. Such a one is called as he calls it.
    const isThere = await mailboxesOf(session).has(folder);
    const name = isThere ? await mailboxText(session, folder) : nameText(session, withoutDelimiter(asked));
    const use = await quotaOf(session);
    say(use === undefined ? `* QUOTAROOT ${name}\r\n` : `* QUOTAROOT ${name} ""\r\n${quotaLine(use)}`);
    return ok('GETQUOTAROOT completed');
  },
};

export const quotaVerbs = { GETQUOTA: getQuota, GETQUOTAROOT: getQuotaRoot } as const;

/**
 * Undefined where there is room for so much more. RFC 9208 §4.3.1
 * @param limits  how often his limit the user may have afterwards
 */
export async function overQuota(
  session: Session,
  octets: () => Promise<number>,
  limits = 1,
): Promise<Answer | undefined> {
  const use = await quotaOf(session);
  if (use === undefined || use.usedBytes + (await octets()) <= use.limitBytes * limits) return undefined;
  return no('Disk quota exceeded.', 'OVERQUOTA');
}

const quotaOf = async (session: Session): Promise<QuotaUse | undefined> =>
  session.dependencies.quota?.of(mailboxesOf(session).owner);

/** STORAGE is in units of 1024 octets. */
const quotaLine = ({ usedBytes, limitBytes }: QuotaUse): string =>
  `* QUOTA "" (STORAGE ${Math.ceil(usedBytes / 1_024)} ${Math.floor(limitBytes / 1_024)})\r\n`;
