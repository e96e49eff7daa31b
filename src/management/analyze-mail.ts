/**
 * ANALYZE MAIL: texts without entries, entries without texts, and whatever else is wrong with the queue. Source: tcpip-smtp.md §2.6.
 * Deviation: a text without an entry has lost its envelope and cannot be submitted again; /REPAIR tries mail that is
 * retained on error again, removes damaged entries, and mends what contradicts itself in the file of the queue.
 */
import { CLI, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import {
  condition,
  conditionLines,
  type MessageDefinition,
  reasonOf,
  SYSTEM,
  signal,
} from '../condition/index.ts';
import type {
  EntryFilter,
  EntryInfo,
  EntryProblem,
  MailAnalysis,
  QueueManager,
} from '../ports/queue-manager.ts';
import type { QueueFileExamination } from '../ports/queue-store.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf, entriesOf } from '../system/queue-requests.ts';
import { ask } from '../system/utility-loop.ts';
import { parseVmsTime } from '../vms-time/index.ts';
import { type AnalysisOutput, openAnalysisOutput } from './analysis-output.ts';
import { type ManagementDeps, noPrivilege } from './deps.ts';
import { TCPIP } from './messages.ts';

const frame = {
  value: {
    list: true,
    keywords: {
      BEFORE: { value: { required: true, type: '$DATETIME' } },
      SINCE: { value: { required: true, type: '$DATETIME' } },
    },
  },
} as const;

export const analyzeMailVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'ANALYZE MAIL',
    summary: 'Compares the SMTP queue with the texts of its mail, and repairs.',
    source: 'Management Command Reference, ANALYZE MAIL',
    privilege: 'SYSNAM, SYSPRV or BYPASS',
    parameters: [{ label: 'USER_NAME', prompt: 'User' }],
    qualifiers: {
      CONFIRM: { summary: 'ask before each repair or deletion' },
      DELETE: { ...frame, negatable: false, summary: 'delete texts that have no entry' },
      HOLD: {
        negatable: false,
        value: { type: '$DATETIME', required: true },
        summary: 'hold what is submitted again until then',
      },
      LOG: { value: { type: '$OUTFILE' }, summary: 'default TCPIP$SMTP_ANALYZE.LOG' },
      REPAIR: { ...frame, summary: 'submit failed mail again, delete entries without text' },
    },
    disallow: ['HOLD AND NOT REPAIR', 'CONFIRM AND NOT DELETE AND NOT REPAIR'],
    async routine(command, context) {
      if (!['SYSNAM', 'SYSPRV', 'BYPASS'].some((each) => context.process.privileges.has(each))) {
        throw noPrivilege(TCPIP.MAILERROR);
      }
      const work = new Analysis(
        command,
        context,
        await deps.queueManager(),
        await openAnalysisOutput(command, context),
        deps.examineQueueFile,
      );
      await work.run();
      return SYSTEM.NORMAL.value;
    },
  });

/** Instants a qualifier is about: from `since` on, before `before`. */
interface Frame {
  readonly since: number;
  readonly before: number;
}

class Analysis {
  readonly #command: ParsedCommand;
  readonly #context: VerbContext;
  readonly #manager: QueueManager;
  readonly #output: AnalysisOutput;
  readonly #examineQueueFile: ManagementDeps['examineQueueFile'];
  readonly #done = { deletedEntries: 0, held: 0, deletedFiles: 0, submitted: 0, errors: 0 };
  #answer: 'ask' | 'all' | 'end';

  constructor(
    command: ParsedCommand,
    context: VerbContext,
    manager: QueueManager,
    output: AnalysisOutput,
    examineQueueFile: ManagementDeps['examineQueueFile'],
  ) {
    this.#command = command;
    this.#context = context;
    this.#manager = manager;
    this.#output = output;
    this.#examineQueueFile = examineQueueFile;
    this.#answer = command.present('CONFIRM') ? 'ask' : 'all';
  }

