/** A symbiont with everything around it faked but the sockets: for the tests of symbiont/. */
import { manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryResolver, type DnsTable } from '../../src/adapters/memory/resolver.ts';
import { createConnect } from '../../src/adapters/node/connect.ts';
import { createClientTls } from '../../src/adapters/node/tls/client-tls.ts';
import {
  createLocalDomains,
  createSmtpRecipients,
  listFile,
  type SmtpFiles,
} from '../../src/mail/routing/index.ts';
import type { LocalDelivery, LocalDeliveryResult } from '../../src/ports/local-delivery.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { Spool } from '../../src/ports/message-text.ts';
import type { Assignment, EntryOutcome, Submission, SymbiontPort } from '../../src/ports/queue-manager.ts';
import type { Account } from '../../src/ports/system-store.ts';
import { defaultSymbiontSettings, type SymbiontSettings } from '../../src/symbiont/settings.ts';
import { createSymbiont, type SymbiontDependencies } from '../../src/symbiont/symbiont.ts';
import { createWatch } from './watch.ts';

export const HOST = 'pluto.acme.com';

export interface RigOptions {
  readonly dns?: DnsTable;
  readonly users?: readonly string[];
  readonly disabledUsers?: readonly string[];
  readonly forwarding?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, readonly string[]>>;
  readonly settings?: Partial<SymbiontSettings>;
  readonly port?: number;
  /** Default as of manualClock. */
  readonly startedAt?: number;
  readonly deliver?: (delivery: LocalDelivery) => LocalDeliveryResult;
  /** false: it died before it could forget delivery keys. Default true. */
  readonly forgetsKeys?: boolean;
  /** Of these keys those that are known, in the place of those of what was delivered. */
  readonly knownDeliveryKeys?: (keys: readonly string[]) => readonly string[];
  /** What is submitted beside reports of outcomes; rejects where the queue manager would. */
  readonly submit?: (submission: Submission) => Promise<void>;
  readonly dependencies?: Partial<SymbiontDependencies>;
}

