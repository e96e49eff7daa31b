/**
 * What the receiver asks about a forward-path at RCPT, VRFY and EXPN. mail/routing/ implements it with the very rules the
 * symbiont delivers by, so that nothing is accepted that would only be returned.
 * Source: RFC 5321 §3.5, §3.6; tcpip-smtp.md §5.3, §5.4, §6.2.
 */

/**
 * `local`: a mailbox or alias of this node; `list`: a .DIS list; `unknown`: local domain, nobody there;
 * `remote`: to be relayed, also by `user%host` at this node: the relay rules decide.
 */
export type RecipientVerdict = 'local' | 'list' | 'unknown' | 'remote';

export interface RecipientCheck {
  /** `forwardPath` without angle brackets; without a domain it is local. Rejects only when the stores are broken. */
  check(forwardPath: string): Promise<RecipientVerdict>;
  /**
   * Whether a mailbox of this node that the forward-path leads to has room. `full`: later, when its owner has made some; `never`: the message
   * would be more than all he may have.
   * @param sizeBytes  as the client says; 0: it does not
   */
  room(forwardPath: string, sizeBytes: number): Promise<'enough' | 'full' | 'never'>;
  /** VRFY: what stands behind a name. */
  verify(name: string): Promise<
    | { readonly kind: 'user'; readonly userName: string; readonly address: string }
    | { readonly kind: 'list'; readonly name: string }
    /** Not ours to verify. */
    | { readonly kind: 'remote'; readonly address: string }
    | { readonly kind: 'unknown' }
  >;
  /**
   * Whether `address` is one to send from for this user: that of his account, or an alias that leads to him, alone or with
   * others. A name with an account is nobody else's, wherever its mail is forwarded; a list is nobody's.
   */
  isAddressOf(address: string, userName: string): Promise<boolean>;
  /**
   * Whose account somebody means who logs in with a whole address of this node: its local part, or who alone an alias leads to.
   * Any other name is itself.
   */
  loginName(given: string): Promise<string>;
  /** EXPN: the members of a list as addresses, undefined when there is no such list. */
  expand(list: string): Promise<readonly string[] | undefined>;
}
