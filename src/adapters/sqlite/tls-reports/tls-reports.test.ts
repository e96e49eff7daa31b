import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ReportedPolicy, SessionCount } from '../../../ports/tls-reports.ts';
import { openTlsReports, type TlsReportLimits } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'tls-reports-store-'));
afterAll(() => rmSync(directory, { recursive: true }));

const none = (domain: string): ReportedPolicy => ({
  type: 'no-policy-found',
  domain,
  strings: [],
  mxHosts: [],
});
const count = (domain: string, rest: Partial<SessionCount> = {}): SessionCount => ({
  domain,
  policy: none(domain),
  successes: 1,
  failures: 0,
  details: [],
  ...rest,
});
const limits: TlsReportLimits = {
  policiesADay: 5,
  failuresADay: 6,
  policiesOfDomain: 2,
  failuresOfPolicy: 3,
};
const report = (day: number, domain: string) => ({ day, domain, at: 100, attempts: 0 });

let files = 0;
function open(of: TlsReportLimits | undefined, path: string) {
  const store = openTlsReports(path, ...(of === undefined ? [] : [of]));
  return Object.assign(store, { [Symbol.dispose]: () => store.close() });
}
const path = (): string => join(directory, `R${files++}.DAT`);

describe('what is kept for reports', () => {
  it('is added up by day, domain, policy and kind of failure, over a restart', () => {
    const file = path();
    const failure = { result: 'starttls-not-supported', host: 'mx.b.example' } as const;
    for (const successes of [2, 3]) {
      using store = open(undefined, file);
      store.add(7, [
        count('a.example', { successes }),
        count('b.example', { successes: 0, failures: 2, details: [{ ...failure, sessions: 2 }] }),
      ]);
      store.add(8, [count('a.example')]);
    }
    using store = open(undefined, file);
    expect(store.counts(7, 'a.example')).toEqual([count('a.example', { successes: 5 })]);
    expect(store.counts(7, 'b.example')).toEqual([
      count('b.example', { successes: 0, failures: 4, details: [{ ...failure, sessions: 4 }] }),
    ]);
    expect(store.counts(8, 'a.example')).toEqual([count('a.example', { successes: 2 })]);
  });

  it('has limits: of domains a day, whoever makes us talk to how many', () => {
    using store = open(limits, path());
    const many = Array.from({ length: 100 }, (_, index) => count(`d${index}.example`));
    expect(store.add(7, many)).toBe(95);
    // Those that are there go on; another day is another day.
    expect(store.add(7, [count('d0.example'), count('new.example')])).toBe(1);
    expect(store.counts(7, 'd0.example')).toEqual([count('d0.example', { successes: 2 })]);
    expect(store.add(8, [count('new.example')])).toBe(0);
  });

  it('has limits: of policies of a domain, and of kinds of failures', () => {
    const file = path();
    const details = Array.from({ length: 50 }, (_, index) => ({
      result: 'validation-failure' as const,
      reason: `reason ${index}`,
      sessions: 1,
    }));
    const policies = Array.from({ length: 50 }, (_, index) => ({
      ...none('a.example'),
      strings: [`${index}`],
    }));
    {
      using store = open(limits, file);
      expect(
        store.add(
          7,
          policies.map((policy) => count('a.example', { policy, failures: 50, details })),
        ),
      ).toBe(48);
      expect(store.counts(7, 'a.example').map((each) => [each.failures, each.details.length])).toEqual([
        [50, 3],
        [50, 3],
      ]);
    }
    // Also when they were reached before a restart.
    using store = open(limits, file);
    store.add(7, [count('b.example', { failures: 1, details: details.slice(0, 1) })]);
    expect(store.counts(7, 'b.example')).toMatchObject([{ failures: 1, details: [] }]);
  });
});

describe('a report', () => {
  it('is made once, of a day that is over, and comes again until it is finished', () => {
    const file = path();
    {
      using store = open(undefined, file);
      store.add(7, [count('a.example'), count('b.example')]);
      store.add(8, [count('a.example')]);
      store.plan(8, report);
      expect(store.due(99, 10)).toEqual([]);
      expect(store.due(100, 10).map(({ domain }) => domain)).toEqual(['a.example', 'b.example']);
      store.put({
        ...report(7, 'b.example'),
        at: 50,
        attempts: 1,
        since: 40,
        destinations: ['mailto:x@b.example'],
      });
      store.finish(7, 'a.example');
    }
    using store = open(undefined, file);
    // What is counted late for a day that was told makes no second report.
    store.add(7, [count('a.example')]);
    store.plan(8, report);
    expect(store.due(100, 10)).toEqual([
      { ...report(7, 'b.example'), at: 50, attempts: 1, since: 40, destinations: ['mailto:x@b.example'] },
    ]);
    expect(store.counts(8, 'a.example')).toHaveLength(1);
  });

  it('that nobody took for days is forgotten', () => {
    using store = open(undefined, path());
    store.add(7, [count('a.example')]);
    store.plan(8, report);
    store.plan(11, report);
    expect(store.due(100, 10)).toHaveLength(1);
    store.plan(12, report);
    expect([store.due(100, 10), store.counts(7, 'a.example')]).toEqual([[], []]);
  });
});
