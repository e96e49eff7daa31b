/**
 * A node in a process of its own, all in one (`bootNode`), whose clock its parent puts forward: what is due within an hour comes due
 * at once. Time passes as ever in between. Messages of the parent's are `AgedRequest`; each is answered when it is done.
 */
import { systemClock } from '../src/adapters/node/system-clock.ts';
import type { Clock } from '../src/ports/clock.ts';
import { startFixture } from '../test/support/node-fixture.ts';

export type AgedRequest =
  | { readonly kind: 'jump'; readonly ms: number }
  /** Resolves when all mail has been delivered, or waits for its next attempt. */
  | { readonly kind: 'settle' }
  /** The user reads, and deletes all his mail. */
  | { readonly kind: 'tidy' };

export interface AgedNode {
  readonly root: string;
  readonly port: number;
}

/** The machine's clock, and what it was put forward by. */
function jumpingClock(): Clock & { jump(ms: number): void } {
  let ahead = 0;
  const waiting = new Set<{ readonly instant: number; readonly callback: () => void; callOff: () => void }>();
  const arm = (each: {
    readonly instant: number;
    readonly callback: () => void;
    callOff: () => void;
  }): void => {
    each.callOff = systemClock.at(each.instant - ahead, () => {
      waiting.delete(each);
      each.callback();
    });
  };
  const now = (): number => systemClock.now() + ahead;
  const at: Clock['at'] = (instant, callback) => {
    const each = { instant, callback, callOff: () => {} };
    waiting.add(each);
    arm(each);
    return () => {
      waiting.delete(each);
      each.callOff();
    };
  };
  return {
    now,
    steadyMs: () => systemClock.steadyMs() + ahead,
    at,
    after: (ms, callback) => at(now() + ms, callback),
    jump(ms) {
      ahead += ms;
      for (const each of [...waiting]) {
        each.callOff();
        arm(each);
      }
    },
  };
}

const clock = jumpingClock();
const fixture = await startFixture(['USER'], { clock, nodeName: 'BENCH', hostName: 'bench.example' });
await fixture.dcl(
  'SYSTEM',
  `TCPIP SET CONFIGURATION SMTP/INTERVAL=(INITIAL="0 00:30:00",RETRY="0 01:00:00",MAXIMUM="0 02:00:00")\n`,
);

async function serve(request: AgedRequest): Promise<void> {
  switch (request.kind) {
    case 'jump':
      clock.jump(request.ms);
      // What came due is in hand when its timers have run.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return;
    case 'settle':
      return fixture.queueIsEmpty();
    case 'tidy':
      await fixture.mail(
        'USER',
        'SELECT NEWMAIL\nDELETE/ALL\nSELECT MAIL\nDELETE/ALL\nPURGE/RECLAIM\nEXIT\n',
      );
      return;
    default:
      request satisfies never;
  }
}

process.on('message', (request: AgedRequest) => {
  void serve(request).then(() => process.send?.('done'));
});
process.on('disconnect', () => void fixture[Symbol.asyncDispose]().then(() => process.exit()));
process.send?.({
  root: fixture.root,
  port: fixture.node.port('SMTP'),
} satisfies AgedNode);
