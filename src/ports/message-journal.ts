/**
 * What became of each message, for programs and for whoever looks for one: beside the logs for people. Never gets a text, nor
 * a subject. Told after the commit: what is in it has happened.
 */
export type MessageEvent =
  | {
      readonly event: 'accepted';
      readonly entry: number;
      readonly entryId: string;
      readonly jobName: string;
      readonly userName: string;
      /** Where it came from, for mail received by SMTP. */
      readonly source?: string | undefined;
      readonly reversePath: string;
      readonly forwardPaths: readonly string[];
      readonly sizeBytes: number;
      /** As its header has it; not of a spooled text whose writer does not say it. */
      readonly messageId?: string | undefined;
    }
  /** An attempt for one recipient. */
  | {
      readonly event: 'attempt';
      readonly entry: number;
      readonly forwardPath: string | undefined;
      readonly outcome: string;
      readonly host?: string;
      readonly reply?: string;
      readonly tls?: string;
    }
  /** An operator, or its user, took a recipient off; the others still get it. */
  | {
      readonly event: 'removed';
      readonly entry: number;
      readonly forwardPath: string;
      /** `removed by SYSTEM` */
      readonly reply: string;
    }
  /** Nothing is left to do, or an operator deleted it, so many seconds after its submission. */
  | { readonly event: 'completed' | 'deleted'; readonly entry: number; readonly seconds: number }
  | { readonly event: 'retained'; readonly entry: number; readonly reason: string };

/**
 * Never fails, and never waits for the disk.
 * @param event  called at once, and only while the journal is kept: what has to be looked up for it costs nobody anything else
 */
export type MessageJournal = (event: () => MessageEvent) => void;
