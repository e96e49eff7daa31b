/** SEARCH: records that hold strings. Source: dcl.md §13 [R8]; DCL Dictionary, SEARCH. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, isSuccess } from '../../../condition/index.ts';
import type { FileEntry, RecordReader } from '../../../ports/file-system.ts';
import type { ProcessUsage } from '../../../ports/node-information.ts';
import { commandOutput, outputFile } from '../../../system/command-output.ts';
import { formatDelta } from '../../../vms-time/index.ts';
import { ShownStatus } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import { deviceRecords } from './device-records.ts';
import { filterDisallow, filterQualifiers } from './file-filter.ts';
import { FileOperation } from './file-operation.ts';
import { withReason } from './input-files.ts';
import { SEARCH } from './messages.ts';
import { isEnough, type ListingOutput, pagedOutput } from './paged-output.ts';
import { displayQualifiers, recordDisplay } from './search-display.ts';
import { recordTest } from './search-match.ts';
import { SearchWindow, windowOf } from './search-window.ts';

export const searchVerb: CoreVerb = {
  name: 'SEARCH',
  summary: 'Looks for strings in files.',
  parameters: [
    { label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } },
    { label: 'STRING', prompt: 'String(s)', required: true, value: { list: true } },
  ],
  qualifiers: {
    ...filterQualifiers,
    EXACT: {},
    MATCH: {
      negatable: false,
      value: { required: true, keywords: { AND: {}, OR: {}, NAND: {}, NOR: {}, XOR: {} } },
    },
    NUMBERS: {},
    WINDOW: { value: { list: true, type: '$NUMBER', default: '5' } },
    HEADING: {},
    REMAINING: {},
    STATISTICS: {},
    LOG: {},
    OUTPUT: { value: { type: '$FILE' } },
    PAGE: {},
    ...displayQualifiers,
  },
  disallow: [filterDisallow, 'WINDOW AND REMAINING'],
  routine: async (command, context) => {
    const texts = command.values('FILE');
    const isSeveral = texts.length > 1 || /[*%]|\.\.\./.test(texts[0] ?? '');
    const operation = new FileOperation(command, context, { texts, failure: SEARCH.OPENIN });
    const to = outputFile(command);
    const file = await commandOutput(context, to);
    const output = command.present('PAGE') && to === undefined ? pagedOutput(file, context) : file;
    const search = new Search(
      operation,
      output,
      command.present('HEADING') || (isSeveral && !command.negated('HEADING')),
    );
    try {
      const device = deviceRecords(texts, context);
      if (device !== undefined) await operation.attempt(() => search.records(device.reader, device.name));
      else for await (const entry of operation.files()) await operation.attempt(() => search.file(entry));
      await search.end();
    } finally {
      await output.close();
    }
    return finalStatus(search, operation);
  },
};

/** dcl.md §13 [R8]: no file is an error of its own, no match is informational; both without the bit of what was shown. */
async function finalStatus(search: Search, operation: FileOperation): Promise<number> {
  const { interpreter } = operation.context;
  if (operation.isOver) return operation.status();
  if (search.files === 0 && !isSuccess(operation.status())) {
    await interpreter.display(new Condition(SEARCH.NOFILE));
    throw new ShownStatus(SEARCH.NOFILE.value);
  }
  if (search.matches > 0) return operation.status();
  await interpreter.display(new Condition(SEARCH.NOMATCHES));
  return isSuccess(operation.status()) ? SEARCH.NOMATCHES.value : operation.status();
}

/** One command over all its files. */
class Search {
  files = 0;
  matches = 0;
  readonly #operation: FileOperation;
  readonly #command: ParsedCommand;
  readonly #output: ListingOutput;
  readonly #heading: boolean;
  readonly #fits: (record: string) => boolean;
  readonly #shown: (record: string) => string;
  readonly #startedAt: number;
  readonly #usageBefore: ProcessUsage;
  #records = 0;
  #characters = 0;
  #printed = 0;

