/** Parsers: they answer or throw a condition, whatever they are given. */
import {
  CDU,
  cldVerbs,
  parseCld,
  parseCommand,
  type VerbDefinition,
} from '../../src/command-definition/index.ts';
import { Condition } from '../../src/condition/index.ts';
import { formatBody, formatEnvelope } from '../../src/imap/structure/format-structure.ts';
import { StructureParser } from '../../src/imap/structure/structure-parser.ts';
import { formatAddress, parseAddress, splitList, splitSender } from '../../src/mail/addressing/index.ts';
import { addressParts } from '../../src/mail/routing/address-parts.ts';
import { parseHeaderBlock } from '../../src/mime/header-block.ts';
import { HtmlText, headerText, PartWalker, safeLines, transferDecoder } from '../../src/mime/index.ts';
import { mailboxList } from '../../src/mime/mailbox-list.ts';
import { formatMailbox, parseMailbox, parsePathArgument } from '../../src/smtp/path.ts';
import { plainAddress } from '../../src/smtp/plain-address.ts';
import {
  imapConfigurationFile,
  readConfigurationFile,
  smtpConfigurationFile,
} from '../../src/system/settings/index.ts';
import { addresses as addressGrammar } from './grammars/addresses.ts';
import { cld as cldGrammar } from './grammars/cld.ts';
import { configurationOf } from './grammars/configuration.ts';
import { mime as mimeGrammar } from './grammars/mime.ts';
import { corpus, said, shipped, type Target } from './target.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A condition is an answer; everything else is a bug. */
const answered = (work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
  }
};

const addresses = (): Target => ({
  grammar: addressGrammar,
  seeds: [
    ...corpus('addresses'),
    ...said('smtp', /^C: (?:MAIL FROM:|RCPT TO:)/).flatMap((each) => each.split('\r\n')),
  ],
  take(input) {
    const text = input.replace(/[\r\n]/g, ' ');
    for (const utf8 of [false, true]) {
      const mailbox = parseMailbox(text, { utf8 });
      // What was understood is understood again, as the same.
      if (typeof mailbox === 'object') {
        const written = formatMailbox(mailbox);
        const again = parseMailbox(written, { utf8 });
        if (JSON.stringify(again) !== JSON.stringify(mailbox))
          throw new Error(`${written} is something else`);
      }
      parsePathArgument(text, { utf8 } as never);
    }
    const address = parseAddress(text);
    if (address !== undefined) formatAddress(address);
    addressParts(text);
    plainAddress(text);
    splitSender(text);
    mailboxList(text);
    answered(() => splitList(text));
  },
});

const mime = (): Target => ({
  seeds: corpus('mime'),
  grammar: mimeGrammar,
  take(input, pieces) {
    const walker = new PartWalker({ raw: true });
    const raw: Buffer[] = [];
    let decoder = transferDecoder(undefined);
    const html = new HtmlText();
    let shown = '';
    const look = (
      events: Iterable<ReturnType<PartWalker['push']> extends Generator<infer E> ? E : never>,
    ): void => {
      for (const event of events) {
        if (event.kind === 'raw') raw.push(Buffer.from(event.bytes));
        else if (event.kind === 'part')
          decoder = transferDecoder((event.header as { encoding?: string }).encoding);
        else if (event.kind === 'data')
          for (const text of html.push(Buffer.from(decoder.write(event.bytes)).toString('latin1')))
            shown += text;
      }
    };
    const structure = new StructureParser();
    for (const piece of pieces) {
      look(walker.push(bytes(piece)));
      structure.push(bytes(piece));
    }
    look(walker.end());
    for (const text of html.end()) shown += text;
    safeLines(shown);
    if (Buffer.concat(raw).toString('latin1') !== input) throw new Error('octets are gone, or others');
    const found = structure.end();
    const whole = new StructureParser();
    whole.push(bytes(input));
    if (JSON.stringify(whole.end()) !== JSON.stringify(found))
      throw new Error('in pieces it is something else');
    formatEnvelope(found.envelope, { utf8: true });
    for (const extended of [false, true]) formatBody(found.root, extended, { utf8: false });
    const header = parseHeaderBlock(bytes(input));
    for (const name of ['from', 'to', 'subject', 'date']) {
      const value = header.first(name);
      if (value === undefined) continue;
      headerText(value);
      mailboxList(value);
    }
  },
});

/** What was asked for is x; then everything is asked for. */
function tryCommand(line: string, verbs: readonly VerbDefinition<unknown>[]): void {
  let result = parseCommand(line, { name: 'FUZZ', verbs });
  for (let asked = 0; result.kind === 'missingParameter'; asked += 1) {
    if (asked > 10) throw new Error('it asks for ever');
    result = result.complete('x');
  }
  const { command } = result;
  for (const { label } of command.verb.parameters ?? []) command.values(label);
  for (const label of Object.keys(command.verb.qualifiers ?? {})) {
    const isThere = command.present(label);
    if (command.negated(label) && isThere) throw new Error(`${label} is there, and is not`);
    command.values(label);
    command.occurrences(label);
  }
}

const cld = (): Target => ({
  seeds: corpus('cld'),
  grammar: cldGrammar,
  // Each line is a command, and one that is refused a condition with its stack.
  mayTake: { anyMs: 60, lineMs: 0.05 },
  take(input) {
    const [definitions, commands = ''] = input.split('---\n');
    let verbs: readonly VerbDefinition<unknown>[] = [];
    answered(() => {
      verbs = cldVerbs(parseCld(definitions!.split('\n')), { routine: () => () => CDU.SYNTAX as never });
    });
    for (const each of commands.split('\n')) answered(() => tryCommand(each, verbs));
  },
});

const configuration = (): Target => ({
  grammar: configurationOf([...smtpConfigurationFile.definitions, ...imapConfigurationFile.definitions]),
  seeds: [
    ...corpus('configuration'),
    ...shipped('sys$system', /CONF\.TEMPLATE$/).map((each) => each.replaceAll('!!!', '')),
    ...shipped('test/bad-configurations', /\.conf$/),
  ],
  take(input) {
    for (const file of [smtpConfigurationFile, imapConfigurationFile]) {
      const read = readConfigurationFile(file, input.split('\n'));
      if (read.kind === 'bad' && read.mistakes.length === 0) throw new Error('bad, and nobody knows why');
    }
  },
});

export const parsers = { addresses, mime, cld, configuration };
