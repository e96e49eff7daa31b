/** A MailService over stores in memory, for unit tests: SMITH, JONES, DOE, and BLAKE who is flagged DISMAIL; node VAX1. */
import { createMemoryMailStore } from '../../src/adapters/memory/mail-store.ts';
import { manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemorySystemStore } from '../../src/adapters/memory/system-store.ts';
import { condition, RMS } from '../../src/condition/index.ts';
import {
  type AddressContext,
  createMail,
  type MailDependencies,
  type MailUser,
} from '../../src/mail/index.ts';
import type { LocalDelivery } from '../../src/ports/local-delivery.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { Submission } from '../../src/ports/queue-manager.ts';

export async function mailServiceForTests(options: Partial<MailDependencies> = {}) {
  const store = options.store ?? createMemoryMailStore();
  const systemStore = createMemorySystemStore();
  const clock = manualClock(new Date(2026, 9, 8, 6, 37, 49, 10).getTime());
  const submissions: Submission[] = [];
  const notices: string[] = [];
  const addUser = (userName: string, flags: readonly string[] = []): Promise<void> =>
    systemStore.putAccount({
      userName,
      uic: { group: 1, member: 1 },
      owner: '',
      device: 'DKA0:',
      directory: `[${userName}]`,
      passwordHash: '',
      privileges: [],
      defaultPrivileges: [],
      flags,
      loginCommand: '',
    });
  for (const each of ['SMITH', 'JONES', 'DOE']) await addUser(each);
  await addUser('BLAKE', ['DISMAIL']);
  const mail = createMail({
    store,
    systemStore,
    clock,
    log: silentLog,
    nodeName: 'VAX1',
    hostName: 'vax1.example',
    queueManager: {
      submit: async (submission) => {
        submissions.push(submission);
        return { entry: submissions.length, jobName: '' };
      },
    },
    announce: (userName, text) => notices.push(`${userName}: ${text}`),
    ...options,
  });
  const user = (userName: string, ...privileges: string[]): MailUser => ({
    userName,
    privileges: new Set(privileges),
  });
  /** Lists by file name, logical names by name. */
  const lists = new Map<string, readonly string[]>();
  const logicalNames = new Map<string, readonly string[]>();
  const context = (userName = 'SMITH'): AddressContext => ({
    user: user(userName),
    logicalNames: {
      lookup: (name) => {
        const values = logicalNames.get(name.toUpperCase());
        return values === undefined
          ? undefined
          : { name, values, table: 'PROCESS', mode: 'SUPERVISOR', attributes: [] };
      },
    },
    resolveFile: async (text, defaults) =>
      `DKA0:[SMITH]${(text.includes('.') ? text : `${text}${defaults}`).toUpperCase()}`,
    files: {
      openRead: async (specification) => {
        const records = lists.get(specification.replace(/^.*\]/, ''))?.values();
        if (records === undefined) throw condition(RMS.FNF);
        return { read: async () => records.next().value, close: async () => undefined };
      },
    },
  });
  let delivered = 0;
  const arrive = async (changes: Partial<LocalDelivery> = {}) => {
    const [result] = await mail.delivery.deliver([
      {
        deliveryKey: `test:${++delivered}`,
        userName: 'SMITH',
        from: 'SMTP%"a@b.example"',
        to: 'smith@vax1.example',
        cc: '',
        subject: 'budget',
        text: {
          kind: 'inline',
          bytes: Buffer.from('From: <a@b.example>\r\nSubject: budget\r\n\r\nhello\r\n'),
        },
        format: 'rfc5322',
        receivedAt: clock.now() + delivered,
        ...changes,
      },
    ]);
    return result;
  };
  return {
    mail,
    store,
    systemStore,
    clock,
    submissions,
    notices,
    user,
    lists,
    logicalNames,
    context,
    arrive,
    addUser,
  };
}
