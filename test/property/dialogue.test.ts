/** The receiver and the model of the dialogue agree, whatever a client says in whatever order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginning, type DialogueCommand, type DialogueState, expectation } from './dialogue-model.ts';
import { type ReceiverInMemory, startReceiver } from './receiver-in-memory.ts';

const parameter = fc.constantFrom('none', 'none', 'none', 'extended', 'binary', 'unknown');
const written = { none: '', extended: ' SIZE=100', binary: ' BODY=BINARYMIME', unknown: ' FOO=BAR' } as const;

const command: fc.Arbitrary<DialogueCommand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('EHLO', 'HELO')
      .map((verb) => ({ verb, argument: 'client.example', isRight: true }) as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('EHLO', 'HELO')
      .map((verb) => ({ verb, argument: '', isRight: false }) as const),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('anne@client.example', '', '"a b"@client.example', 'malformed'), parameter)
      .map(([path, kind]) => ({
        verb: 'MAIL' as const,
        path,
        parameter: kind,
        argument: `FROM:${path === 'malformed' ? '<a b@>' : `<${path}>`}${written[kind]}`,
      })),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          ['smith@node.example', 'here'] as const,
          ['jones@node.example', 'here'] as const,
          ['postmaster', 'here'] as const,
          ['nobody@node.example', 'unknown'] as const,
          ['x@elsewhere.example', 'elsewhere'] as const,
          ['malformed', 'unknown'] as const,
        ),
        fc.constantFrom('none', 'none', 'none', 'none', 'unknown'),
      )
      .map(([[path, who], kind]) => ({
        verb: 'RCPT' as const,
        path,
        who,
        parameter: kind,
        argument: `TO:${path === 'malformed' ? 'smith' : `<${path}>`}${written[kind]}`,
      })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('', 'x\r\n', '..\r\nQUIT\r\n', 'RSET\r\n\r\n')
      .map((text) => ({ verb: 'DATA' as const, argument: '', text })),
  },
  { weight: 1, arbitrary: fc.constant({ verb: 'DATA' as const, argument: 'now', text: '' }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('', 'x\r\n', '.\r\n', 'QUIT\r\n', 'BDAT 5 LAST\r\n'), fc.boolean())
      .map(([octets, isLast]) => ({
        verb: 'BDAT' as const,
        argument: `${octets.length}${isLast ? ' LAST' : ''}`,
        octets,
        isLast,
      })),
  },
  { weight: 2, arbitrary: fc.constantFrom('', 'x').map((argument) => ({ verb: 'RSET' as const, argument })) },
  { weight: 1, arbitrary: fc.constantFrom('', 'x').map((argument) => ({ verb: 'QUIT' as const, argument })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('NOOP', 'VRFY', 'HELP', 'EXPN'), fc.constantFrom('', 'smith'))
      .map(([verb, argument]) => ({ verb, argument }) as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        'FOO',
        '',
        ' NOOP',
        'NOOP\nRSET',
        'NO\rOP',
        'x'.repeat(5_000),
        'MAILFROM:<x@y.example>',
        'R\xdcST',
      )
      .map((argument) => ({ verb: 'nonsense' as const, argument })),
  },
);

const line = (each: DialogueCommand): string => {
  if (each.verb === 'nonsense') return each.argument;
  return each.argument === '' ? each.verb : `${each.verb} ${each.argument}`;
};

/** With what belongs to it. */
const sent = (each: DialogueCommand): string => `${line(each)}\r\n${each.verb === 'BDAT' ? each.octets : ''}`;

interface Model {
  state: DialogueState;
}

/** One command as fast-check runs and shrinks it. */
class Said implements fc.AsyncCommand<Model, ReceiverInMemory> {
  readonly #command: DialogueCommand;
  constructor(subject: DialogueCommand) {
    this.#command = subject;
  }
  check({ state }: Readonly<Model>): boolean {
    return !state.isClosed;
  }
  async run(model: Model, receiver: ReceiverInMemory): Promise<void> {
    const { codes, after } = expectation(model.state, this.#command);
    receiver.write(Buffer.from(sent(this.#command), 'latin1'));
    const code = codeOf(await receiver.reply());
    expect(codes, `${this}, state ${JSON.stringify(model.state)}`).toContain(code);
    if (this.#command.verb === 'DATA' && code === 354) {
      receiver.write(`${this.#command.text}.\r\n`);
      expect(codeOf(await receiver.reply()), `the text of ${this}`).toBe(250);
    }
    model.state = after(code);
    if (model.state.isClosed) expect(await receiver.reply()).toBeUndefined();
    // What was taken is what the client said, message by message.
    expect(
      receiver.submissions.map(({ envelope }) => ({
        sender: envelope.reversePath,
        recipients: envelope.forwardPaths,
      })),
    ).toEqual(model.state.taken);
  }
  toString(): string {
    return JSON.stringify(line(this.#command).slice(0, 60));
  }
}

const codeOf = (lines: readonly string[] | undefined): number => Number(lines?.at(-1)?.slice(0, 3) ?? 0);

test('the receiver says what the model of RFC 5321 allows, and takes what it says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands([command.map((each) => new Said(each))], { maxCommands: 30, size: 'max' }),
      async (commands) => {
        const receiver = startReceiver();
        expect(codeOf(await receiver.reply())).toBe(220);
        await fc.asyncModelRun(() => ({ model: { state: beginning }, real: receiver }), commands);
        await receiver.end();
      },
    ),
    { numRuns: 1_000 },
  );
}, 120_000);

test('pipelined, the same commands get the same answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 20 }), async (commands) => {
      const one = startReceiver();
      await one.reply();
      let state = beginning;
      let said = '';
      const answers: (readonly string[] | undefined)[] = [];
      for (const each of commands) {
        if (state.isClosed) break;
        one.write(Buffer.from(sent(each), 'latin1'));
        said += sent(each);
        answers.push(await one.reply());
        const code = codeOf(answers.at(-1));
        if (code === 354 && each.verb === 'DATA') {
          one.write(`${each.text}.\r\n`);
          said += `${each.text}.\r\n`;
          answers.push(await one.reply());
        }
        state = expectation(state, each).after(code);
      }
      await one.end();
      const all = startReceiver();
      await all.reply();
      all.write(Buffer.from(said, 'latin1'));
      for (const answer of answers) expect(await all.reply()).toEqual(answer);
      await all.end();
      expect(all.submissions).toEqual(one.submissions);
    }),
    { numRuns: 300 },
  );
}, 120_000);
