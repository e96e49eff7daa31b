/**
 * Plays the cases against a server: one that runs somewhere, a private Postfix or Exim, or our own node. README.md beside
 * this file tells how.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allCases } from './case-file.ts';
import { startExim, whyNoExim } from './exim.ts';
import { startOurs } from './ours.ts';
import { play } from './play.ts';
import { startPostfixTarget, whyNoPostfix } from './postfix.ts';
import { startScriptedPeer } from './scripted-peer.ts';
import { type Result, writeTable } from './table.ts';
import { missingFor, offersOf, type Target } from './target.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string', default: '25' },
    'submission-port': { type: 'string' },
    'submissions-port': { type: 'string' },
    'lmtp-port': { type: 'string' },
    as: { type: 'string', default: 'other' },
    local: { type: 'string', default: 'postmaster@localhost' },
    other: { type: 'string', default: 'root@localhost' },
    unknown: { type: 'string' },
    foreign: { type: 'string', default: 'somebody@foreign.example' },
    sender: { type: 'string', default: 'anne@client.example' },
    user: { type: 'string' },
    password: { type: 'string' },
    'peer-port': { type: 'string' },
    'stranger-address': { type: 'string' },
    only: { type: 'string', default: '' },
    table: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});

type Running = Target & AsyncDisposable;

async function startTarget(name: string): Promise<Running | string> {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-conformance-'));
  const own = async (start: () => Promise<Running>): Promise<Running> => {
    const target = await start();
    return {
      ...target,
      async [Symbol.asyncDispose]() {
        await target[Symbol.asyncDispose]();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  };
  switch (name) {
    case 'ours':
      return own(startOurs);
    case 'postfix':
      return whyNoPostfix() ?? own(() => startPostfixTarget(directory));
    case 'exim':
      return whyNoExim() ?? own(() => startExim(directory));
    default:
      return startOther();
  }
}

/** A server that somebody else runs: what is not told of it, no case asks for. */
async function startOther(): Promise<Running> {
  const peer =
    values['peer-port'] === undefined ? undefined : await startScriptedPeer(Number(values['peer-port']));
  const port = (value: string | undefined, service: string): [string, number][] =>
    value === undefined ? [] : [[service, Number(value)]];
  const [localPart = '', domain = ''] = values.local.split('@');
  return {
    name: values.as,
    host: values.host!,
    ports: Object.fromEntries([
      ...port(values.port, 'smtp'),
      ...port(values['submission-port'], 'submission'),
      ...port(values['submissions-port'], 'submissions'),
      ...port(values['lmtp-port'], 'lmtp'),
    ]),
    variables: {
      local: values.local,
      other: values.other,
      'local-part': localPart,
      'local-domain': domain,
      'local-upper-domain': `${localPart}@${domain.toUpperCase()}`,
      unknown: values.unknown ?? `nobody-of-this-name@${domain}`,
      foreign: values.foreign,
      sender: values.sender,
      ...(values.user === undefined ? {} : { user: values.user }),
      ...(values.password === undefined ? {} : { password: values.password }),
    },
    peer,
    strangerAddress: values['stranger-address'],
    async [Symbol.asyncDispose]() {
      await peer?.[Symbol.asyncDispose]();
    },
  };
}

async function judge(target: Target): Promise<readonly Result[]> {
  const offers = await offersOf(target);
  const results: Result[] = [];
  for (const subject of allCases()) {
    if (!subject.id.includes(values.only)) continue;
    const missing = missingFor(subject, target, offers);
    if (missing !== undefined) {
      results.push({ subject, kind: 'not asked', detail: missing });
      continue;
    }
    const wrong = await play(subject, target).catch((error: Error) => `${error.message}: ${error.cause}`);
    const note = subject.notes.get(target.name);
    const kind =
      wrong === undefined
        ? note === undefined
          ? 'same'
          : 'note is stale'
        : note === undefined
          ? 'differs'
          : 'known';
    results.push({ subject, kind, detail: wrong ?? '' });
    if (!values.quiet && (kind === 'differs' || kind === 'note is stale'))
      console.log(`${kind}: ${subject.id} ${subject.level}: ${subject.rule}\n    ${wrong ?? note}`);
  }
  const count = (kind: Result['kind']): number => results.filter((each) => each.kind === kind).length;
  console.log(
    `${target.name}: ${results.length} cases: ${count('same')} as the rule says, ${count('known')} other than it and explained, ` +
      `${count('differs')} other than it, ${count('note is stale')} explained for nothing, ${count('not asked')} not asked`,
  );
  const reasons = new Set(results.filter(({ kind }) => kind === 'not asked').map(({ detail }) => detail));
  if (reasons.size > 0) console.log(`  not asked, because: ${[...reasons].sort().join('; ')}`);
  const asked = new Set(
    results.filter(({ kind }) => kind !== 'not asked').flatMap(({ subject }) => subject.needs),
  );
  const unknown = [...new Set([...offers.keywords.values()].flatMap((each) => [...each]))].filter(
    (each) => !asked.has(each),
  );
  if (unknown.length > 0)
    console.log(`  offered, but no case was played for it: ${unknown.sort().join(', ')}`);
  return results;
}

const names =
  values.against?.split(',') ?? (values.host === undefined ? ['ours', 'postfix', 'exim'] : [values.as]);
const all = new Map<string, readonly Result[]>();
for (const name of names) {
  const target = await startTarget(name);
  if (typeof target === 'string') {
    console.log(`SKIPPED: ${name}: ${target}`);
    continue;
  }
  try {
    all.set(name, await judge(target));
  } finally {
    await target[Symbol.asyncDispose]();
  }
}
if (values.table) writeTable(all);
process.exitCode = [...all.values()].flat().some(({ kind }) => kind === 'differs' || kind === 'note is stale')
  ? 1
  : 0;
