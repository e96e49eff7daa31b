/**
 * What a transcript plays on, from its first line to its last: the node, who is logged in, the connections of its dialogues.
 * The node boots when something first needs it; lines that say how it is to be stand before that.
 */

import type { MemoryPrintQueues } from '../../src/adapters/memory/print-queues.ts';
import { hostEditor } from '../../src/adapters/node/host-editor.ts';
import { condition } from '../../src/condition/index.ts';
import { parseFileSpecification } from '../../src/file-specification/index.ts';
import type { BootedNode, NodeSessionOptions } from '../../src/images/boot-node.ts';
import type { ServiceState } from '../../src/management/index.ts';
import type { OperatorRequests } from '../../src/ports/operator-requests.ts';
import { JBC } from '../../src/queue-manager/index.ts';
import { createLogicalNames } from '../../src/system/logical-name-tables.ts';
import { resolveFileForCreate } from '../../src/system/resolve-file.ts';
import { CLOSED, clientBytes, Dialogue, replyCount } from './dialogue.ts';
import { DirectiveMistake, directives, directiveWords } from './directives.ts';
import { runPiped } from './piped-session.ts';
import type { Script } from './script.ts';
import { createSessionClock } from './session-clock.ts';
import { isDialogue, isDirective, isOffstage } from './transcript.ts';
import { startTranscriptNode, type TranscriptNode, type TranscriptNodeOptions } from './transcript-node.ts';
import { TranscriptTerminal } from './transcript-terminal.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Stage implements AsyncDisposable {
  /** Who is logged in next. */
  userName: string | undefined;
  /** True: who logs in is told of new mail, and the login procedures are run. */
  isWholeLogin = false;
  /** `!@ editor COMMAND`: the shell runs it with the file as last argument. */
  editorEnvironment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], EDITOR: 'false' };
  /** `!@ print-queue`; undefined: the node's own. */
  printQueues: MemoryPrintQueues | undefined;
  /** False: queue commands answer as where no node runs. */
  isNodeRunning = true;
  /** What SHOW SERVICE shows as bound. */
  readonly shownPorts = new Map<string, number>();
  #options: TranscriptNodeOptions = {
    nodeName: 'HEARTS',
    hostName: 'hearts.example',
    now: Date.UTC(1997, 1, 7, 1, 51, 14, 580),
  };
  #node: Promise<TranscriptNode> | undefined;
  #terminals = 0;
  readonly #dialogues = new Map<string, Dialogue>();

  node(): Promise<TranscriptNode> {
    this.#node ??= startTranscriptNode(this.#options);
    return this.#node;
  }

  // ---- playing --------------------------------------------------------------------------------------------------------

  /** Plays a section to its end. Throws where a program does something else. */
  async play(script: Script): Promise<void> {
    try {
      for (;;) {
        while (isOffstage(script.peek() ?? '$') || script.peek() === '') await this.#offstage(script);
        if (script.peek() === undefined) break;
        await this.#session(script);
      }
      await this.#endDialogues(script);
    } finally {
      for (const dialogue of this.#dialogues.values()) await dialogue.finish();
      this.#dialogues.clear();
    }
    const bug = this.#node === undefined ? undefined : (await this.#node).bugs.at(-1);
    if (bug !== undefined) throw bug;
  }

  /** One login: until LOGOUT, a directive that ends it, or the end of the section. */
  async #session(script: Script): Promise<void> {
    if (this.userName === undefined) throw script.mistake('nobody is logged in: !@ user NAME');
    const transcriptNode = await this.node();
    const { node, clock } = transcriptNode;
    const start = script.position;
    const userName = this.userName;
    this.#terminals += 1;
    const stage = this;
    const terminal = new TranscriptTerminal(`FTA${this.#terminals}:`, script, async () => {
      await this.#offstage(script);
      return this.userName === userName ? 'goOn' : 'hangUp';
    });
    terminal.editor = hostEditor({
      get environment() {
        return stage.editorEnvironment;
      },
      stdio: 'ignore',
    });
    const session = await node.session(userName, terminal, terminal, {
      clock: createSessionClock(clock, () => terminal.pressKey()),
      operatorRequests: withCues(node.operatorRequests, () => terminal.whileWaiting()),
      ...this.#surroundings(transcriptNode),
    });
    try {
      await Promise.race([terminal.hungUp, session.interactive().then(() => terminal.finish())]);
    } finally {
      await session.close();
    }
    if (script.position === start) throw script.mistake('the session ended at once');
  }

  #surroundings({ node, dns }: TranscriptNode): NodeSessionOptions {
    const queueManager = async () => {
      if (!this.isNodeRunning) throw condition(JBC.JOBQUEDIS);
      return node.queueManager;
    };
    return {
      login: this.isWholeLogin,
      ...(this.printQueues === undefined ? {} : { printQueues: this.printQueues }),
      queueManager,
      management: {
        queueManager,
        version: '0.1.0',
        platform: 'a virtual node running Linux',
        nameService: async () => ({
          domain: 'example',
          servers: ['192.0.2.53'],
          retry: 2,
          timeoutSeconds: 5,
        }),
        serviceStates: () => this.#serviceStates(node),
        resolveHost: async (name) => {
          const found = dns.addresses[name];
          return typeof found === 'object' ? found : [];
        },
      },
    };
  }

  /** The ports really bound are any free ones; people see those of the records, or of `!@ port`. */
  async #serviceStates(node: BootedNode): Promise<readonly ServiceState[]> {
    const ports = new Map((await node.systemStore.services()).map(({ name, port }) => [name, port]));
    return node.serviceStates().map((state) => ({
      ...state,
      port: this.shownPorts.get(state.service) ?? ports.get(state.service) ?? state.port,
      sockets: state.sockets.map((socket) => ({
        ...socket,
        localPort: this.shownPorts.get(state.service) ?? ports.get(state.service) ?? state.port,
        // Whatever the system gave it.
        remotePort: socket.remotePort === 0 ? 0 : 2049,
      })),
    }));
  }

  // ---- between the lines of a terminal ---------------------------------------------------------------------------------

  async #offstage(script: Script): Promise<void> {
    const line = script.peek()!;
    if (isDirective(line)) await this.#obey(script);
    else if (isDialogue(line)) await this.#speak(script);
    else script.take();
  }

  async #obey(script: Script): Promise<void> {
    const [, name = '', rest = ''] = /^!@ (\S+) ?(.*)$/s.exec(script.take()) ?? [];
    const content = script.run((line) => line.startsWith('|')).map((line) => line.replace(/^\| ?/, ''));
    const directive = directives[name];
    if (directive === undefined)
      throw script.mistake(`there is no directive ${name}; see test/transcripts/README.md`);
    if (directive.beforeBoot && this.#node !== undefined) throw script.mistake('the node runs already');
    try {
      const written = await directive.run(this, directiveWords(rest, content));
      for (const _ of content) script.take();
      if (Array.isArray(written)) expectWritten(script, written);
    } catch (error) {
      if (error instanceof DirectiveMistake) throw script.mistake(`${error.message}: !@ ${directive.usage}`);
      throw error;
    }
  }

  /** A burst of `C:` lines, or the replies to one. */
  async #speak(script: Script): Promise<void> {
    const [, speaker = '', name = ''] = /^([CS])(\d?)/.exec(script.peek()!) ?? [];
    const isHis = (line: string): boolean => new RegExp(`^${speaker}${name}[:=]`).test(line);
    const lines = script.run(isHis);
    const dialogue = this.#dialogues.get(name) ?? (await this.connect(name, {}));
    if (speaker === 'S') {
      const got = await dialogue.replies(replyCount(lines));
      script.expect(
        got.map((line) => `S${name}: ${line}`),
        (line) => !isHis(line),
        'the server said',
      );
      if (got.at(-1) === CLOSED) {
        this.#dialogues.delete(name);
        await this.#closedConnectionsAreGone();
      }
      return;
    }
    const bytes = lines.map((line) => {
      script.take();
      return clientBytes(line) ?? script.mistake('C= has JSON strings: C= "RSET\\n" "x"*2000');
    });
    for (const each of bytes) if (each instanceof Error) throw each;
    dialogue.send(Buffer.concat(bytes as readonly Uint8Array[]));
  }

  /** Nothing may come that the section does not tell of. */
  async #endDialogues(script: Script): Promise<void> {
    for (const [name, dialogue] of this.#dialogues) {
      const rest = await dialogue.finish();
      script.expect(
        rest.map((line) => `S${name}: ${line}`),
        () => false,
        'the server went on and said',
      );
    }
    this.#dialogues.clear();
  }

  /** The server hears of the end of a connection a moment after its client; then it counts it no more. */
  async #closedConnectionsAreGone(): Promise<void> {
    const { node } = await this.node();
    const active = (): number => node.serviceStates().reduce((sum, each) => sum + each.active, 0);
    for (let turn = 0; turn < 500 && active() > this.#dialogues.size; turn += 1) await pause(2);
  }

  // ---- for directives ---------------------------------------------------------------------------------------------------

  configure(changes: Partial<TranscriptNodeOptions>): void {
    this.#options = { ...this.#options, ...changes };
  }

  /** Before the boot it says when that is; afterwards time passes, and what is due happens. */
  async setClock(instant: (now: number) => number): Promise<void> {
    if (this.#node === undefined) {
      this.configure({ now: instant(this.#options.now) });
      return;
    }
    const { clock } = await this.#node;
    const ms = instant(clock.now()) - clock.now();
    if (ms < 0) throw new DirectiveMistake('time does not go back');
    clock.advance(ms);
  }

  /** Where a file goes that is named as users name it; its directory is there then. */
  async fileSpecification(text: string): Promise<string> {
    const { node, files } = await this.node();
    const logicalNames = createLogicalNames(node.systemStore);
    await logicalNames.refresh();
    const defaultDirectory = `DKA0:[${this.userName ?? 'SYSMGR'}]`;
    const specification = resolveFileForCreate({ logicalNames, files, defaultDirectory }, text);
    const { device, directory } = parseFileSpecification(specification);
    if (!(await files.directoryExists(device + directory))) await files.createDirectory(device + directory);
    return specification;
  }

  /** What a session writes into a pipe. */
  async pipe(
    command: string,
    lines: readonly string[],
    userName = this.userName,
  ): Promise<readonly string[]> {
    if (userName === undefined) throw new DirectiveMistake('nobody is logged in');
    const transcriptNode = await this.node();
    const { node, clock } = transcriptNode;
    return runPiped(
      node,
      { userName, command, lines },
      { clock: createSessionClock(clock, () => false), ...this.#surroundings(transcriptNode) },
    );
  }

  /** Nothing is pending or executing. */
  async queueIsQuiet(): Promise<void> {
    const { node } = await this.node();
    for (;;) {
      const queues = await node.queueManager.queues();
      if (queues.every(({ counts }) => counts.pending + counts.executing === 0)) return;
      await pause(2);
    }
  }

  async connect(
    name: string,
    { service = 'SMTP', from }: { readonly service?: string | undefined; readonly from?: string | undefined },
  ): Promise<Dialogue> {
    await this.#dialogues.get(name)?.finish();
    const { node } = await this.node();
    const dialogue = new Dialogue({ port: node.port(service), from });
    this.#dialogues.set(name, dialogue);
    return dialogue;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const dialogue of this.#dialogues.values()) await dialogue.finish();
    if (this.#node !== undefined) await (await this.#node)[Symbol.asyncDispose]();
  }
}

/** While a request waits for its answer, what stands below it is done: a key, or what others do. */
function withCues(requests: OperatorRequests, whileWaiting: () => Promise<void>): OperatorRequests {
  const wait = (): void => void setImmediate(whileWaiting);
  return {
    ...requests,
    nextAnswer(request) {
      wait();
      return requests.nextAnswer(request);
    },
    async addMessage(...args) {
      await requests.addMessage(...args);
      wait();
    },
  };
}

/** Lines without a terminal end with a status, or where the session that they interrupted goes on. */
function expectWritten(script: Script, written: readonly string[]): void {
  const isBehind = (line: string): boolean => isOffstage(line) || /^(\$|MAIL>|TCPIP>|UAF>) /.test(line);
  const isStatus = (line: string): boolean => line.startsWith('<status ');
  const status = written.filter(isStatus);
  script.expect(written.slice(0, written.length - status.length), (line) => isBehind(line) || isStatus(line));
  if (status.length > 0) script.expect(status, (line) => !isStatus(line));
}
