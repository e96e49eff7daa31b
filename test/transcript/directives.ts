/** `!@` lines: what each sets up. test/transcripts/README.md lists them for authors. */
import { createMemoryPrintQueues } from '../../src/adapters/memory/print-queues.ts';
import type { MxRecord } from '../../src/ports/resolver.ts';
import { hashPassword } from '../../src/system/passwords.ts';
import { parseVmsTime } from '../../src/vms-time/index.ts';
import type { Stage } from './stage.ts';
import { unescaped, visible } from './visible.ts';

export interface Directive {
  /** `user NAME [PRIVILEGE…] [password=…]` */
  readonly usage: string;
  /** Lines it returns are what was written, and stand below it. */
  readonly run: (stage: Stage, given: DirectiveWords) => unknown;
  /** Has to stand before anything that needs the node. */
  readonly beforeBoot?: boolean;
}

export interface DirectiveWords {
  /** Without quotation marks, and without those of the form name=value. */
  readonly words: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  /** The text behind the directive's name as it stands there. */
  readonly rest: string;
  /** The `| ` lines below. */
  readonly content: readonly string[];
}

/** What a directive did not understand; the stage says where. */
export class DirectiveMistake extends Error {}

const needed = (fields: Readonly<Record<string, string>>, name: string): string => {
  const value = fields[name];
  if (value === undefined) throw new DirectiveMistake(`${name}= is missing`);
  return value;
};

