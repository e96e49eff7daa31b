import { test } from 'vitest';
import { expectOnDemandServer } from '../support/on-demand-server.ts';

test(
  'starts with the first connection, serves all, and is replaced',
  () =>
    expectOnDemandServer({
      service: 'POP',
      image: 'pop-server',
      processName: 'TCPIP$POP_1',
      greeting: '+OK',
      farewell: '-ERR [SYS/TEMP] The server is being stopped.',
    }),
  90_000,
);
