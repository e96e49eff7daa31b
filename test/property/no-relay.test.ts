/**
 * Whatever a stranger writes for a recipient, with source routes, %, !, quotes and literals: what the receiver takes ends on
 * this node, never at another host. Source: RFC 5321 §7.8; tcpip-smtp.md §3.3, §5.2, §5.5.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOST, startRig } from '../support/symbiont-rig.ts';
import { startReceiver } from './receiver-in-memory.ts';

const host = fc.constantFrom(
  HOST,
  HOST.toUpperCase(),
  `${HOST}.`,
  'pluto',
  'zone.example',
  'far.example',
  'FAR.example',
  '[192.0.2.9]',
  '[IPv6:2001:db8::9]',
  'b\u00fccher.example',
);
const name = fc.constantFrom('jones', 'JONES', 'nobody', 'postmaster', 'jones+x', '');
const glue = fc.constantFrom('@', '%', '!', ':', ',', '"', '\\', '<', '::', ' ', '.', '%"', '"@');
/** Names, hosts and what joins them, in any order. */
const jumble = fc
  .array(fc.oneof(name, host, glue), { minLength: 1, maxLength: 7 })
  .map((parts) => parts.join(''));
const inside = fc.oneof(
  fc.tuple(name, host).map(([user, where]) => `${user}%${where}`),
  fc.tuple(name, host, host).map(([user, one, two]) => `${user}%${one}%${two}`),
  fc.tuple(name, host).map(([user, where]) => `${where}!${user}`),
  fc.tuple(name, host).map(([user, where]) => `"${user}@${where}"`),
  fc.tuple(name, host).map(([user, where]) => `"SMTP%\\"${user}@${where}\\""`),
  jumble.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
  name,
);
const route = fc
  .array(host, { maxLength: 2 })
  .map((hosts) => (hosts.length === 0 ? '' : `${hosts.map((each) => `@${each}`).join(',')}:`));
const path = fc.oneof(
  fc.tuple(route, inside, host).map(([by, local, where]) => `${by}${local}@${where}`),
  jumble,
  inside,
);

test('nothing that a stranger may say leads to another host', async () => {
  await using rig = await startRig({
    users: ['JONES', 'SYSTEM'],
    settings: { generalGateway: 'gate.example' },
  });
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(path, async (forwardPath) => {
      const receiver = startReceiver({
        recipients: rig.recipients,
        settings: { relay: true, goodClients: ['10.0.0.0/8'], relayZones: ['zone.example'] },
      });
      await receiver.reply();
      receiver.write(
        Buffer.from(
          `EHLO x\r\nMAIL FROM:<a@b.example> SMTPUTF8\r\nRCPT TO:<${forwardPath}>\r\nDATA\r\n.\r\nQUIT\r\n`,
        ),
      );
      await receiver.end();
      for (const { envelope } of receiver.submissions) {
        for (const each of envelope.forwardPaths) {
          taken += 1;
          const destination = await rig.recipients.resolve(each);
          // The zone is one that the manager relays for; it has no way on from there.
          if (destination.kind === 'remote') {
            expect(destination.domain, each).toMatch(/(^|\.)zone\.example$/);
            expect(destination.gateway, each).toBeUndefined();
            expect(destination.forwardPath, each).not.toMatch(/[%!].*@|@.*@/);
          }
        }
      }
    }),
    { numRuns: 4_000 },
  );
  expect(taken).toBeGreaterThan(100);
}, 120_000);
