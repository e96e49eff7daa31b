import { test } from 'vitest';
import { expectOnDemandServer } from '../support/on-demand-server.ts';

test(
  'starts with the first connection, serves all, and is replaced',
  () =>
    expectOnDemandServer({
      service: 'IMAP',
      image: 'imap-server',
      processName: 'TCPIP$IMAP_1',
      greeting: '* OK',
      farewell: '* BYE The server is being stopped.',
    }),
  90_000,
);
