/** Servers, over real sockets: each dialogue is greeted, answered in whole lines, and ended. */
import { scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryQueueStore } from '../../src/adapters/memory/queue-store.ts';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { PROTOCOL, readKey } from '../../src/adapters/node/node-link/handshake.ts';
import { connectNode, serveNode } from '../../src/adapters/node/node-link/index.ts';
import { Condition } from '../../src/condition/index.ts';
import { openSession } from '../../src/dcl/testing/session-fixture.ts';
import { createMailQuota } from '../../src/mail/index.ts';
import type { Log } from '../../src/ports/log.ts';
import type { OperatorRequests } from '../../src/ports/operator-requests.ts';
import { startQueueManager, submission } from '../../src/queue-manager/testing/test-node.ts';
import { type ImapRig, startImapRig } from '../support/imap-rig.ts';
import { startFixture } from '../support/node-fixture.ts';
import { dcl as dclGrammar } from './grammars/dcl.ts';
import { frames } from './grammars/frames.ts';
import { imap as imapGrammar } from './grammars/imap.ts';
import { pop as popGrammar, smtp as smtpGrammar } from './grammars/smtp.ts';
import { deliverMailOfANode } from './mail-of-a-node.ts';
import { frame, framesOf } from './socket-frames.ts';
import { corpus, said, type Target } from './target.ts';

const PASSWORD = 'HEART_OF_9';
/** Clients of a server: most of what one takes is waiting. */
const AT_ONCE = 6;

/** Errors are bugs: what a peer or a disk does is none here. */
function bugLog(): { readonly log: Log; take(): readonly string[] } {
  let found: string[] = [];
  return {
    log: {
      debug() {},
      info() {},
      warn() {},
      error({ err }, message) {
        if (!(err instanceof Condition))
          found.push(`${message}: ${err instanceof Error ? err.stack : String(err)}`);
      },
    },
    take() {
      const taken = found;
      found = [];
      return taken;
    },
  };
}

/** Says it all, says no more, and hears everything up to the end. */
function talk(
  where: { readonly port: number } | { readonly path: string },
  pieces: readonly string[],
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', ...where, allowHalfOpen: true } as never);
    let heard = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(heard));
    for (const each of pieces) socket.write(each, 'latin1');
    socket.end();
  });
}

function mustBeWhole(heard: string, greeting: RegExp): void {
  if (!greeting.test(heard)) throw new Error(`no greeting: ${JSON.stringify(heard.slice(0, 200))}`);
  if (!heard.endsWith('\r\n'))
    throw new Error(`half a line at the end: ${JSON.stringify(heard.slice(-200))}`);
}

/** A whole node to which this machine is a stranger, and which counts nobody. */
const CONFIGURATION = `Good-Clients: 192.0.2.1
Tarpit: FALSE
Client-Connection-Rate: 0
Client-Message-Rate: 0
Client-Recipient-Rate: 0
Client-Error-Rate: 0
Auth-Without-Tls: TRUE
`;

/** As accounts have it, at the least cost: inputs are there by the thousand. */
function cheapHash(password: string): string {
  const salt = Buffer.alloc(16);
  const key = scryptSync(password, salt, 32, { N: 16, r: 8, p: 1 });
  return `$scrypt$ln=4,r=8,p=1$${salt.toString('base64')}$${key.toString('base64')}`;
}

