/** Where a forward-path leads in the end. */
import type { ProcedureAlias } from './procedure-aliases.ts';

/** A mailbox of this node. `folder`: of `user+folder@host`, as it was written; where there is none it is NEWMAIL. */
export interface Mailbox {
  readonly kind: 'mailbox';
  readonly userName: string;
  readonly folder?: string;
}

export type Destination =
  | Mailbox
  /** A job of a batch queue gets it. */
  | { readonly kind: 'procedure'; readonly alias: ProcedureAlias }
  /** Forwarded, or a list: these forward-paths take its place. */
  | {
      readonly kind: 'expanded';
      readonly forwardPaths: readonly string[];
      readonly by: 'forward' | 'list';
      /** Of the list: who gets what comes back from its members. */
      readonly owner?: string;
    }
  | {
      readonly kind: 'remote';
      /** To say in RCPT TO. */
      readonly forwardPath: string;
      readonly domain: string;
      /** `user!host`: to this gateway, whatever the domain. tcpip-smtp.md §5.5 */
      readonly gateway?: string;
    }
  /** Never deliverable: the reply line for the bounce, with reply code or a MAIL message. */
  | { readonly kind: 'failed'; readonly reply: string };
