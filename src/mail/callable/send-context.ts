/**
 * MAIL$SEND_ routines: a message is put together, then sent to everybody at once. Source: vms-mail.md §8, §5.
 */
import { Condition, condition, signal } from '../../condition/index.ts';
import type { AddressContext, MailService, Recipient } from '../mail-service.ts';
import { MAIL } from '../messages.ts';
import { Context, type ContextBlocks, exclusive, type NoSignal, type Result, required } from './context.ts';

export interface SendBeginItems {
  /** '' or MAIL$_SEND_NO_PERS_NAME: none; without either, that of the profile. */
  readonly MAIL$_SEND_PERS_NAME?: string;
  readonly MAIL$_SEND_NO_PERS_NAME?: boolean;
}
export interface SendAddressItems extends NoSignal {
  /** Required: whatever can be typed at To:, lists and logical names too. */
  readonly MAIL$_SEND_USERNAME?: string;
  /** Default 'to'. */
  readonly MAIL$_SEND_USERNAME_TYPE?: 'to' | 'cc';
}
/** What the receivers see; To and CC are made of the addresses where they are not given. */
export interface SendAttributeItems extends NoSignal {
  readonly MAIL$_SEND_TO_LINE?: string;
  readonly MAIL$_SEND_CC_LINE?: string;
  readonly MAIL$_SEND_SUBJECT?: string;
}
export interface SendBodyItems extends NoSignal {
  /** One record, or a whole file. */
  readonly MAIL$_SEND_RECORD?: string;
  readonly MAIL$_SEND_FILENAME?: string;
  /** What the file name lacks. Default `.TXT`. */
  readonly MAIL$_SEND_DEFAULT_NAME?: string;
}
export interface SendMessageItems extends NoSignal {
  /** Told of everybody who got it. */
  readonly MAIL$_SEND_SUCCESS_ENTRY?: (address: string, status: Condition) => void | Promise<void>;
  /** Told of everybody who did not, and of addresses that are none: false at one of these sends to nobody. */
  readonly MAIL$_SEND_ERROR_ENTRY?: (
    address: string,
    reason: Condition,
  ) => boolean | undefined | Promise<boolean | undefined>;
}
export interface Sent {
  /** How many got it, and how many did not. */
  readonly MAIL$_SEND_SENT: number;
  readonly MAIL$_SEND_FAILED: number;
}

type Body = { readonly record: string } | { readonly file: string };

export class SendContext extends Context {
  readonly #mail: MailService;
  readonly #addresses: AddressContext;
  readonly #personalName: string | undefined;
  readonly #typed = { to: [] as string[], cc: [] as string[] };
  readonly #good: Recipient[] = [];
  readonly #bad: { readonly address: string; readonly reason: Condition }[] = [];
  readonly #lines: { to?: string; cc?: string; subject?: string } = {};
  readonly #body: Body[] = [];
  #isAborted = false;

  /** MAIL$SEND_BEGIN. CONITMCOD for items that exclude each other. */
  constructor(
    mail: MailService,
    addresses: AddressContext,
    blocks: ContextBlocks,
    items: SendBeginItems = {},
  ) {
    super(blocks);
    exclusive(items, 'MAIL$_SEND_PERS_NAME', 'MAIL$_SEND_NO_PERS_NAME');
    this.#mail = mail;
    this.#addresses = addresses;
    this.#personalName = items.MAIL$_SEND_NO_PERS_NAME === true ? '' : items.MAIL$_SEND_PERS_NAME;
  }

  /** MAIL$SEND_ADD_ADDRESS. Addresses that are wrong are kept for the error routine of `message`. MISREQITM. */
  addAddress(items: SendAddressItems): Promise<Result> {
    return this.routine(items, ['MAIL$_SEND_USERNAME', 'MAIL$_SEND_USERNAME_TYPE'], async () => {
      const address = required(items.MAIL$_SEND_USERNAME);
      const { good, bad } = await this.#mail.resolveRecipients(address, this.#addresses);
      this.#typed[items.MAIL$_SEND_USERNAME_TYPE ?? 'to'].push(address);
      this.#good.push(...good);
      this.#bad.push(...bad.map((reason) => ({ address, reason })));
      return {};
    });
  }

