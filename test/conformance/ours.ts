/** Our node as a server under test: in this process, with a clock that the cases move and a DNS that leads to the peer. */
import { manualClock } from '../../src/adapters/memory/manual-clock.ts';
import type { Resolver } from '../../src/ports/resolver.ts';
import { startFixture } from '../support/node-fixture.ts';
import { Connection } from './connection.ts';
import { peerAddress } from './play.ts';
import { startScriptedPeer } from './scripted-peer.ts';
import type { Target } from './target.ts';

const PASSWORD = 'CORRECT_HORSE_9';

/** Every `cA-B.relayed.example` is a host of its own; no other name exists. */
const resolver: Resolver = {
  mx: async (domain) => (peerAddress(domain) === undefined ? { kind: 'noSuchName' } : { kind: 'noData' }),
  addresses: async (host) => {
    const address = peerAddress(host);
    return address === undefined ? { kind: 'noSuchName' } : { kind: 'found', records: [address] };
  },
  names: async () => ({ kind: 'noSuchName' }),
  txt: async () => ({ kind: 'noSuchName' }),
  tlsa: async () => ({ kind: 'noSuchName' }),
};

export async function startOurs(): Promise<Target & AsyncDisposable> {
  const peer = await startScriptedPeer();
  const clock = manualClock(Date.UTC(2026, 0, 5, 10));
  const fixture = await startFixture(['JONES', 'MARLOW'], { resolver, remotePort: peer.port, clock });
  await fixture.dcl(
    'SYSTEM',
    'TCPIP SET CONFIGURATION SMTP /OPTION=(RELAY)\nCREATE TCPIP$SMTP_COMMON:TCPIP$SMTP.CONF\nGood-Clients: 127.0.0.1\n\x1a\n',
  );
  await fixture.dcl('SYSTEM', 'TCPIP ENABLE SERVICE SMTP_SUBMISSION\nTCPIP ENABLE SERVICE SMTPS\n');
  await fixture.dcl(
    'SYSTEM',
    'TCPIP SET SERVICE LMTP /PORT=24 /FILE=TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM /PROCESS_NAME=TCPIP$SMTP -\n' +
      '/USER_NAME=TCPIP$SMTP /FLAGS=(LISTEN,LMTP)\nTCPIP ENABLE SERVICE LMTP\n',
  );
  await fixture.dcl('SYSTEM', `MCR AUTHORIZE MODIFY JONES/PASSWORD=${PASSWORD}\n`);
  await untilStrangersAreStrangers(fixture.node.port('SMTP'));
  return {
    name: 'ours',
    host: '127.0.0.1',
    ports: {
      smtp: fixture.node.port('SMTP'),
      submission: fixture.node.port('SMTP_SUBMISSION'),
      lmtp: fixture.node.port('LMTP'),
      submissions: fixture.node.port('SMTPS'),
    },
    variables: {
      local: 'jones@hearts.example',
      other: 'marlow@hearts.example',
      'local-part': 'jones',
      'local-domain': 'hearts.example',
      'local-upper-domain': 'jones@HEARTS.EXAMPLE',
      unknown: 'nobody-here@hearts.example',
      foreign: 'somebody@foreign.example',
      sender: 'anne@client.example',
      user: 'jones',
      password: PASSWORD,
    },
    peer,
    strangerAddress: '127.0.0.2',
    quiet: () => fixture.queueIsEmpty().catch(() => {}),
    later: (ms) => clock.advance(ms),
    mailbox: () => fixture.mail('JONES', `READ/NEW\n${'NEXT\n'.repeat(80)}EXIT\n`),
    async [Symbol.asyncDispose]() {
      await fixture[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}

/** The file of settings is read within seconds, not at once. */
async function untilStrangersAreStrangers(port: number): Promise<void> {
  for (;;) {
    const connection = new Connection('127.0.0.1', port, { from: '127.0.0.2' });
    await connection.reply();
    for (const line of ['HELO client.example', 'MAIL FROM:<>', 'RCPT TO:<somebody@foreign.example>']) {
      connection.send(Buffer.from(`${line}\r\n`));
      const said = await connection.reply();
      if (typeof said !== 'string' && said.code.startsWith('5')) return connection.close();
    }
    connection.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
