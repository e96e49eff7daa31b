/**
 * Keeps a process small while long texts pass through it. Each part of a text is a buffer of its own, of no use a moment
 * later; but the JavaScript engine lets some 32 MB of them lie before it looks for garbage. Whoever streams long texts
 * counts the bytes here, and every few megabytes the young generation is collected, which takes about a millisecond.
 */
import { garbageCollector } from './garbage-collector.ts';

const COLLECT_EVERY_BYTES = 4 * 1024 * 1024;

let passed = 0;
let collect: ReturnType<typeof garbageCollector> | undefined;

/** Call when so many bytes have passed through a buffer that is no longer needed. */
export function bytesPassed(count: number): void {
  passed += count;
  if (passed < COLLECT_EVERY_BYTES) return;
  passed = 0;
  collect ??= garbageCollector();
  collect({ type: 'minor' });
}