  async run(): Promise<void> {
    try {
      const deletion = this.#frame('DELETE');
      const repair = this.#frame('REPAIR');
      if (deletion !== undefined && repair !== undefined && overlap(deletion, repair)) signal(CLI.CONFLICT);
      const { nodeName } = this.#context.process;
      await this.#say(TCPIP.ANA_RUNING, nodeName);
      const found = await this.#manager.analyzeMail(callerOf(this.#context));
      for (const orphan of found.orphans) {
        await this.#say(TCPIP.ANA_NOENTR, orphan.fileSpecification);
        if (deletion !== undefined && isWithin(orphan.createdAt, deletion)) await this.#deleteFile(orphan);
      }
      const file = await this.#examination();
      if (this.#context.signal.aborted) return;
      const corrupt = onePerEntry([...found.corrupt, ...file.entries]);
      await this.#tell(found, file, corrupt);
      if (repair !== undefined) {
        const lost = corrupt.filter(({ isMendable }) => isMendable !== true).map(({ entry }) => entry);
        await this.#repair(repair, new Set(lost));
        await this.#mend(found, file);
      }
      await this.#say(TCPIP.ANA_COMPLE, nodeName);
      await this.#sumUp({ ...found, corrupt });
    } finally {
      await this.#output.close();
    }
  }

  async #examination(): Promise<QueueFileExamination> {
    try {
      return await this.#examineQueueFile(this.#context.signal);
    } catch (error) {
      return { problems: [reasonOf(error)], entries: [], strays: 0 };
    }
  }

