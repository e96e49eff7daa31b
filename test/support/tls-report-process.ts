/**
 * A process of its own that counts a session, sees the day end, and sends its report: `FILE QUEUE DAYS KILLED-AT`. QUEUE gets a line
 * with each message that a queue manager would have made durable. It kills itself at one of its steps, as kill -9 does; what
 * step it has come to stands in its last line of output. DAYS after the first day it begins, and two days later it ends.
 */
import { appendFileSync, fdatasyncSync, openSync } from 'node:fs';
import { manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { openTlsReports } from '../../src/adapters/sqlite/tls-reports/index.ts';
import type { Spool } from '../../src/ports/message-text.ts';
import { createTlsReports } from '../../src/symbiont/tls-reports/index.ts';

const [file = '', queue = '', days = '', killedAt = ''] = process.argv.slice(2);
const DAY_MS = 86_400_000;
let steps = 0;
/** Before and after each: what may be the last that it does. */
const step = (): void => {
  steps += 1;
  if (String(steps) === killedAt) process.kill(process.pid, 'SIGKILL');
};
const around = <A extends unknown[], R>(work: (...args: A) => R): ((...args: A) => R) => {
  return (...args) => {
    step();
    const result = work(...args);
    step();
    return result;
  };
};

const none = async (): Promise<never> => {
  throw new Error('a report of one domain is short');
};
const noSpool: Spool = {
  create() {
    throw new Error('a report of one domain is short');
  },
  async *read() {},
  linkTo: none,
  remove: none,
  list: none,
  sizeBytes: none,
  strangers: none,
};

const clock = manualClock(Date.UTC(2026, 9, 7, 12) + Number(days) * DAY_MS);
const store = openTlsReports(file);
const out = openSync(queue, 'a');
const reports = createTlsReports({
  store: {
    add: around(store.add),
    plan: around(store.plan),
    due: store.due,
    put: around(store.put),
    finish: around(store.finish),
    counts: store.counts,
  },
  post: async () => {},
  resolver: createMemoryResolver({
    txt: { '_smtp._tls.far.example': ['v=TLSRPTv1; rua=mailto:a@far.example,mailto:b@far.example'] },
  }),
  queueManager: {
    async submit({ envelope }) {
      step();
      appendFileSync(out, `${envelope.forwardPaths[0]}\n`);
      fdatasyncSync(out);
      step();
      return { entry: 1, jobName: 'job' };
    },
  },
  outgoing: { isNeeded: () => true, signs: () => true, fields: async () => '' },
  opcom: { operatorMessage() {} },
  spool: noSpool,
  clock,
  random: () => 0.5,
  hostName: 'near.example',
  settings: () => ({ tlsReports: true }),
  log: () => {},
});

reports.start();
if (days === '0')
  reports.sessions.count(
    'far.example',
    { type: 'no-policy-found', domain: 'far.example', strings: [], mxHosts: [] },
    [],
  );
// Half an hour at a time: what is due is done in between.
for (let passed = 0; passed < 96; passed++) {
  clock.advance(DAY_MS / 48);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
await reports.stop();
store.close();
console.log(steps);
