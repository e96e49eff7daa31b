/** MAIL$USER_ routines: profiles, one's own and those of others. Source: vms-mail.md §8, §6.1. */
import { signal } from '../../condition/index.ts';
import type { Profile, ProfileChanges } from '../../ports/mail-store.ts';
import type { MailService, MailUser } from '../mail-service.ts';
import { MAIL } from '../messages.ts';
import { Context, type ContextBlocks, exclusive, type NoSignal, type Result } from './context.ts';

/** Whose: one of them; without any, one's own. */
export interface UserChoice extends NoSignal {
  readonly MAIL$_USER_USERNAME?: string;
  readonly MAIL$_USER_FIRST?: boolean;
  readonly MAIL$_USER_NEXT?: boolean;
}
/** '' is "not set". */
export interface UserInfo {
  readonly MAIL$_USER_RETURN_USERNAME: string;
  readonly MAIL$_USER_AUTO_PURGE: boolean;
  readonly MAIL$_USER_CC_PROMPT: boolean;
  readonly MAIL$_USER_COPY_FORWARD: boolean;
  readonly MAIL$_USER_COPY_REPLY: boolean;
  readonly MAIL$_USER_COPY_SEND: boolean;
  readonly MAIL$_USER_EDITOR: string;
  readonly MAIL$_USER_FORM: string;
  readonly MAIL$_USER_FORWARDING: string;
  /** `DKA0:[JONES.MAIL]` */
  readonly MAIL$_USER_FULL_DIRECTORY: string;
  readonly MAIL$_USER_SUB_DIRECTORY: string;
  readonly MAIL$_USER_NEW_MESSAGES: number;
  readonly MAIL$_USER_PERSONAL_NAME: string;
  readonly MAIL$_USER_QUEUE: string;
  readonly MAIL$_USER_SIGFILE: string;
  readonly MAIL$_USER_TRANSPORT: string;
}
/** `undefined` and what is not given stay; '' clears. */
export interface UserChanges extends NoSignal {
  readonly MAIL$_USER_USERNAME?: string;
  /** A profile that does not exist is created. Without it: NOSUCHUSR. */
  readonly MAIL$_USER_CREATE_IF?: boolean;
  readonly MAIL$_USER_SET_AUTO_PURGE?: boolean;
  readonly MAIL$_USER_SET_CC_PROMPT?: boolean;
  readonly MAIL$_USER_SET_COPY_FORWARD?: boolean;
  readonly MAIL$_USER_SET_COPY_REPLY?: boolean;
  readonly MAIL$_USER_SET_COPY_SEND?: boolean;
  readonly MAIL$_USER_SET_EDITOR?: string;
  readonly MAIL$_USER_SET_FORM?: string;
  readonly MAIL$_USER_SET_FORWARDING?: string;
  readonly MAIL$_USER_SET_PERSONAL_NAME?: string;
  readonly MAIL$_USER_SET_QUEUE?: string;
  readonly MAIL$_USER_SET_SIGFILE?: string;
  readonly MAIL$_USER_SET_SUB_DIRECTORY?: string;
  readonly MAIL$_USER_SET_TRANSPORT?: string;
}

const CHOICE = ['MAIL$_USER_USERNAME', 'MAIL$_USER_FIRST', 'MAIL$_USER_NEXT'] as const;
/** Item of a text → field of the profile. */
const TEXTS = {
  MAIL$_USER_SET_EDITOR: 'editor',
  MAIL$_USER_SET_FORM: 'form',
  MAIL$_USER_SET_FORWARDING: 'forwarding',
  MAIL$_USER_SET_PERSONAL_NAME: 'personalName',
  MAIL$_USER_SET_QUEUE: 'printQueue',
  MAIL$_USER_SET_SIGFILE: 'signatureFile',
  MAIL$_USER_SET_SUB_DIRECTORY: 'mailDirectory',
  MAIL$_USER_SET_TRANSPORT: 'transport',
} as const;
const CHANGES = [
  'MAIL$_USER_USERNAME',
  'MAIL$_USER_CREATE_IF',
  'MAIL$_USER_SET_AUTO_PURGE',
  'MAIL$_USER_SET_CC_PROMPT',
  'MAIL$_USER_SET_COPY_FORWARD',
  'MAIL$_USER_SET_COPY_REPLY',
  'MAIL$_USER_SET_COPY_SEND',
  ...Object.keys(TEXTS),
];

export class UserContext extends Context {
  readonly #mail: MailService;
  readonly #user: MailUser;
  /** Names that FIRST found and NEXT has not come to. */
  #names: readonly string[] = [];

  /** MAIL$USER_BEGIN */
  constructor(mail: MailService, user: MailUser, blocks: ContextBlocks) {
    super(blocks);
    this.#mail = mail;
    this.#user = user;
  }

