/** Other mail servers as sides of a row. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type HarakaMode, startHaraka } from './haraka-instance.ts';
import { until } from './our-side.ts';
import { type PostfixMode, startPostfix } from './postfix-instance.ts';
import type { Side } from './side.ts';

export async function postfixSide(
  directory: string,
  mode: PostfixMode,
  settings: Readonly<Record<string, string>> = {},
): Promise<Side> {
  const instance = await startPostfix(directory, mode, settings);
  const maildirs = join(instance.maildir, '..', '..');
  return {
    name: 'Postfix',
    port: instance.port,
    pids: async () => [instance.masterPid],
    settled: async () => {
      if (mode.kind !== 'hold') await until(() => instance.isEmpty());
    },
    check: async (messages) => {
      if (mode.kind !== 'maildir') return;
      const users = readdirSync(maildirs);
      const found = users.reduce((sum, user) => sum + readdirSync(join(maildirs, user, 'new')).length, 0);
      if (found !== messages) throw new Error(`Postfix delivered ${found} messages, not ${messages}`);
    },
    stop: () => instance.stop(),
  };
}

export async function harakaSide(directory: string, mode: HarakaMode): Promise<Side> {
  const instance = await startHaraka(directory, mode);
  return {
    name: 'Haraka',
    port: instance.port,
    pids: async () => [instance.masterPid],
    settled: async () => {
      if (mode !== 'hold') await until(() => instance.isEmpty());
    },
    stop: () => instance.stop(),
  };
}