export async function startRig(options: RigOptions = {}) {
  const clock = manualClock(options.startedAt);
  const spool = memorySpool();
  const files: SmtpFiles = {
    records: async (name) => options.files?.[name],
    systemRecords: async (name) => options.files?.[name],
    list: async (name) => options.files?.[name] && listFile(options.files[name]),
  };
  const settings = { ...defaultSymbiontSettings, logLevel: 5, ...options.settings };
  const domains = createLocalDomains({
    hostName: HOST,
    nodeName: 'PLUTO',
    settings: () => settings,
    files,
    clock,
  });
  const recipients = createSmtpRecipients({
    domains,
    nodeName: 'PLUTO',
    accounts: { account: async (name) => accountOf(name, options) },
    forwarding: async (name) => options.forwarding?.[name],
    files,
    settings: () => settings,
  });

  const deliveries: LocalDelivery[] = [];
  const batches: (readonly LocalDelivery[])[] = [];
  const seenKeys = new Set<string>();
  const forgotten: string[] = [];
  const outcomes: EntryOutcome[] = [];
  const reports: (readonly EntryOutcome[])[] = [];
  const submissions: Submission[] = [];
  const givenBack: number[] = [];
  const operatorMessages: string[] = [];
  const logLines: string[] = [];
  let port: SymbiontPort | undefined;
  let isClosed = false;
  const { changed, until } = createWatch();

  const symbiont = createSymbiont({
    queueManager: {
      submit: async (submission) => {
        await options.submit?.(submission);
        submissions.push(submission);
        changed();
        return { entry: 9_000 + submissions.length, jobName: 'submitted' };
      },
      registerSymbiont: async (symbiontPort) => {
        port = symbiontPort;
        return {
          report: async (batch) => {
            reports.push(batch);
            outcomes.push(...batch);
            changed();
          },
          giveBack: async (entries) => {
            givenBack.push(...entries);
            changed();
          },
          close: async () => {
            isClosed = true;
          },
        };
      },
    },
    delivery: {
      deliver: async (batch) => {
        batches.push(batch);
        return batch.map((each) => {
          const result = options.deliver?.(each) ?? { kind: 'delivered' };
          // As MAIL does: a key that was there before changes nothing and succeeds.
          if (result.kind === 'delivered' && !seenKeys.has(each.deliveryKey)) {
            seenKeys.add(each.deliveryKey);
            deliveries.push(each);
          }
          return result;
        });
      },
      knownDeliveryKeys: async (keys) =>
        new Set(options.knownDeliveryKeys?.(keys) ?? keys.filter((each) => seenKeys.has(each))),
      forgetDeliveryKeys: async (keys, beginnings = []) => {
        forgotten.push(...keys, ...beginnings);
        if (options.forgetsKeys === false) return;
        for (const key of seenKeys)
          if (keys.includes(key) || beginnings.some((beginning) => key.startsWith(beginning)))
            seenKeys.delete(key);
      },
    },
    recipients,
    isLocalDomain: domains.isLocal,
    spool,
    resolver: createMemoryResolver(options.dns ?? {}),
    connect: createConnect(),
    clientTls: createClientTls(),
    clock,
    log: silentLog,
    opcom: { operatorMessage: (_class, _from, text) => void operatorMessages.push(text), broadcast() {} },
    hostName: HOST,
    settings: () => settings,
    writeLogLines: (lines) => void logLines.push(...lines.split('\n')),
    remotePort: options.port ?? 1,
    random: () => 0,
    ...options.dependencies,
  });
  await symbiont.start();

  let nextEntry = 1;
  const assignment = (
    forwardPaths: readonly string[],
    text = 'Received: by x;\r\n\tdate\r\nFrom: Ann <ann@x.example>\r\nTo: jones@pluto.acme.com\r\nSubject: Hi\r\n\r\nHello\r\n',
    rest: Partial<Assignment> = {},
  ): Assignment => {
    const entry = nextEntry++;
    return {
      entry,
      entryId: `id${entry}`,
      queueName: 'TCPIP$SMTP_PLUTO_01',
      jobName: `2611240624115${entry}_TCPIP$SMTP`,
      userName: 'TCPIP$SMTP',
      reversePath: 'ann@x.example',
      submittedAt: clock.now(),
      text: { kind: 'inline', bytes: Buffer.from(text) },
      recipients: forwardPaths.map((forwardPath, index) => ({ index, forwardPath, attempts: 0 })),
      ...rest,
    };
  };

  return {
    symbiont,
    recipients,
    clock,
    spool,
    assignment,
    deliveries,
    batches,
    forgotten,
    outcomes,
    reports,
    submissions,
    givenBack,
    operatorMessages,
    logLines,
    isClosed: () => isClosed,
    process: (...batch: Assignment[]) => port?.process(batch),
    recall: (entries: readonly number[], how: 'afterRecipient' | 'abort') => port?.recall(entries, how),
    /** Resolves once so many entries have been reported. */
    reported: (count: number) => until(() => outcomes.length >= count),
    submitted: (count: number) => until(() => submissions.length >= count),
    gaveBack: (count: number) => until(() => givenBack.length >= count),
    /** Hands an assignment in and waits for its outcome. */
    run: async (each: Assignment): Promise<EntryOutcome> => {
      port?.process([each]);
      await until(() => outcomes.some((outcome) => outcome.entryId === each.entryId));
      return outcomes.find((outcome) => outcome.entryId === each.entryId)!;
    },
    [Symbol.asyncDispose]: () => symbiont.stop({ graceMs: 0 }),
  };
}

function accountOf(name: string, options: RigOptions): Account | undefined {
  const isDisabled = options.disabledUsers?.includes(name) === true;
  if (!isDisabled && !(options.users ?? ['JONES', 'SYSTEM']).includes(name)) return undefined;
  return {
    userName: name,
    uic: { group: 200, member: 1 },
    owner: '',
    device: 'DKA0:',
    directory: `[${name}]`,
    passwordHash: '',
    privileges: [],
    defaultPrivileges: [],
    flags: isDisabled ? ['DISMAIL'] : [],
    loginCommand: '',
  };
}

export function memorySpool() {
  const texts = new Map<string, Buffer>();
  let next = 0;
  const spool: Spool = {
    create() {
      const chunks: Uint8Array[] = [];
      return {
        write(chunk) {
          chunks.push(chunk);
          return undefined;
        },
        async commit() {
          const id = `s${next++}`;
          texts.set(id, Buffer.concat(chunks));
          return id;
        },
        async *read() {
          yield* chunks;
        },
        abandon: async () => {},
      };
    },
    async *read({ spoolId, beginning: { head, from } = { head: Buffer.alloc(0), from: 0 } }) {
      const file = texts.get(spoolId);
      if (file === undefined) throw new Error(`no text ${spoolId}`);
      const text = Buffer.concat([head, file.subarray(from)]);
      for (let start = 0; start < text.length; start += 10_000) yield text.subarray(start, start + 10_000);
    },
    linkTo: async () => {},
    remove: async (spoolId) => void texts.delete(spoolId),
    list: async () => [...texts.keys()],
    sizeBytes: async (spoolId) => texts.get(spoolId)?.length,
    strangers: async () => 0,
  };
  return { ...spool, texts };
}
