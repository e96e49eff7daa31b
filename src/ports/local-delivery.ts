/** Delivery into MAIL as the symbiont sees it; mail/ implements it over the MailStore. */
import type { MessageText } from './message-text.ts';

export interface LocalDelivery {
  /** Of the entry and the mailbox, whoever of its recipients that is: a second delivery under the same key does nothing and succeeds. */
  readonly deliveryKey: string;
  readonly userName: string;
  /** A folder of his default mail file, if it is there; else, and without one, NEWMAIL. */
  readonly folder?: string;
  /** The manager has it filed there: the folder is made where it is missing. */
  readonly makesFolder?: true;
  /** MAIL-11 form, `SMTP%"user@host"` or `USER`, with personal name. */
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly text: MessageText;
  /** Text is RFC 5322 (headers and body), or plain records of local MAIL. */
  readonly format: 'rfc5322' | 'records';
  readonly receivedAt: number;
}

export type LocalDeliveryResult =
  | { readonly kind: 'delivered' }
  /** Store busy, full or broken: try again. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** He has as much as he may have: try again, and return it in the end. */
  | { readonly kind: 'full'; readonly reason: string }
  /** It is more than all that he may have: no room that he makes is enough. */
  | { readonly kind: 'tooLarge'; readonly reason: string }
  /** `%MAIL-E-NOSUCHUSR, no such user X` and the like. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface MailDelivery {
  /** All of a batch in one transaction of the mail database; results in the same order. New mail is announced after it. */
  deliver(batch: readonly LocalDelivery[]): Promise<readonly LocalDeliveryResult[]>;
  /** Those of the keys under which something has been delivered, and that are not forgotten. */
  knownDeliveryKeys(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * The queue has taken note that their entries are done with: the keys may be forgotten.
   * @param beginnings  of keys that are all meant
   */
  forgetDeliveryKeys(keys: readonly string[], beginnings?: readonly string[]): Promise<void>;
  /** SET FORWARD of a user or alias, undefined when there is none. */
  forwarding(userName: string): Promise<string | undefined>;
}