  constructor(operation: FileOperation, output: ListingOutput, heading: boolean) {
    this.#operation = operation;
    this.#command = operation.command;
    this.#output = output;
    this.#heading = heading;
    this.#fits = recordTest(operation.command);
    const isTerminal = operation.context.output.isTerminal && outputFile(operation.command) === undefined;
    this.#shown = recordDisplay(operation.command, isTerminal);
    this.#startedAt = operation.context.process.clock.now();
    this.#usageBefore = operation.context.process.node.usage();
  }

  async file(entry: FileEntry): Promise<void> {
    const { context } = this.#operation;
    const { specification } = entry;
    const reader = await context.process.files.openRead(specification).catch((error: unknown) => {
      throw withReason(SEARCH.OPENIN, specification, error);
    });
    await this.records(reader, specification);
  }

  /** Closes the reader. */
  async records(reader: RecordReader, specification: string): Promise<void> {
    this.files += 1;
    const window = new SearchWindow(windowOf(this.#command), (line, number) => this.#print(line, number));
    let [records, matches] = [0, 0];
    try {
      for (let record = await reader.read(); record !== undefined; record = await reader.read()) {
        if (this.#operation.isOver || isEnough(this.#output)) return;
        records += 1;
        this.#characters += record.length;
        const isMatch = this.#fits(record);
        if (isMatch && matches === 0) await this.#head(specification);
        if (isMatch) matches += 1;
        const isShown = isMatch || (matches > 0 && this.#command.present('REMAINING'));
        await window.record(record, records, isShown);
      }
    } finally {
      await reader.close();
      this.#records += records;
      this.matches += matches;
    }
    if (records === 0) await this.#operation.say(SEARCH.NULLFILE, specification);
    else if (matches > 0)
      await this.#operation.log(
        SEARCH.MATCHED,
        specification,
        records,
        matches,
        matches === 1 ? 'match' : 'matches',
      );
    else await this.#operation.log(SEARCH.NOMATCH, specification, records);
  }

  async end(): Promise<void> {
    if (!this.#command.present('STATISTICS') || this.files === 0) return;
    const { clock, node } = this.#operation.context.process;
    const [before, now] = [this.#usageBefore, node.usage()];
    const count = (value: number): string => String(value).padStart(10);
    const rows = [
      ['Files searched:', this.files, 'Buffered I/O count:', count(now.bufferedIo - before.bufferedIo)],
      ['Records searched:', this.#records, 'Direct I/O count:', count(now.directIo - before.directIo)],
      ['Characters searched:', this.#characters, 'Page faults:', count(now.pageFaults - before.pageFaults)],
      ['Records matched:', this.matches, 'Elapsed CPU time:', formatDelta(now.cpuMs - before.cpuMs)],
      [
        'Lines printed:',
        this.#printed,
        'Elapsed time:',
        formatDelta(Math.max(0, clock.now() - this.#startedAt)),
      ],
    ] as const;
    const lines = rows.map(
      ([label, own, other, value]) => `${label.padEnd(22)}${count(own)}        ${other.padEnd(20)}${value}`,
    );
    // /NOOUTPUT keeps the records back, not what is known of them.
    const { output } = this.#operation.context;
    const write = this.#command.negated('OUTPUT')
      ? async (line: string) => output.writeLine(line)
      : (line: string) => this.#output.line(line);
    for (const line of ['', ...lines]) await write(line);
  }

  async #head(specification: string): Promise<void> {
    if (!this.#heading) return;
    for (const line of ['', '*'.repeat(30), specification, '']) await this.#output.line(line);
  }

  /** dcl.md §13 [R8]: the number right-aligned in 6, a tab, the record. */
  async #print(line: string, number: number | undefined): Promise<void> {
    this.#printed += 1;
    const isNumbered = number !== undefined && this.#command.present('NUMBERS');
    const text = number === undefined ? line : this.#shown(line);
    await this.#output.line(isNumbered ? `${String(number).padStart(6)}\t${text}` : text);
  }
}
