/**
 * Runs the command procedures of services, each as a network process of its own beside hundreds of others in this Node process.
 * Where a procedure only RUNs an image that needs nothing of its process, the image is activated without the process: within the
 * time in which changes need not count yet, nobody can tell the difference.
 */
import type { ProcedureRequest, RunProcedure } from '../../auxiliary-server/index.ts';
import { isSuccess } from '../../condition/index.ts';
import {
  createDclSession,
  createQueueLexicals,
  type DclSession,
  ProcedureCache,
  type SoleImage,
} from '../../dcl/index.ts';
import type { createDclTcpipTable } from '../../management/index.ts';
import type { SessionInput, SessionOutput } from '../../ports/session-io.ts';
import type { Account } from '../../ports/system-store.ts';
import { newAccount } from '../../system/accounts.ts';
import type { Image } from '../../system/image.ts';
import type { NetworkImage } from '../../system/network-image.ts';
import { createProcessContext, newPid } from '../../system/process-context.ts';
import { nodeCatalogue } from './message-catalogue.ts';
import type { NodeContext } from './node-context.ts';

export interface ServiceProceduresOptions {
  /** Verbs beside the interpreter's own. */
  readonly tables: readonly ReturnType<typeof createDclTcpipTable>[];
  /** What procedures may RUN. */
  readonly images: ReadonlyMap<string, Image>;
  /** Those of them that need nothing of their process. */
  readonly direct: ReadonlyMap<string, NetworkImage>;
  /** How old an answer of procedure file, logical names and accounts may be, milliseconds. */
  readonly freshMs: number;
}

/** A network process has no terminal: nothing to read, and its log is kept only when somebody asks for it. */
const nothing: SessionInput = { isTerminal: false, read: async () => ({ kind: 'endOfFile' }) };
/** Of what a procedure says a bounded part is logged. */
const MOST_LINES = 100;
/** Procedures of which it is known whether they RUN one image alone: one for each service and account. */
const KNOWN_AT_MOST = 100;

export function createServiceProcedures(
  context: NodeContext,
  options: ServiceProceduresOptions,
): RunProcedure {
  const procedures = new ServiceProcedures(context, options);
  return (request) => procedures.run(request);
}

/** What was found out about a procedure. */
interface Known {
  /** The one image it RUNs, where that is all it does; undefined: it is for the interpreter. */
  readonly direct: DirectImage | undefined;
  /** Until when nobody looks whether the file has changed, by performance.now(). */
  readonly until: number;
  /** Account, privileges and logical names were those of this state of the system store. */
  readonly asOf: number;
}

interface DirectImage {
  readonly sole: SoleImage;
  readonly serve: NetworkImage;
}

type UseSession = (session: DclSession) => Promise<number>;

class ServiceProcedures {
  readonly #context: NodeContext;
  readonly #options: ServiceProceduresOptions;
  readonly #cache: ProcedureCache;
  readonly #lexicals: ReturnType<typeof createQueueLexicals>;
  /** By file, of each account. */
  readonly #known = new Map<string, Map<string, Known>>();

  constructor(context: NodeContext, options: ServiceProceduresOptions) {
    this.#context = context;
    this.#options = options;
    this.#cache = new ProcedureCache({ freshMs: options.freshMs });
    this.#lexicals = createQueueLexicals({ queueManager: async () => context.queueManager });
  }

  run(request: ProcedureRequest): Promise<number> {
    const known = this.#known.get(request.userName)?.get(request.file);
    const isCurrent = known !== undefined && this.#isCurrent(known);
    // A client that has gone already may not get as far as RUN.
    if (isCurrent && known.direct !== undefined && !request.isGone) return this.#serve(request, known.direct);
    const asOf = this.#context.systemStore.changeCounter();
    return this.#inSession(request, this.#options.images, async (session) => {
      if (!isCurrent) await this.#look(session, request, asOf);
      return session.procedure(request.file);
    });
  }

  #isCurrent({ asOf, until }: Known): boolean {
    return performance.now() < until && this.#context.systemStore.changeCounter() === asOf;
  }

  /** Whether the interpreter is needed for those that come next. */
  async #look(session: DclSession, request: ProcedureRequest, asOf: number): Promise<void> {
    const { userName, file } = request;
    const { freshMs, direct } = this.#options;
    if (freshMs === 0) return;
    const sole = await session.soleImage(file, request.logicalNames());
    const serve = sole && direct.get(sole.name);
    const files = this.#known.get(userName) ?? new Map<string, Known>();
    if (this.#known.size >= KNOWN_AT_MOST || files.size >= KNOWN_AT_MOST) {
      this.#known.clear();
      files.clear();
    }
    const known =
      sole === undefined || serve === undefined
        ? { direct: undefined, until: performance.now() + freshMs, asOf }
        : { direct: { sole, serve }, until: sole.freshUntil, asOf };
    this.#known.set(userName, files.set(file, known));
  }

  /** What is not a plain success is for the interpreter: it has the messages, and says what a client that has gone makes of it. */
  async #serve(request: ProcedureRequest, { sole, serve }: DirectImage): Promise<number> {
    let end: () => number;
    try {
      const status = await serve(request.device, { processName: request.processName, pid: newPid() });
      if (isSuccess(status) && !request.isGone) return status;
      end = () => status;
    } catch (error) {
      end = () => {
        throw error;
      };
    }
    // The client has gone while the image ran, not before.
    const gone = new AbortController();
    const image: Image = async () => {
      if (request.signal.aborted) gone.abort(request.signal.reason);
      return end();
    };
    const images = new Map([[sole.name, image]]);
    return this.#inSession(request, images, (session) => session.again(sole), gone.signal);
  }

  async #inSession(
    request: ProcedureRequest,
    images: ReadonlyMap<string, Image>,
    use: UseSession,
    signal = request.signal,
  ): Promise<number> {
    const { log } = this.#context;
    const lines: string[] = [];
    const session = createDclSession({
      process: await this.#process(request),
      tables: this.#options.tables,
      lexicals: this.#lexicals,
      images,
      input: nothing,
      output: linesOutput(lines),
      signal,
      cache: this.#cache,
      catalogue: nodeCatalogue,
      onBug: (error) => log.error({ err: error }, 'image failed'),
    });
    try {
      return await use(session);
    } finally {
      if (lines.length > 0) log.info({ process: request.processName, lines }, 'output of service procedure');
      await session.close();
    }
  }

  async #process(request: ProcedureRequest) {
    const { userName, processName } = request;
    const { systemStore, configuration, clock, files, node } = this.#context;
    const process = await createProcessContext({
      account: (await systemStore.account(userName)) ?? unknownAccount(userName),
      mode: 'NETWORK',
      processName,
      nodeName: configuration.nodeName,
      clock,
      files,
      systemStore,
      node,
    });
    for (const [name, value] of Object.entries(request.logicalNames()))
      await process.logicalNames.define(name, [value]);
    return process;
  }
}

const unknownAccount = (userName: string): Account =>
  newAccount(userName, { group: 0o3655, member: 0o177776 }, { directory: '[TCPIP$SMTP]' });

/** What the procedure says of itself goes to the machine-readable log. */
const linesOutput = (lines: string[]): SessionOutput => ({
  isTerminal: false,
  columns: 132,
  rows: 24,
  writeLine(text) {
    if (lines.length < MOST_LINES) lines.push(text);
  },
  writeRaw() {},
});
