/** /CONTINUOUS: as often as it says, until somebody presses Ctrl/C; what it shows is in test/transcripts/management/. */
import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import type { ParsedCommand } from '../command-definition/index.ts';
import type { VerbContext } from '../system/image.ts';
import type { ManagementDeps, ServiceState } from './deps.ts';
import { showDeviceVerb } from './show-device.ts';

const socket = {
  unit: 1,
  localPort: 25,
  localAddress: '0.0.0.0',
  remotePort: 0,
  remoteAddress: '0.0.0.0',
};
const state: ServiceState = {
  service: 'SMTP',
  enabled: true,
  port: 25,
  active: 0,
  peak: 0,
  sockets: [socket],
};

test.each([
  ['4', 4],
  ['10', 10],
])('/CONTINUOUS=%s', async (value, seconds) => {
  const clock = manualClock(0);
  const abort = new AbortController();
  const lines: string[] = [];
  const command = {
    present: (label: string) => label === 'CONTINUOUS',
    presence: (label: string) => (label === 'CONTINUOUS' ? 'present' : 'absent'),
    value: (label: string) => (label === 'CONTINUOUS' ? value : undefined),
  } as unknown as ParsedCommand;
  const context = {
    process: { clock },
    signal: abort.signal,
    output: { writeLine: async (line: string) => void lines.push(line) },
  } as unknown as VerbContext;
  const shown = (): number => lines.filter((line) => line.includes('bg1')).length;
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  const verb = showDeviceVerb({ serviceStates: async () => [state] } as unknown as ManagementDeps);
  const done = verb.routine!(command, context);
  await turn();
  expect(shown()).toBe(1);
  clock.advance(seconds * 1_000 - 1);
  await turn();
  expect(shown()).toBe(1);
  clock.advance(1);
  await turn();
  expect(shown()).toBe(2);
  clock.advance(seconds * 1_000);
  await turn();
  expect(shown()).toBe(3);
  abort.abort();
  expect(await done).toBe(1);
  clock.advance(seconds * 1_000);
  await turn();
  expect(shown()).toBe(3);
});
