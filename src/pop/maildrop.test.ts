import { expect, it } from 'vitest';
import { mailServiceForTests } from '../../test/support/mail-service.ts';
import { everyId, type NewMessage } from '../ports/mail-store.ts';
import { Maildrop } from './maildrop.ts';
import { popSettings } from './pop-settings.ts';

const message = (number: number): NewMessage => ({
  owner: 'SMITH',
  folder: 'NEWMAIL',
  isNew: true,
  receivedAt: number,
  from: 'SMTP%"jones@example.com"',
  to: 'SMITH',
  cc: '',
  subject: '',
  text: { kind: 'inline', bytes: Buffer.from(`Subject: ${number}\r\n\r\nText\r\n`) },
  format: 'rfc5322',
});

it('numbers what is there when it is opened, whoever deletes meanwhile', async () => {
  const { mail, store, user } = await mailServiceForTests();
  await store.deliver(Array.from({ length: 250 }, (_, index) => message(index + 1)));
  const { id: file } = (await store.mailFile('SMITH', 'MAIL.MAI'))!;
  const ids = await everyId(store.select(file, 'NEWMAIL'));
  let rests = 0;
  const maildrop = await Maildrop.open({
    mail,
    user: user('SMITH'),
    settings: { ...popSettings({ lookup: () => undefined }), authMechanisms: [], authWithoutTls: true },
    domain: 'vax1.example',
    serverText: '',
    async rest() {
      if (rests++ === 0) await store.remove(file, [ids[119]!, ids[120]!]);
    },
  });
  expect(rests).toBe(3);
  expect(maildrop.totals().count).toBe(248);
  const subjectOf = async (number: number): Promise<string> => {
    let text = '';
    for await (const chunk of (await maildrop.text(number))!.bytes) text += Buffer.from(chunk);
    return text.slice(0, text.indexOf('\r'));
  };
  expect([await subjectOf(119), await subjectOf(120)]).toEqual(['Subject: 119', 'Subject: 122']);
  maildrop.mark(120);
  maildrop.noteRetrieved(248);
  expect(await maildrop.update()).toBe(0);
  const subjects = async (folder: string) => {
    const selected = [...(await everyId(store.select(file, folder)))];
    return (await store.messages(file, selected)).map((each) => each!.receivedAt);
  };
  expect(await subjects('MAIL')).toEqual([250]);
  expect(await subjects('NEWMAIL')).not.toContain(122);
});