  /** MAIL$SEND_ADD_ATTRIBUTE */
  addAttribute(items: SendAttributeItems): Promise<Result> {
    const known = ['MAIL$_SEND_TO_LINE', 'MAIL$_SEND_CC_LINE', 'MAIL$_SEND_SUBJECT'];
    return this.routine(items, known, async () => {
      if (items.MAIL$_SEND_TO_LINE !== undefined) this.#lines.to = items.MAIL$_SEND_TO_LINE;
      if (items.MAIL$_SEND_CC_LINE !== undefined) this.#lines.cc = items.MAIL$_SEND_CC_LINE;
      if (items.MAIL$_SEND_SUBJECT !== undefined) this.#lines.subject = items.MAIL$_SEND_SUBJECT;
      return {};
    });
  }

  /** MAIL$SEND_ADD_BODYPART. MISREQITM, CONITMCOD; a file is opened when the message is sent. */
  addBodypart(items: SendBodyItems): Promise<Result> {
    const known = ['MAIL$_SEND_RECORD', 'MAIL$_SEND_FILENAME', 'MAIL$_SEND_DEFAULT_NAME'];
    return this.routine(items, known, async () => {
      exclusive(items, 'MAIL$_SEND_RECORD', 'MAIL$_SEND_FILENAME');
      if (items.MAIL$_SEND_RECORD !== undefined) this.#body.push({ record: items.MAIL$_SEND_RECORD });
      else {
        const name = required(items.MAIL$_SEND_FILENAME);
        const file = await this.#addresses.resolveFile(name, items.MAIL$_SEND_DEFAULT_NAME ?? '.TXT');
        this.#body.push({ file });
      }
      return {};
    });
  }

  /**
   * MAIL$SEND_MESSAGE. Without an error routine a wrong address is thrown, and nobody gets anything; NOUSERSPEC without any
   * recipient; SENDABORT when the error routine says no, or after `abort`.
   */
  message(items: SendMessageItems = {}): Promise<Result<Sent>> {
    const known = ['MAIL$_SEND_SUCCESS_ENTRY', 'MAIL$_SEND_ERROR_ENTRY'];
    return this.routine(items, known, async () => {
      await this.#askAboutBad(items);
      const { user } = this.#addresses;
      const report = await this.#mail.send({
        userName: user.userName,
        personalName: this.#personalName,
        recipients: this.#good,
        toText: this.#lines.to ?? this.#typed.to.join(','),
        ccText: this.#lines.cc ?? this.#typed.cc.join(','),
        subject: this.#lines.subject ?? '',
        text: this.#text(),
        outboundAlias: this.#addresses.logicalNames.lookup('TCPIP$SMTP_FROM')?.values[0],
      });
      for (const each of report.sent) {
        await items.MAIL$_SEND_SUCCESS_ENTRY?.(nameOf(each), condition(MAIL.MSGSENT, nameOf(each)));
      }
      for (const { recipient, condition: reason } of report.failed) {
        await items.MAIL$_SEND_ERROR_ENTRY?.(nameOf(recipient), reason);
      }
      const [first] = report.failed;
      if (first !== undefined && items.MAIL$_SEND_ERROR_ENTRY === undefined) throw first.condition;
      return {
        MAIL$_SEND_SENT: report.sent.length,
        MAIL$_SEND_FAILED: report.failed.length + this.#bad.length,
      };
    });
  }

  /** MAIL$SEND_ABORT: what has not gone does not go. May be called while `message` is under way. */
  abort(): void {
    this.#isAborted = true;
  }

  /** MAIL$SEND_END */
  end(items: NoSignal = {}): Promise<Result> {
    return this.routine(items, [], async () => {
      this.finish();
      return {};
    });
  }

  async #askAboutBad(items: SendMessageItems): Promise<void> {
    for (const { address, reason } of this.#bad) {
      if (items.MAIL$_SEND_ERROR_ENTRY === undefined) throw reason;
      if ((await items.MAIL$_SEND_ERROR_ENTRY(address, reason)) === false) signal(MAIL.SENDABORT);
    }
    if (this.#isAborted) signal(MAIL.SENDABORT);
  }

  async *#text(): AsyncGenerator<string> {
    for (const part of this.#body) {
      if ('record' in part) yield part.record;
      else yield* this.#records(part.file);
      if (this.#isAborted) signal(MAIL.SENDABORT);
    }
  }

  async *#records(file: string): AsyncGenerator<string> {
    const reader = await this.#addresses.files.openRead(file).catch((error: unknown) => {
      throw error instanceof Condition ? condition(MAIL.OPENIN, file).with(error) : error;
    });
    try {
      for (;;) {
        const record = await reader.read();
        if (record === undefined) return;
        if (this.#isAborted) signal(MAIL.SENDABORT);
        yield record;
      }
    } finally {
      await reader.close();
    }
  }
}

const nameOf = (recipient: Recipient): string =>
  recipient.kind === 'local' ? recipient.userName : recipient.address;