export const directives: Readonly<Record<string, Directive>> = {
  node: {
    usage: 'node NAME [HOST]',
    beforeBoot: true,
    run: (stage, { words: [name = '', host] }) =>
      stage.configure({ nodeName: name, ...(host === undefined ? {} : { hostName: host }) }),
  },

  clock: {
    usage: 'clock TIME · clock +DELTA',
    run: (stage, { rest }) => stage.setClock((now) => parseVmsTime(rest.replace(/^"(.*)"$/, '$1'), now)),
  },

  user: {
    usage: 'user NAME [PRIVILEGE…] [password=…]',
    async run(stage, { words: [name = '', ...privileges], fields }) {
      const { node } = await stage.node();
      const given = ['TMPMBX', 'NETMBX', ...privileges];
      const account = await node.systemStore.account(name);
      if (account === undefined) await node.addUser(name, given);
      else await node.systemStore.putAccount({ ...account, privileges: given, defaultPrivileges: given });
      if (fields['password'] !== undefined) {
        const added = (await node.systemStore.account(name))!;
        await node.systemStore.putAccount({ ...added, passwordHash: await hashPassword(fields['password']) });
      }
      stage.userName ??= name;
    },
  },

  login: {
    usage: 'login NAME',
    run(stage, { words: [name] }) {
      stage.userName = name;
    },
  },

  'whole-login': {
    usage: 'whole-login',
    run(stage) {
      stage.isWholeLogin = true;
    },
  },

  file: {
    usage: 'file SPECIFICATION ["record"…], with lines | below',
    async run(stage, { words: [specification = '', ...records], content }) {
      const { files } = await stage.node();
      const writer = await files.create(await stage.fileSpecification(specification));
      for (const record of [...records, ...content]) await writer.write(record);
      await writer.close();
    },
  },

  mail: {
    usage: 'mail user=… from=… subject=… at=… [to=…] [folder=…] [text="…\\n…"], text also as lines | below',
    async run(stage, { fields, content }) {
      const { node, clock } = await stage.node();
      const folder = fields['folder'] ?? 'NEWMAIL';
      const given = (name: string): string => unescaped(fields[name] ?? '');
      const records = [...(fields['text'] === undefined ? [] : given('text').split('\n')), ...content];
      const owner = needed(fields, 'user');
      await node.mailStore.deliver([
        {
          owner,
          folder,
          isNew: folder === 'NEWMAIL',
          receivedAt: parseVmsTime(needed(fields, 'at'), clock.now()),
          from: unescaped(needed(fields, 'from')),
          to: fields['to'] === undefined ? owner : given('to'),
          cc: given('cc'),
          subject: given('subject'),
          format: 'records',
          text: { kind: 'inline', bytes: Buffer.from(records.map((each) => `${each}\n`).join('')) },
        },
      ]);
    },
  },

  editor: {
    usage: 'editor COMMAND: what EDITOR of the host says from now on; the file is its last argument',
    run(stage, { rest }) {
      stage.editorEnvironment = { ...stage.editorEnvironment, EDITOR: rest };
    },
  },

  flag: {
    usage: 'flag NAME FLAG…: flags of an account',
    async run(stage, { words: [name = '', ...flags] }) {
      const { systemStore } = (await stage.node()).node;
      const account = await systemStore.account(name);
      if (account === undefined) throw new DirectiveMistake(`there is no account ${name}`);
      await systemStore.putAccount({ ...account, flags });
    },
  },

  'print-queue': {
    usage: 'print-queue NAME…: the queues that PRINT knows from the next login on',
    run(stage, { words }) {
      stage.printQueues = createMemoryPrintQueues(words);
    },
  },

  printed: {
    usage: 'printed: the jobs that were released, each with its text',
    run: (stage) =>
      (stage.printQueues?.jobs ?? []).flatMap(({ entry, queueName, userName, parameters, records }) => [
        `${entry} ${queueName} ${userName} ${JSON.stringify(parameters)}`,
        ...records.map((record) => visible(`| ${record}`)),
      ]),
  },

  pipe: {
    usage: 'pipe [COMMAND], with lines | below: a session without a terminal',
    run: (stage, { rest, content }) => stage.pipe(rest, content.map(unescaped)),
  },

  operator: {
    usage: 'operator COMMAND: what SYSTEM does in a session of his own; it has to succeed',
    async run(stage, { rest }) {
      const written = await stage.pipe(rest, [], 'SYSTEM');
      if (written.length !== 1 || !/^<status %X[0-9A-F]{7}[13579BDF]>$/.test(written[0]!))
        throw new DirectiveMistake(written.join(' '));
    },
  },

  submit: {
    usage: 'submit user=… to=…[,…] [from=…] [bytes=…] [hold] [after=TIME]',
    async run(stage, { words, fields }) {
      const { node, clock } = await stage.node();
      const after = fields['after'];
      await node.queueManager.submit({
        envelope: { reversePath: fields['from'] ?? '', forwardPaths: needed(fields, 'to').split(',') },
        text: { kind: 'inline', bytes: Buffer.alloc(Number(fields['bytes'] ?? 1400), 'x') },
        userName: needed(fields, 'user'),
        ...(words.includes('hold') ? { hold: true } : {}),
        ...(after === undefined ? {} : { after: parseVmsTime(after, clock.now()) }),
      });
    },
  },

  spooled: {
    usage:
      'spooled [user=… to=…] [lost]: a long text, without user= one that no entry knows; lost: removed afterwards',
    async run(stage, { words, fields }) {
      const { node, spool } = await stage.node();
      const writer = spool.create();
      await writer.write(Buffer.alloc(70_000, 'x'));
      const spoolId = await writer.commit();
      if (fields['user'] !== undefined) {
        await node.queueManager.submit({
          envelope: { reversePath: '', forwardPaths: needed(fields, 'to').split(',') },
          text: { kind: 'file', spoolId, sizeBytes: 70_000 },
          userName: fields['user'],
          hold: true,
        });
      }
      if (words.includes('lost')) await spool.remove(spoolId);
    },
  },

  wait: {
    usage: 'wait',
    run: (stage) => stage.queueIsQuiet(),
  },

  'no-node': {
    usage: 'no-node',
    run(stage) {
      stage.isNodeRunning = false;
    },
  },

  stop: {
    usage: 'stop',
    async run(stage) {
      // What is in hand ends first: the transcript goes on meanwhile.
      void (await stage.node()).stop();
    },
  },

  dns: {
    usage: 'dns NAME {MX preference host | A address… | PTR name… | TXT "text" | temporary}',
    async run(stage, { words: [name = '', type, ...values] }) {
      const { dns } = await stage.node();
      if (type === 'A') dns.addresses[name] = values;
      else if (type === 'PTR') dns.names[name] = values;
      else if (type === 'TXT') dns.txt[name] = [values.join(' ')];
      else if (type === 'temporary') dns.mx[name] = dns.addresses[name] = dns.txt[name] = 'temporary';
      else if (type === 'MX') {
        const before = dns.mx[name];
        const record: MxRecord = { preference: Number(values[0]), exchange: values[1] ?? '' };
        dns.mx[name] = [...(typeof before === 'object' ? before : []), record];
      } else throw new DirectiveMistake('a record is MX, A, PTR, TXT or temporary');
    },
  },

  port: {
    usage: 'port SERVICE NUMBER: the port SHOW SERVICE shows as bound',
    run: (stage, { words: [service = '', port] }) => stage.shownPorts.set(service, Number(port)),
  },

  setting: {
    usage: 'setting NAME=VALUE: a field of TCPIP$SMTP.CONF',
    async run(stage, { fields }) {
      const { node } = await stage.node();
      for (const [name, value] of Object.entries(fields)) await node.systemStore.putSetting(name, value);
    },
  },

  connect: {
    usage: 'connect [digit] [service=SMTP] [from=127.0.0.2]',
    run: (stage, { words: [name = ''], fields }) =>
      stage.connect(name, { service: fields['service'], from: fields['from'] }),
  },
};

/** `user SMITH "A B" x=1` in words and fields. */
export function directiveWords(text: string, content: readonly string[]): DirectiveWords {
  const words: string[] = [];
  const fields: Record<string, string> = {};
  for (const [word] of text.matchAll(/(?:[^\s"]|"(?:[^"]|"")*")+/g)) {
    const field = /^([A-Za-z-]+)=(.*)$/s.exec(word);
    if (field === null) words.push(unquoted(word));
    else fields[field[1]!] = unquoted(field[2]!);
  }
  return { words, fields, rest: text, content };
}

/** Quotation marks are doubled within others, as in DCL. */
const unquoted = (text: string): string =>
  text.replace(/"((?:[^"]|"")*)"/g, (_, inner: string) => inner.replaceAll('""', '"'));
