/** MAIL put together: the service over its store. */
import { condition, RMS } from '../condition/index.ts';
import { DEFAULT_MAIL_FILE, defaultProfile, type Profile } from '../ports/mail-store.ts';
import { createUserDirectory, resolveRecipients } from './addressing/index.ts';
import { compressMailFile } from './compress.ts';
import { createDelivery } from './delivery.ts';
import { OpenMailFile } from './mail-file.ts';
import { type MailFileName, mailDirectoryOf, mailFileName } from './mail-file-names.ts';
import type { MailDependencies, MailService, MailUser } from './mail-service.ts';
import { MAIL } from './messages.ts';
import { checkProfileChanges } from './profile-checks.ts';
import { send } from './send.ts';
import { createNoticesWithTime } from './system-flags.ts';

export function createMail(deps: MailDependencies): MailService {
  const { store, systemStore, nodeName } = deps;
  const users = createUserDirectory(systemStore);
  const noticesWithTime = createNoticesWithTime(systemStore);
  const headersOption = deps.headersOption ?? (async () => 'headers' as const);
  const senderAddress = (userName: string): string =>
    nodeName === '' ? userName.toUpperCase() : `${nodeName.toUpperCase()}::${userName.toUpperCase()}`;

  let lastInstant = 0;
  /** Message-Ids count hundredths of a second: two messages never share one. */
  const uniqueInstant = (): number => {
    lastInstant = Math.max(deps.clock.now(), Math.floor(lastInstant / 10) * 10 + 10);
    return lastInstant;
  };

  const profile = async (userName: string): Promise<Profile> =>
    (await store.profile(userName)) ?? defaultProfile(userName);
  const mailDirectory = async (userName: string): Promise<string> =>
    mailDirectoryOf(
      await systemStore.account(userName.toUpperCase()),
      userName.toUpperCase(),
      (await store.profile(userName))?.mailDirectory,
    );

  /** Whose file it is: that of the user in whose directories it stands. */
  const ownerOf = async (user: MailUser, name: MailFileName): Promise<{ owner: string; name: string }> => {
    if (!name.name.includes(']')) return { owner: user.userName, name: name.name };
    const places = await Promise.all(
      (await systemStore.accounts()).map(async (account) => ({
        owner: account.userName,
        login: mailDirectoryOf(account, account.userName, undefined).toUpperCase(),
        mail: await mailDirectory(account.userName),
      })),
    );
    const home = places
      .filter(({ login }) => isBelow(name.directory, login))
      .sort((a, b) => b.login.length - a.login.length)[0];
    if (home === undefined) return { owner: user.userName, name: name.name };
    const isInMailDirectory = home.mail.toUpperCase() === name.directory;
    return {
      owner: home.owner,
      name: isInMailDirectory ? name.name.slice(name.directory.length) : name.name,
    };
  };
  const locate = async (user: MailUser, fileSpec: string) => {
    const found = mailFileName(fileSpec, await mailDirectory(user.userName));
    return { specification: found.specification, ...(await ownerOf(user, found)) };
  };

  /** Throws OPENIN + RMS PRV for other people's files without SYSPRV or BYPASS. */
  const locateOwn: typeof locate = async (user, fileSpec) => {
    const found = await locate(user, fileSpec);
    if (found.owner !== user.userName && !['SYSPRV', 'BYPASS'].some((each) => user.privileges.has(each))) {
      throw condition(MAIL.OPENIN, found.specification).with(condition(RMS.PRV));
    }
    return found;
  };

  return {
    async openMailFile(user, options = {}) {
      if (options.fileSpec === undefined) {
        const file = await store.createMailFile(user.userName, DEFAULT_MAIL_FILE);
        const specification = `${await mailDirectory(user.userName)}${DEFAULT_MAIL_FILE};1`;
        return new OpenMailFile(store, file, specification, headersOption);
      }
      const { specification, owner, name } = await locateOwn(user, options.fileSpec);
      const isDefault = name === DEFAULT_MAIL_FILE;
      const file =
        options.create === true || isDefault
          ? await store.createMailFile(owner, name)
          : await store.mailFile(owner, name);
      if (file === undefined) throw condition(MAIL.OPENIN, specification).with(condition(RMS.FNF));
      return new OpenMailFile(store, file, specification, headersOption);
    },
    async findMailFile(user, fileSpec) {
      const { specification, owner, name } = await locate(user, fileSpec);
      const exists = name === DEFAULT_MAIL_FILE || (await store.mailFile(owner, name)) !== undefined;
      return { specification, exists };
    },

    async compress(user, { fileSpec, output }) {
      const input = await locateOwn(user, fileSpec);
      const kind = output === undefined ? 'old' : 'output';
      const place = await locateOwn(user, output ?? input.specification.replace(/\.[^.\]]*$/, '.OLD'));
      const records = await compressMailFile(store, input, { place, kind });
      return { input: input.specification, target: place.specification, records };
    },

    profile,
    profiles: (pattern) => store.profiles(pattern),
    async changeProfile(userName, changes) {
      checkProfileChanges(changes);
      return store.changeProfile(userName, changes);
    },
    removeProfile: (userName) => store.removeProfile(userName),
    mailDirectory,
    newMailCount: async (userName) => (await store.profile(userName))?.newMailCount ?? 0,

    resolveRecipients: (text, context) =>
      resolveRecipients(text, context, { store, users, nodeName, hostName: deps.hostName }),
    send: (request) => send(request, { ...deps, senderAddress, uniqueInstant, noticesWithTime }),
    senderAddress,
    delivery: createDelivery({ ...deps, users, noticesWithTime }),
  };
}

/** `DKA0:[JONES.OLD]` is below `DKA0:[JONES]`. */
const isBelow = (directory: string, login: string): boolean =>
  directory === login || directory.startsWith(`${login.slice(0, -1)}.`);
