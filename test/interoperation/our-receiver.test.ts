/** Our symbiont and the submission service of a whole node of ours: STARTTLS, SCRAM, and what a sender asks to hear. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import type { SymbiontSettings } from '../../src/symbiont/settings.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { startRig } from '../support/symbiont-rig.ts';

const PASSWORD = 'CORRECT_HORSE_9';
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(['JONES'], { resolver: createMemoryResolver({}) });
  await fixture.dcl('SYSTEM', 'TCPIP ENABLE SERVICE SMTP_SUBMISSION\n');
  await fixture.dcl('SYSTEM', `MCR AUTHORIZE MODIFY JONES/PASSWORD=${PASSWORD}\n`);
}, 30_000);
afterAll(() => fixture[Symbol.asyncDispose]());

async function submitted(password: string, settings: Partial<SymbiontSettings> = {}) {
  const hostName = fixture.node.hostName;
  await using rig = await startRig({
    dns: { addresses: { 'gate.example': ['127.0.0.1'] } },
    settings: {
      alternateGateway: 'gate.example',
      altgatePort: fixture.node.port('SMTP_SUBMISSION'),
      altgateUser: 'JONES',
      altgatePassword: password,
      // The node has made its certificate itself.
      outboundTlsRequired: ['gate.example'],
      ...settings,
    },
  });
  const text = `From: jones@${hostName}\r\nTo: jones@${hostName}\r\nSubject: from afar\r\n\r\nGrüße\r\n.dot\r\n`;
  const { recipients } = await rig.run(
    rig.assignment([`jones@${hostName}`], text, { reversePath: `jones@${hostName}` }),
  );
  return { outcome: recipients[0]?.outcome, log: rig.logLines.join('\n') };
}

describe('our own submission service', () => {
  it('lets us in by SCRAM within TLS, and has the mail', async () => {
    const { outcome, log } = await submitted(PASSWORD, { symbiontTrace: true });
    expect(outcome).toMatchObject({ kind: 'relayed', tls: 'TLSv1.3' });
    expect(log).toContain('>>>AUTH SCRAM-SHA-256 ...');
    expect(log).not.toContain(PASSWORD);
    await fixture.queueIsEmpty();
    expect(await fixture.mail('JONES', 'READ/NEW\nEXIT\n')).toContain('Subj:\tfrom afar\n\nGrüße\n.dot\n');
  });

  it('does not let in who knows the password nearly', async () => {
    expect((await submitted(`${PASSWORD}x`)).outcome).toMatchObject({
      kind: 'retry',
      reply: expect.stringMatching(
        /^454 4\.7\.0 gate\.example \[127\.0\.0\.1\]: host does not let us in: 535 /,
      ),
    });
  });

  it('gets no password as long as nobody vouches for its certificate', async () => {
    const { outcome } = await submitted(PASSWORD, { outboundTlsRequired: [] });
    expect(outcome).toMatchObject({
      kind: 'retry',
      reply: expect.stringMatching(/^454 4\.7\.5 .*certificate/),
    });
  });
});
