/** How grave operator messages are, counted: for whoever watches a node without reading OPERATOR.LOG. */

/** `none` is plain text, as processes without a message code and people write. */
export type MessageSeverity = 'none' | 'success' | 'informational' | 'warning' | 'error' | 'fatal';
export type MessageCounts = Readonly<Record<MessageSeverity, number>>;

const severityOfLetter: Readonly<Record<string, MessageSeverity>> = {
  S: 'success',
  I: 'informational',
  W: 'warning',
  E: 'error',
  F: 'fatal',
};

/**
 * Of the code at the beginning, or of the status the auxiliary server tells. Codes elsewhere count for nothing: further on a text may
 * hold what a stranger sent.
 */
const CODE = /^(?:INTERnet ACP AUXS failure {2}Status = )?%[A-Z0-9$_]+-([SIWEF])-[A-Z0-9$_]+/;

const severityOf = (text: string): MessageSeverity => severityOfLetter[CODE.exec(text)?.[1] ?? ''] ?? 'none';

export class MessageCounter {
  readonly #counts: Record<MessageSeverity, number> = {
    none: 0,
    success: 0,
    informational: 0,
    warning: 0,
    error: 0,
    fatal: 0,
  };

  count(text: string): void {
    this.#counts[severityOf(text)] += 1;
  }

  /** Since the start. */
  get counts(): MessageCounts {
    return { ...this.#counts };
  }
}
