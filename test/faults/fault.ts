/** What a machine does to a node, and what is then to be expected. */
import type { ProcessNode, WholeNode } from '../support/process-node.ts';
import type { SmallDisk } from '../support/small-disk.ts';

/** What has to be there before the node is. */
export interface Surroundings extends AsyncDisposable {
  /** Starts the start command, which follows. */
  readonly through?: readonly string[];
  /** Lines of TCPIP$SMTP.CONF. */
  readonly configuration?: string;
}

export interface Fault {
  readonly name: string;
  /** Begins, and resolves to the way to end it. */
  begin(
    node: ProcessNode,
    whole: WholeNode,
    disk: SmallDisk | undefined,
    surroundings: Surroundings | undefined,
  ): Promise<() => Promise<void>>;
  /** Needs a file system of its own. */
  readonly needsDisk?: boolean;
  readonly surround?: () => Promise<Surroundings>;
  /** Of message number n; default a user of the node. */
  readonly reversePath?: (n: number) => string;
  /** Images whose processes end of it, and are started again. */
  readonly ends?: RegExp;
  /** It takes at least so long until there is something to be seen. */
  readonly leastSeconds?: number;
  /** Mail is refused while it lasts. */
  readonly refuses?: boolean;
  /** Operators hear of this. */
  readonly told?: RegExp;
  /** It is missed only by who needs something just then: operators may hear of nothing. */
  readonly mayPassUnseen?: boolean;
  /** It begins and ends so often. Default once: whatever is said of it is said once. */
  readonly times?: number;
  /** What it cannot do without on this machine, or undefined. */
  whyNot?(): string | undefined;
}