  /** Deviation: nothing is said where nothing is wrong; the product has no such lines. */
  async #tell(
    { adrift, miscounted }: MailAnalysis,
    { problems, strays }: QueueFileExamination,
    corrupt: readonly EntryProblem[],
  ): Promise<void> {
    for (const each of problems) await this.#say(TCPIP.ANA_BADFILE, each);
    for (const { entry, problem } of corrupt) await this.#say(TCPIP.ANA_BADENTR, entry, problem);
    for (const each of adrift) await this.#say(TCPIP.ANA_ADRIFT, each);
    for (const each of miscounted) await this.#say(TCPIP.ANA_COUNTS, each);
    if (strays > 0) await this.#say(TCPIP.ANA_STRAYS, strays);
  }

  /** What is wrong beside the entries. */
  async #mend(
    { adrift, miscounted }: MailAnalysis,
    { problems, entries, strays }: QueueFileExamination,
  ): Promise<void> {
    const isWrong = [adrift, miscounted, problems, entries].some(({ length }) => length > 0) || strays > 0;
    if (!isWrong || !(await this.#isAgreed(QUEUE_FILE))) return;
    try {
      const release = entries.filter(({ isMendable }) => isMendable === true).map(({ entry }) => entry);
      const how = { indexes: problems.length > 0, release };
      await this.#manager.repairMail(how, callerOf(this.#context));
      await this.#say(TCPIP.ANA_MENDED);
    } catch (error) {
      this.#done.errors += 1;
      await this.#say(TCPIP.ANA_BADFILE, reasonOf(error));
    }
  }

  #frame(label: 'DELETE' | 'REPAIR'): Frame | undefined {
    if (!this.#command.present(label)) return undefined;
    const now = this.#context.process.clock.now();
    const instant = (keyword: string, open: number): number => {
      const text = this.#command.value(`${label}.${keyword}`);
      return text === undefined ? open : parseVmsTime(text, now);
    };
    return {
      since: instant('SINCE', Number.NEGATIVE_INFINITY),
      before: instant('BEFORE', Number.POSITIVE_INFINITY),
    };
  }

  async #deleteFile(orphan: MailAnalysis['orphans'][number]): Promise<void> {
    if (!(await this.#isAgreed(orphan.fileSpecification))) return;
    if (this.#context.process.logicalNames.lookup('TCPIP$SMTP_ANAL_NODELETE') !== undefined) {
      await this.#output.line(`Not really deleting file ${orphan.fileSpecification}`);
      return;
    }
    try {
      if (await this.#manager.removeOrphan(orphan.spoolId, callerOf(this.#context)))
        this.#done.deletedFiles += 1;
    } catch {
      this.#done.errors += 1;
    }
  }

  /** @param lost  entries to be deleted, batch jobs too */
  async #repair(frame: Frame, lost: ReadonlySet<number>): Promise<void> {
    const userName = this.#command.value('USER_NAME')?.toUpperCase();
    const caller = callerOf(this.#context);
    const owner = userName === undefined ? {} : { userName };
    const wanted: EntryInfo[] = [];
    const look = async (filter: EntryFilter): Promise<void> => {
      for await (const each of entriesOf(this.#manager, { ...filter, ...owner }, caller))
        if (isWithin(each.submittedAt, frame)) wanted.push(each);
    };
    if (lost.size > 0) await look({ entries: [...lost] });
    await look({ kind: 'mail', states: ['retainedOnError'] });
    for (const each of wanted) {
      if (this.#context.signal.aborted) return;
      // One that is damaged may have been retained for that: it comes once.
      if (wanted.find(({ entry }) => entry === each.entry) !== each) continue;
      if (await this.#isAgreed(each.fileSpecification)) await this.#repairEntry(each, lost.has(each.entry));
    }
  }

  async #repairEntry({ entry }: EntryInfo, isCorrupt: boolean): Promise<void> {
    const caller = callerOf(this.#context);
    if (isCorrupt) {
      try {
        await this.#manager.deleteEntries([entry], caller);
        this.#done.deletedEntries += 1;
      } catch {
        // It may have been delivered, or deleted, since.
        this.#done.errors += 1;
      }
      return;
    }
    const hold = this.#command.value('HOLD');
    if (hold === undefined) {
      await this.#manager.changeEntries([entry], { kind: 'release' }, caller);
      this.#done.submitted += 1;
      return;
    }
    const instant = parseVmsTime(hold, this.#context.process.clock.now());
    await this.#manager.changeEntries([entry], { kind: 'after', instant }, caller);
    this.#done.held += 1;
  }

  /** `CONFIRM [Y/N/G]:`, where /CONFIRM asks for it. */
  async #isAgreed(fileSpecification: string): Promise<boolean> {
    if (this.#answer === 'all') return true;
    if (this.#answer === 'end') return false;
    await this.#context.output.writeLine(fileSpecification);
    const answer = await ask(this.#context, 'CONFIRM [Y/N/G]:');
    if (answer === 'all' || answer === 'end') this.#answer = answer;
    return answer === 'yes' || answer === 'all';
  }

  async #sumUp({ pairs, orphans, corrupt, strangers }: MailAnalysis): Promise<void> {
    const { deletedEntries, held, deletedFiles, submitted, errors } = this.#done;
    await this.#say(TCPIP.ANA_FEPAIR, pairs);
    await this.#say(TCPIP.ANA_DELQEN, deletedEntries);
    await this.#say(TCPIP.ANA_FILNOQ, orphans.length);
    await this.#say(TCPIP.ANA_FILHLD, held);
    await this.#say(TCPIP.ANA_FILDEL, deletedFiles);
    await this.#say(TCPIP.ANA_SUBFIL, submitted);
    await this.#say(TCPIP.ANA_FILACE, errors);
    await this.#say(TCPIP.ANA_NONCFF, strangers);
    await this.#say(TCPIP.ANA_FILCOR, corrupt.length);
  }

  async #say(message: MessageDefinition, ...args: readonly (string | number)[]): Promise<void> {
    for (const text of conditionLines(condition(message, ...args)))
      for (const line of text.split(/\r?\n/)) await this.#output.line(line);
  }
}

const QUEUE_FILE = 'SYS$SYSTEM:QMAN$MASTER.DAT';

const onePerEntry = (problems: readonly EntryProblem[]): readonly EntryProblem[] =>
  [...new Map(problems.map((each) => [each.entry, each])).values()].sort((a, b) => a.entry - b.entry);

const overlap = (one: Frame, other: Frame): boolean => one.since < other.before && other.since < one.before;
const isWithin = (instant: number, { since, before }: Frame): boolean => instant >= since && instant < before;
