/** Mail that is there for a program to fetch, and what it left. */
import type { MailStore } from '../../src/ports/mail-store.ts';

/** One message in NEWMAIL of JONES, as it came by SMTP. */
export async function deliverToJones(mailStore: MailStore, subject: string, text: string): Promise<void> {
  await mailStore.deliver([
    {
      owner: 'JONES',
      folder: 'NEWMAIL',
      isNew: true,
      receivedAt: Date.now(),
      from: 'SMTP%"anne@elsewhere.example"',
      to: 'jones@hearts.example',
      cc: '',
      subject,
      text: { kind: 'inline', bytes: Buffer.from(text) },
      format: 'rfc5322',
    },
  ]);
}

/** Messages in a folder of JONES. */
export async function countOfJones(mailStore: MailStore, folder: string): Promise<number> {
  const file = await mailStore.mailFile('JONES', 'MAIL.MAI');
  return file === undefined ? 0 : ((await mailStore.folder(file.id, folder))?.count ?? 0);
}

/** All folders of JONES. A test that failed leaves nothing for the next. */
export async function emptyOfJones(mailStore: MailStore): Promise<void> {
  const file = await mailStore.mailFile('JONES', 'MAIL.MAI');
  if (file === undefined) return;
  for (const { name } of await mailStore.folders(file.id)) await mailStore.purge(file.id, name);
}