  /** MAIL$USER_GET_INFO. NOSYSNAM for somebody else without SYSNAM or SYSPRV; NOSUCHUSR without a profile, and at the end. */
  getInfo(items: UserChoice = {}): Promise<Result<UserInfo>> {
    return this.routine(items, CHOICE, async () => {
      exclusive(items, ...CHOICE);
      const userName = await this.#chosen(items);
      if (userName !== this.#user.userName) this.#mayRead();
      const isOwn = userName === this.#user.userName;
      if (!isOwn && (await this.#mail.profiles(userName)).length === 0) signal(MAIL.NOSUCHUSR, userName);
      const profile = await this.#mail.profile(userName);
      return infoOf(profile, await this.#mail.mailDirectory(userName));
    });
  }

  /** MAIL$USER_SET_INFO. NOSYSPRV for somebody else without SYSPRV; ILLPERNAM and its like for values that cannot be. */
  setInfo(items: UserChanges): Promise<Result> {
    return this.routine(items, CHANGES, async () => {
      const userName = this.#named(items.MAIL$_USER_USERNAME);
      await this.#mayChange(userName, items.MAIL$_USER_CREATE_IF === true);
      await this.#mail.changeProfile(userName, await this.#changesOf(userName, items));
      return {};
    });
  }

  /** MAIL$USER_DELETE_INFO. NOSYSPRV, NOSUCHUSR. */
  deleteInfo(items: Pick<UserChoice, 'MAIL$_USER_USERNAME' | 'MAIL$_NOSIGNAL'>): Promise<Result> {
    return this.routine(items, ['MAIL$_USER_USERNAME'], async () => {
      const userName = this.#named(items.MAIL$_USER_USERNAME);
      await this.#mayChange(userName, true);
      if (!(await this.#mail.removeProfile(userName))) signal(MAIL.NOSUCHUSR, userName);
      return {};
    });
  }

  /** MAIL$USER_END */
  end(items: NoSignal = {}): Promise<Result> {
    return this.routine(items, [], async () => {
      this.finish();
      return {};
    });
  }

  async #chosen(items: UserChoice): Promise<string> {
    if (items.MAIL$_USER_FIRST === true) {
      this.#mayRead();
      this.#names = (await this.#mail.profiles('*')).map(({ userName }) => userName);
    } else if (items.MAIL$_USER_NEXT !== true) return this.#named(items.MAIL$_USER_USERNAME);
    const [next, ...others] = this.#names;
    this.#names = others;
    if (next === undefined) signal(MAIL.NOSUCHUSR, '');
    return next as string;
  }

  #named(userName: string | undefined): string {
    return (userName ?? this.#user.userName).toUpperCase();
  }

  #mayRead(): void {
    if (!['SYSNAM', 'SYSPRV'].some((each) => this.#user.privileges.has(each))) signal(MAIL.NOSYSNAM);
  }

  async #mayChange(userName: string, mayCreate: boolean): Promise<void> {
    if (userName === this.#user.userName) return;
    if (!this.#user.privileges.has('SYSPRV')) signal(MAIL.NOSYSPRV);
    if (!mayCreate && (await this.#mail.profiles(userName)).length === 0) signal(MAIL.NOSUCHUSR, userName);
  }

  async #changesOf(userName: string, items: UserChanges): Promise<ProfileChanges> {
    const texts = Object.entries(TEXTS).flatMap(([item, field]) => {
      const value = items[item as keyof typeof TEXTS];
      return value === undefined ? [] : [[field, value === '' ? undefined : value]];
    });
    const { copySelf } = await this.#mail.profile(userName);
    return {
      ...Object.fromEntries(texts),
      copySelf: {
        send: items.MAIL$_USER_SET_COPY_SEND ?? copySelf.send,
        reply: items.MAIL$_USER_SET_COPY_REPLY ?? copySelf.reply,
        forward: items.MAIL$_USER_SET_COPY_FORWARD ?? copySelf.forward,
      },
      ...(items.MAIL$_USER_SET_AUTO_PURGE === undefined
        ? {}
        : { autoPurge: items.MAIL$_USER_SET_AUTO_PURGE }),
      ...(items.MAIL$_USER_SET_CC_PROMPT === undefined ? {} : { ccPrompt: items.MAIL$_USER_SET_CC_PROMPT }),
    };
  }
}

const infoOf = (profile: Profile, directory: string): UserInfo => ({
  MAIL$_USER_RETURN_USERNAME: profile.userName,
  MAIL$_USER_AUTO_PURGE: profile.autoPurge,
  MAIL$_USER_CC_PROMPT: profile.ccPrompt,
  MAIL$_USER_COPY_FORWARD: profile.copySelf.forward,
  MAIL$_USER_COPY_REPLY: profile.copySelf.reply,
  MAIL$_USER_COPY_SEND: profile.copySelf.send,
  MAIL$_USER_EDITOR: profile.editor ?? '',
  MAIL$_USER_FORM: profile.form ?? '',
  MAIL$_USER_FORWARDING: profile.forwarding ?? '',
  MAIL$_USER_FULL_DIRECTORY: directory,
  MAIL$_USER_SUB_DIRECTORY: profile.mailDirectory ?? '',
  MAIL$_USER_NEW_MESSAGES: profile.newMailCount,
  MAIL$_USER_PERSONAL_NAME: profile.personalName ?? '',
  MAIL$_USER_QUEUE: profile.printQueue ?? '',
  MAIL$_USER_SIGFILE: profile.signatureFile ?? '',
  MAIL$_USER_TRANSPORT: profile.transport ?? '',
});
