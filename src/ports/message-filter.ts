/** A program beside the node that judges messages: content, links, attachments, reputation. */

export interface FilteredMessage {
  readonly address: string;
  /** What the client called itself; undefined before it did. */
  readonly greetedAs: string | undefined;
  /** '' is the null reverse-path. */
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  /** Octets of header and body together. */
  readonly sizeBytes: number;
  /** Header section with the empty line. */
  readonly header: Uint8Array;
  readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface FilterVerdict {
  /** `mark`: take it, and say that it is suspicious; `greylist`: whoever means it seriously comes again. */
  readonly action: 'accept' | 'mark' | 'greylist' | 'tryLater' | 'reject';
  readonly score?: number;
  /** What the client is told instead of the text of ours. */
  readonly text?: string;
}

export interface MessageFilter {
  /**
   * Undefined where the filter does not answer in time, or not what can be understood: its trouble keeps no mail away. Rejects
   * as the body does.
   * @param url  of the filter, as the settings have it
   */
  judge(url: string, message: FilteredMessage, timeoutMs: number): Promise<FilterVerdict | undefined>;
}
