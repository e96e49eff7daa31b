/** Another mail server of the distribution, as a neighbour: it takes mail for its own domain, and relays that for ours to us. */
export interface MailPeer extends AsyncDisposable {
  readonly port: number;
  /** Of the mailboxes it has: anybody at it is `user`. */
  readonly domain: string;
  /** All it has got, as text. */
  mailbox(): string;
}

export interface PeerOptions {
  /** Empty, and for it alone. */
  readonly directory: string;
  /** Where mail for `hearts.example` goes, on 127.0.0.1. */
  readonly relayTo: number;
  /** PEM files. Absent: it knows nothing of TLS, in either direction; else it insists on it in what it sends. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

export interface PeerProgram {
  readonly name: string;
  /** Why it cannot be used here; undefined when it can. */
  whyNot(): string | undefined;
  start(options: PeerOptions): Promise<MailPeer>;
}
