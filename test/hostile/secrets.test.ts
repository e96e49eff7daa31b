/**
 * A node that logs all it can: its clients say passwords in every way there is, right and wrong, in good order and not. What they
 * said is then looked for in all that the node wrote: its log, and every file below its root.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Log } from '../../src/ports/log.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';

const RIGHT = 'Tr0ub4dor-and-3';
const WRONG = 'Xylophone-wr0ng';
const NEW = 'Quagmire-next-7';
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const response = (password: string): string => base64(`\0jones\0${password}`);
const secrets = [RIGHT, WRONG, NEW].flatMap((each) => [
  each,
  each.toUpperCase(),
  base64(each),
  response(each),
  // In the middle of other octets it has another beginning.
  base64(each).slice(4, -4),
]);

let node: Fixture;
const logged: string[] = [];
beforeAll(async () => {
  const note = (fields: unknown, message?: string): void =>
    void logged.push(`${JSON.stringify(fields, withErrors)} ${message}`);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  node = await startFixture([], { log });
  const said = await node.dcl(
    'SYSTEM',
    `$ MCR AUTHORIZE ADD JONES/PASSWORD="${RIGHT}"/FLAGS=(NODISUSER,PWDMIX)
$ TCPIP SET CONFIGURATION SMTP/TRACE/CLIENT_TRACE/LOG_LEVEL=3
$ CREATE TCPIP$IMAP_HOME:TCPIP$IMAP.CONF
Server-Trace: 1
$ DEFINE/SYSTEM TCPIP$POP_TRACE 1
$ TCPIP ENABLE SERVICE SMTP*
$ TCPIP ENABLE SERVICE POP*
$ TCPIP ENABLE SERVICE IMAP*
`,
  );
  expect(said).not.toMatch(/^%[A-Z]+-[EF]-/m);
}, 60_000);
afterAll(async () => node?.[Symbol.asyncDispose]());

const withErrors = (_name: string, value: unknown): unknown =>
  value instanceof Error ? `${value.stack}` : value;

/** Says the lines, each when the server has said something; what it said in all. */
async function dialogue(service: string, lines: readonly string[]): Promise<string> {
  const port = node.node.port(service);
  const isTls = /S$|SUBMISSION/.test(service) && service !== 'SMTP_SUBMISSION';
  const socket: TLSSocket | ReturnType<typeof connect> = isTls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect(port, '127.0.0.1');
  let said = '';
  let heard = (): void => {};
  socket.on('error', () => {}).on('close', () => heard());
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
    if (said.endsWith('\n')) heard();
  });
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      heard = resolve;
      if (socket.destroyed) resolve();
    });
  await next();
  for (const line of lines) {
    if (socket.destroyed) break;
    const answered = next();
    socket.write(`${line}\r\n`);
    await answered;
  }
  socket.destroy();
  return said;
}

test('no password is in a log, or in any file', async () => {
  const passwords = [WRONG, RIGHT];
  for (const service of ['SMTP', 'SMTP_SUBMISSION', 'SMTPS'])
    for (const password of passwords) {
      await dialogue(service, ['EHLO c.example', `AUTH PLAIN ${response(password)}`]);
      await dialogue(service, ['EHLO c.example', 'AUTH LOGIN', base64('jones'), base64(password)]);
      // Out of order, misspelt, as a command, without waiting.
      await dialogue(service, [
        'EHLO c.example',
        `AUTH NOTHING\r\n${response(password)}`,
        `AUT PLAIN ${response(password)}`,
        `AUTH PLAIN\r\n${response(password)}`,
        base64(password),
        'QUIT',
      ]);
    }
  for (const service of ['POP', 'POPS'])
    for (const password of passwords) {
      await dialogue(service, ['USER jones', `PASS ${password}`]);
      await dialogue(service, [
        `PASS ${password}`,
        `AUTH PLAIN ${response(password)}`,
        `PASSWORD ${password}`,
      ]);
      await dialogue(service, ['AUTH PLAIN', response(password), response(password)]);
    }
  for (const service of ['IMAP', 'IMAPS'])
    for (const password of passwords) {
      await dialogue(service, [`a LOGIN jones ${password}`, 'b SELECT INBOX', `c LOGIN jones ${password}`]);
      await dialogue(service, [
        `a LOGN jones ${password}`,
        `jones ${password}`,
        `a LOGIN "jones" "${password}" x`,
      ]);
      await dialogue(service, ['a AUTHENTICATE PLAIN', response(password), response(password)]);
      await dialogue(service, [`a LOGIN jones {15+}\r\n${password}`]);
    }
  // The right one did open the doors: without that nothing was tried.
  const opened = [
    await dialogue('SMTPS', ['EHLO c.example', `AUTH PLAIN ${response(RIGHT)}`]),
    await dialogue('POPS', ['USER jones', `PASS ${RIGHT}`, 'STAT']),
    await dialogue('IMAPS', [`a LOGIN jones ${RIGHT}`]),
  ];
  expect(opened.map((each) => /^(?:235 |\+OK \d+ \d+\r|a OK )/m.test(each))).toEqual([true, true, true]);

  await node.dcl(
    'JONES',
    `$ SET PASSWORD\n${RIGHT}\n${NEW}\n${NEW}\n$ SET PASSWORD\n${WRONG}\n${NEW}\n${NEW}\n`,
  );
  await node.dcl(
    'SYSTEM',
    `$ MCR AUTHORIZE MODIFY JONES/PASSWORD="${NEW}"\n$ MCR AUTHORIZE LIST JONES/FULL\n`,
  );

  const found = (text: string): readonly string[] => secrets.filter((each) => text.includes(each));
  expect(logged.length).toBeGreaterThan(50);
  expect(logged.some((each) => each.includes('<<<PASS ***'))).toBe(true);
  expect(logged.filter((each) => found(each).length > 0)).toEqual([]);
  const files = readdirSync(node.root, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(
    files.filter(({ parentPath, name }) => found(readFileSync(join(parentPath, name), 'latin1')).length > 0),
  ).toEqual([]);
}, 120_000);