async function node() {
  const { log, take } = bugLog();
  const fixture = await startFixture(['MARLOW', 'SMITH'], { log, resolver: createMemoryResolver({}) });
  const account = (await fixture.node.systemStore.account('MARLOW'))!;
  await fixture.node.systemStore.putAccount({ ...account, passwordHash: cheapHash(PASSWORD) });
  writeFileSync(join(fixture.root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'), CONFIGURATION);
  await fixture.dcl('SYSTEM', 'TCPIP ENABLE SERVICE POP\n');
  return { fixture, bugs: take, close: async () => fixture[Symbol.asyncDispose]() };
}

const smtp = async (): Promise<Target> => {
  const { fixture, ...rest } = await node();
  const port = fixture.node.port('SMTP');
  return {
    ...rest,
    atOnce: AT_ONCE,
    grammar: smtpGrammar,
    // To find out that nobody has a name takes as long as a password does at its full price.
    mayTake: { anyMs: 500, lineMs: 3 },
    seeds: [...corpus('smtp'), ...said('smtp', /^C: /)],
    take: async (_, pieces) => mustBeWhole(await talk({ port }, pieces), /^220 /),
  };
};

const pop = async (): Promise<Target> => {
  const { fixture, ...rest } = await node();
  for (const subject of ['one', 'two'])
    await fixture.mail('SMITH', `SEND\nMARLOW\n${subject}\ntext\n\u001a\n`);
  const port = fixture.node.port('POP');
  const { systemStore } = fixture.node;
  const marlow = (await systemStore.account('MARLOW'))!;
  const account = systemStore.account.bind(systemStore);
  // To find out that nobody has a name takes as long as a password does at its full price: others' is as cheap here.
  systemStore.account = async (name) => (await account(name)) ?? { ...marlow, passwordHash: cheapHash('') };
  return {
    // A maildrop is one client's at a time.
    ...rest,
    grammar: popGrammar,
    mayTake: { anyMs: 100, lineMs: 2 },
    seeds: [...corpus('pop'), ...said('pop', /^C: /)].map((each) =>
      each.replace(/USER \S+/gi, 'USER marlow'),
    ),
    // The last one would log in a second time, and wait for the mailbox.
    take: async (_, pieces) => mustBeWhole(await talk({ port }, pieces), /^(\+OK|-ERR) /),
  };
};

/** For what inputs leave behind. */
const ROOM_BYTES = 16 * 1_048_576;

const imap = async (): Promise<Target> => {
  const { log, take } = bugLog();
  let limitBytes = 0;
  const rig: ImapRig = await startImapRig({
    log,
    quota: createMailQuota({
      store: { usedBytes: (userName) => rig.store.usedBytes(userName) },
      accounts: { account: async () => undefined },
      limitBytes: async () => limitBytes,
    }),
  });
  const seeds = [...corpus('imap'), ...said('imap', /^C: /)].map((each) =>
    each.replace(/LOGIN \S+ \S+/gi, 'LOGIN smith secret'),
  );
  // Something to look at.
  await deliverMailOfANode(rig.store);
  await talk(rig, [corpus('imap').join('').replace(/^/, 'a LOGIN smith secret\r\n')]);
  // Whoever copies all of a folder into itself twenty times has a million times as much, where nothing limits it.
  limitBytes = (await rig.store.usedBytes('SMITH')) + ROOM_BYTES;
  return {
    seeds,
    grammar: imapGrammar,
    mayTake: { anyMs: 150, lineMs: 3 },
    atOnce: AT_ONCE,
    bugs: take,
    take: async (_, pieces) =>
      mustBeWhole(await talk({ port: rig.port }, ['x LOGIN smith secret\r\n', ...pieces]), /^\* OK /),
    close: () => rig.close(),
  };
};

/** @returns the first frame of a process that belongs to the node */
const hello = (key: string): string =>
  frame(0, 0, JSON.stringify({ protocol: PROTOCOL, key, process: 'TEST' }));

/** What processes of a node say to each other, and to a queue manager: strangers with the key in their hands. */
const socket = async (): Promise<Target> => {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const path = join(directory, 'QM.SOCK');
  const { manager } = await startQueueManager({ store: createMemoryQueueStore() });
  const server = await serveNode(path, {
    nodeName: 'HEARTS',
    queueManager: manager,
    operator: { operatorMessage() {}, broadcast() {} },
    operatorRequests: {} as OperatorRequests,
    handlers: { echo: async (params) => params },
  });
  const isServed = async (): Promise<void> => {
    const client = await connectNode(path, { process: 'TEST' });
    await client.queueManager.queues();
    await client.queueManager.submit(submission());
    await client.close();
  };
  let count = 0;
  return {
    grammar: frames,
    // Who has the key may ask what makes no sense, and is told so in the log.
    seeds: corpus('socket'),
    async take(input, pieces) {
      const sent = input.startsWith('#\n') ? [framesOf(input)] : pieces;
      await talk({ path }, input.length % 8 === 0 ? sent : [hello(readKey(path)), ...sent]);
      if (count++ % 20 === 0) await isServed();
    },
    async close() {
      await server.close();
      await manager.stop();
      rmSync(directory, { recursive: true });
    },
  };
};

/** A procedure may well go on for ever; then it is stopped. */
const PROCEDURE_MS = 150;
/** What one leaves behind another finds, but not for too long. */
const PROCEDURES_OF_A_SESSION = 50;

const dcl = async (): Promise<Target> => {
  const found: string[] = [];
  const open = async () => {
    const stop = new AbortController();
    const opened = await openSession({
      signal: stop.signal,
      onBug: (error) => {
        if (!(error instanceof Condition)) found.push((error as Error).stack ?? String(error));
      },
      output: { isTerminal: false, columns: 80, rows: 24, writeLine() {}, writeRaw() {} },
      files: { 'DKA0:[JONES]A.TXT;1': 'one\ntwo\n' },
    });
    return { ...opened, stop, count: 0 };
  };
  let opened: Awaited<ReturnType<typeof open>> | undefined;
  const close = async (): Promise<void> => {
    const { session } = opened ?? {};
    opened = undefined;
    await session?.close();
  };
  return {
    grammar: dclGrammar,
    seeds: [
      ...corpus('dcl'),
      ...said('dcl', /^\$ /, '\n').map((each) => each.replace(/^/gm, '$ ')),
      ...said('dcl-examples', /^\$ /, '\n'),
    ],
    // Each of its lines may be a loop, and a new session is dear.
    mayTake: { anyMs: 4 * PROCEDURE_MS, lineMs: 2 },
    bugs: () => found.splice(0),
    async take(input) {
      opened ??= await open();
      const { session, files, stop } = opened;
      const timer = setTimeout(() => stop.abort(), PROCEDURE_MS);
      try {
        files.put('DKA0:[JONES]FUZZ.COM;1', input);
        await session.procedure('FUZZ').catch((error: unknown) => {
          if (!(error instanceof Condition)) throw error;
        });
      } finally {
        clearTimeout(timer);
        opened.count += 1;
        if (stop.signal.aborted || opened.count >= PROCEDURES_OF_A_SESSION) await close();
      }
    },
    close,
  };
};

export const dialogues = { smtp, pop, imap, socket, dcl };
