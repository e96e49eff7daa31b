/** TCPIP$SMTP.CONF and TCPIP$IMAP.CONF as the running node takes it: a change counts by itself, a bad file is refused, and outlived. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bootNode } from '../src/images/boot-node.ts';
import { readImapFields, readSmtpSettings } from '../src/system/settings/index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vmsmail-conf-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('counts within seconds; a bad one is refused, told to operators, and the old settings survive a restart', async () => {
  const node = await bootNode({ root });
  const hops = async (): Promise<number> => (await readSmtpSettings(node.systemStore)).hopCountMaximum;
  expect(await hops()).toBe(16);
  writeFileSync(join(root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'), 'Hop-Count-Maximum: 20\n');
  await expect.poll(hops).toBe(20);
  writeFileSync(join(root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'), 'Hop-Count-Maximum: 30\nNum-Of-Queues: 11\n');
  const operatorLog = (): string => readFileSync(join(root, 'SYSMGR', 'OPERATOR.LOG'), 'utf8');
  await expect
    .poll(operatorLog)
    .toMatch(
      /TCPIP\$SMTP\.CONF;1 is refused, the settings stay as they are\s+line 2: Num-Of-Queues: "11" is more than 10/,
    );
  expect(await hops()).toBe(20);
  await node.stop();

  const again = await bootNode({ root });
  expect((await readSmtpSettings(again.systemStore)).hopCountMaximum).toBe(20);
  await again.stop();
}, 30_000);

it('is the same for TCPIP$IMAP.CONF', async () => {
  const node = await bootNode({ root });
  const domain = async () => (await readImapFields(node.systemStore)).gatewayNode;
  expect(await domain()).toBeUndefined();
  const file = join(root, 'TCPIP$IMAP', 'TCPIP$IMAP.CONF');
  writeFileSync(file, 'Gateway-Node: acme.example\n');
  await expect.poll(domain).toBe('acme.example');
  writeFileSync(file, 'Gateway-Node: other.example\nSend-ID-Headers: TRUE\n');
  await expect
    .poll(() => readFileSync(join(root, 'SYSMGR', 'OPERATOR.LOG'), 'utf8'))
    .toMatch(
      /TCPIP\$IMAP\.CONF;1 is refused, the settings stay as they are\s+line 2: Send-ID-Headers is not/,
    );
  expect(await domain()).toBe('acme.example');
  rmSync(file);
  await expect.poll(domain).toBeUndefined();
  await node.stop();
}, 30_000);
