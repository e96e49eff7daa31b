/** SHOW CONFIGURATION/COMMAND: its procedure, run on a fresh node, makes that node as the first one is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingsInForce } from '../src/system/settings/index.ts';
import { type Fixture, startFixture } from './support/node-fixture.ts';

async function nodeWithManager(): Promise<Fixture> {
  const fixture = await startFixture([]);
  const system = (await fixture.node.systemStore.account('SYSTEM'))!;
  const privileges = ['SYSPRV', 'OPER', 'SYSNAM', 'TMPMBX', 'NETMBX'];
  await fixture.node.systemStore.putAccount({ ...system, privileges, defaultPrivileges: privileges });
  return fixture;
}

const commands = async (node: Fixture): Promise<string> =>
  (await node.dcl('SYSTEM', '$ TCPIP SHOW CONFIGURATION/COMMAND\n')).replace(/written .*/, 'written');

const configure = `$ TCPIP
SET CONFIGURATION SMTP/QUEUES=3/INTERVAL=(INITIAL="0 00:05:00.00",MAXIMUM="5 00:00:00.00")/OPTIONS=(NORELAY,TOP_HEADERS)
SET CONFIGURATION SMTP/GATEWAY=(ALTERNATE="gate.acme.com")/ZONE="acme.com"/SUBSTITUTE_DOMAIN=(NAME="acme.com")/SEND_TIMEOUT=(DATA=7)
SET CONFIGURATION SMTP/NOMX/LOG_LEVEL=3/NOLOG/NOGOOD_CLIENTS/RELAY_ZONES=("a.example","b.example")/SECURITY=FRIENDLY
SET CONFIGURATION SMTP/BAD_CLIENTS_TEXT="I can't ""hear"" you, go & ask 'them'"/REJECT_MAIL_FROM=("*@x.example","y%@z.example")
SET CONFIGURATION SMTP/OUTBOUND_ALIAS="office@acme.com"/JACKET_LOCAL/LOCAL_ALIAS_ONLY/PROHIBIT_USER_HEADERS/SFF_REQUIRES_PRIV/SPAM_ACTION=NONE/NOMESSAGE_LOG/MESSAGE_LOG_VERSIONS=3/SNAPSHOT_BLOCKS=40
SET SERVICE SMTP/LIMIT=77/REJECT=(HOSTS=10.0.0.9,NETWORKS="10.1.0.0/16",MESSAGE="421 no ""thanks""")/LOG_OPTIONS=(LOGIN,REJECT,FILE=X.LOG)
SET SERVICE XMINETMM/FILE=XMINET_CACHE.COM/PORT=2626/PROCESS_NAME="XMINET"/USER_NAME=XMINET/PROTOCOL=TCP=(NODELAY,PROBE_TIMER=9)
SET SERVICE XMINETMM/FLAGS=(NOLISTEN,PROXY)/RPC=(PROGRAM_NUMBER=3,VERSION_NUMBER=(LOW=1,HIGH=4))/SOCKET_OPTIONS=(KEEPALIVE,SEND=4096)
SET NOSERVICE/NOCONFIRM POPS
SET CONFIGURATION ENABLE NOSERVICE SMTP
SET HOST "Vax.acme.com"/ADDRESS=10.0.2.4/ALIAS=(VAX,"old vax")
SET HOST "Vax.acme.com"/ADDRESS=10.0.2.4/ALIAS=(VAX,OLD)
SET MX_RECORD far.example/GATEWAY=relay.acme.com/PREFERENCE=10
STOP MAIL/DESTINATION=closed.example
`;

it('says what there is, and says the same again on the node it was run on', async () => {
  await using first = await nodeWithManager();
  const done = await first.dcl('SYSTEM', configure);
  // What the file says is configuration, too. The node reads it by itself, and would say so of what is set behind it.
  writeFileSync(
    join(first.root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'),
    'Hop-Count-Maximum: 23\nRBLs: rbl.example\nSff-Requires-Priv: TRUE\n',
  );
  const read = await first.dcl('SYSTEM', '$ TCPIP SET CONFIGURATION SMTP/FILE\n');
  expect(`${done}${read}`.match(/^%.*/gm)).toEqual([
    '%TCPIP-E-HOSTERROR, cannot process host request',
    expect.stringContaining('CONFREAD'),
  ]);
  const said = await commands(first);
  expect(said).toContain('$ TCPIP SET CONFIGURATION SMTP/HOP_COUNT_MAXIMUM=23');

  await using second = await nodeWithManager();
  expect(await commands(second)).not.toBe(said);
  writeFileSync(join(second.root, 'SYSMGR', 'LIKE_THAT.COM'), said);
  expect(await second.dcl('SYSTEM', '$ @SYS$MANAGER:LIKE_THAT\n')).not.toContain('%');
  expect(await commands(second)).toBe(said);

  const services = async (node: Fixture) =>
    [...(await node.node.systemStore.services())].sort((a, b) => a.name.localeCompare(b.name));
  expect(await services(second)).toEqual(await services(first));
  const values = async (node: Fixture) =>
    settingsInForce(await node.node.systemStore.settings()).map(({ name, text }) => [name, text]);
  expect(await values(second)).toEqual(await values(first));
}, 30_000);
