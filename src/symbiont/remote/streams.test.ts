import { describe, expect, it } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { createStreams, type DestinationDown } from './streams.ts';

const MINUTE = 60_000;

function rig(perDestination = 5) {
  const clock = manualClock();
  const streams = createStreams({ clock, streams: 100, perDestination: () => perDestination });
  const begun: string[] = [];
  const skipped: DestinationDown[] = [];
  const ends: ((reason: string | undefined) => void)[] = [];
  const run = (name: string, isWanted = false): void =>
    streams.run(
      name,
      () =>
        new Promise((resolve) => {
          begun.push(name);
          ends.push(resolve);
        }),
      (down) => skipped.push(down),
      isWanted,
    );
  return {
    clock,
    streams,
    begun,
    skipped,
    run,
    /** The transaction that began first of those under way ends. */
    end: async (reason?: string) => {
      ends.shift()?.(reason);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('a destination', () => {
  it('has so many transactions at once, and no more', async () => {
    const { run, begun, end, streams } = rig(2);
    for (let count = 0; count < 5; count++) run('far');
    run('near');
    expect(begun).toEqual(['far', 'far', 'near']);
    await end();
    expect(begun).toHaveLength(4);
    expect(streams.active).toBe(3);
  });

  it('that is down is not left alone for a day because the clock was a day ahead', async () => {
    const { clock, run, begun, skipped, end } = rig();
    run('far');
    clock.advance(24 * 60 * MINUTE);
    await end('421 gone');
    clock.advance(-24 * 60 * MINUTE);
    run('far');
    expect(begun).toEqual(['far', 'far']);
    expect(skipped).toEqual([]);
  });

  it('that is down is left alone for a while, longer each time, and tried by one message then', async () => {
    const { clock, run, begun, skipped, end } = rig();
    const pauses: number[] = [];
    for (let round = 0; round < 7; round++) {
      for (let count = 0; count < 3; count++) run('far');
      for (const _ of begun.splice(0)) await end('421 gone');
      const { until } = skipped.at(-1) ?? { until: 0 };
      run('far');
      expect(begun).toEqual([]);
      pauses.push((skipped.at(-1)!.until - clock.now()) / MINUTE);
      expect(skipped.at(-1)!.until).toBeGreaterThanOrEqual(until);
      clock.advance(skipped.at(-1)!.until - clock.now());
      skipped.splice(0);
      if (round > 0) continue;
      // From the second round on one at a time, and the others hear what became of it.
      for (let count = 0; count < 3; count++) run('far');
      expect(begun).toHaveLength(1);
      await end('421 still gone');
      begun.splice(0);
      expect(skipped.map((each) => each.reply)).toEqual(['421 still gone', '421 still gone']);
      clock.advance(15 * MINUTE);
    }
    expect(pauses.at(-1)).toBe(15);
  });

  it('that answers again is as before', async () => {
    const { clock, run, begun, end } = rig();
    run('far');
    await end('421 gone');
    clock.advance(MINUTE);
    run('far');
    run('far');
    expect(begun).toHaveLength(2);
    await end();
    expect(begun).toHaveLength(3);
    run('far');
    expect(begun).toHaveLength(4);
  });

  it('is tried when somebody wants it, or when the way to it may be another', async () => {
    const { run, begun, end, streams } = rig();
    run('far');
    await end('421 gone');
    run('far');
    expect(begun).toHaveLength(1);
    run('far', true);
    expect(begun).toHaveLength(2);
    await end('421 gone');
    streams.forget();
    run('far');
    expect(begun).toHaveLength(3);
  });

  it('does not suffer for another', async () => {
    const { run, begun, end } = rig();
    run('far');
    await end('421 gone');
    run('near');
    expect(begun).toEqual(['far', 'near']);
  });

  it('whose peers accept and do not answer keeps no stream from others, and hardly any message in hand', async () => {
    const { clock, run, begun, skipped, end, streams } = rig(2);
    for (let n = 0; n < 50; n++) for (let count = 0; count < 10; count++) run(`mute ${n}`);
    run('far');
    expect(begun).toHaveLength(100);
    expect(begun).not.toContain('far');
    clock.advance(10_000);
    expect(begun.at(-1)).toBe('far');
    expect(streams.active).toBe(101);
    // Of ten messages two are under way and two wait.
    expect(skipped).toHaveLength(50 * 6);
    expect(skipped[0]?.until).toBe(clock.now() + MINUTE);
    run('mute 1');
    expect(skipped).toHaveLength(50 * 6 + 1);
    run('mute 1', true);
    expect(skipped).toHaveLength(50 * 6 + 1);
    // It moves again: those that waited go on, and others come.
    const before = begun.length;
    await end();
    run('mute 0');
    expect(begun).toHaveLength(before + 1);
    expect(skipped).toHaveLength(50 * 6 + 1);
  });

  it('that takes seconds for each message keeps no stream from others either, and in hand what it will soon take', async () => {
    const { clock, run, begun, skipped, end, streams } = rig(2);
    for (let count = 0; count < 20; count++) run('slow');
    expect(begun).toHaveLength(2);
    clock.advance(5_000);
    await end();
    // Two were under way; in ten seconds it takes four, of which one begins.
    expect(begun).toHaveLength(3);
    expect(skipped).toHaveLength(20 - 2 - 4);
    // The others one by one, as fast as it takes them: two at once, for three seconds each at most.
    expect(skipped.map(({ until }) => until - clock.now())).toEqual(
      Array.from({ length: 14 }, (_, n) => 10_000 + n * 1_500),
    );
    expect(skipped[0]?.reply).toBe('451 4.4.5 earlier messages for this destination go first');
    clock.advance(5_000);
    await end();
    await end();
    expect(streams.active).toBe(2);
    for (let n = 0; n < 100; n++) run(`near ${n}`);
    expect(begun.filter((each) => each.startsWith('near'))).toHaveLength(100);
    expect(streams.active).toBe(102);
  });

  it('that was slow is as others again when it has been quick once', async () => {
    const { clock, run, skipped, end } = rig(1);
    run('slow');
    clock.advance(5_000);
    await end();
    for (let count = 0; count < 5; count++) run('slow');
    expect(skipped).toHaveLength(2);
    await end();
    for (let count = 0; count < 5; count++) run('slow');
    expect(skipped).toHaveLength(2);
  });

  it('that is slow has its messages come again in a minute, and of very many no more than 200 a second', async () => {
    const { clock, run, skipped, end } = rig(1);
    run('slow');
    clock.advance(5_000);
    await end();
    for (let count = 0; count < 30; count++) run('slow');
    expect(skipped.at(-1)!.until - clock.now()).toBeLessThan(MINUTE + 100);
    for (let count = 0; count < 6_000; count++) run('slow');
    expect(skipped.at(-1)!.until - clock.now()).toBeGreaterThan(MINUTE + 29_000);
    expect(skipped.at(-1)!.until - clock.now()).toBeLessThan(MINUTE + 31_000);
    // None waits for a clock that was set back.
    clock.set(-10 * MINUTE);
    run('slow');
    expect(skipped.at(-1)!.until - clock.now()).toBeLessThan(MINUTE + 31_000);
  });

  it('that accepts and never answers has no more than 200 a second come again, either', () => {
    const { clock, run, skipped } = rig(2);
    for (let count = 0; count < 2_000; count++) run('mute');
    clock.advance(10_000);
    expect(skipped).toHaveLength(1_996);
    expect(new Set(skipped.map(({ until }) => until)).size).toBe(1_996);
    expect(skipped.at(-1)!.until - skipped[0]!.until).toBe(1_995 * 5);
  });

  it('that does not answer holds no stream when it is tried again', async () => {
    const { clock, run, begun, end } = rig();
    for (let n = 0; n < 100; n++) run(`dead ${n}`);
    clock.advance(30_000);
    for (let n = 0; n < 100; n++) await end('421 no answer');
    clock.advance(MINUTE + 5);
    for (let n = 0; n < 100; n++) run(`dead ${n}`);
    expect(begun).toHaveLength(200);
    run('near');
    expect(begun.at(-1)).toBe('near');
  });

  it('that was slow a while ago is as others again', async () => {
    const { clock, run, begun, skipped, end } = rig(1);
    run('slow');
    clock.advance(9_000);
    await end();
    clock.advance(MINUTE + 1);
    for (let count = 0; count < 100; count++) run('slow');
    expect(begun).toHaveLength(2);
    expect(skipped).toEqual([]);
  });

  it('that is down is remembered, however many there were that were slow', async () => {
    const { clock, run, begun, skipped, end } = rig();
    for (let n = 0; n < 10_100; n++) {
      run(`slow ${n}`);
      clock.advance(1_000);
      await end();
    }
    run('far');
    await end('421 gone');
    begun.splice(0);
    run('far');
    expect(begun).toEqual([]);
    expect(skipped.map(({ reply }) => reply)).toEqual(['421 gone']);
  });
});
