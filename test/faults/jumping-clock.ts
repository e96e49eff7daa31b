/** A clock that jumps a day forth and back, for all processes of a node: libfaketime stands between them and the machine. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../support/process-node.ts';
import type { Fault, Surroundings } from './fault.ts';

const DAY_SECONDS = 86_400;
/** By then everybody has looked at the clock, and who watches it has noticed. */
const STAY_MS = 13_000;

interface JumpingClock extends Surroundings {
  /** From now on it is so much later than it is. */
  jump(seconds: number): void;
}

const library = (): string | undefined =>
  [
    '/usr/lib',
    '/usr/lib64',
    ...(existsSync('/usr/lib') ? readdirSync('/usr/lib') : []).map((name) => `/usr/lib/${name}`),
  ]
    .map((directory) => join(directory, 'faketime', 'libfaketimeMT.so.1'))
    .find((file) => existsSync(file));

async function surround(): Promise<JumpingClock> {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-clock-'));
  const file = join(directory, 'offset');
  const jump = (seconds: number): void => {
    // Nobody reads half of it.
    writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${file}.new`, file);
  };
  jump(0);
  return {
    jump,
    through: [
      'env',
      `LD_PRELOAD=${library()}`,
      `FAKETIME_TIMESTAMP_FILE=${file}`,
      'FAKETIME_CACHE_DURATION=1',
      // Date and time jump; what only counts seconds does not, and what the file system says neither.
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
      'NO_FAKE_STAT=1',
    ],
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const jumpingClock: Fault = {
  name: 'the clock jumps a day forth and back',
  surround,
  told: /^%QMAN-I-CLOCKSET/,
  times: 2,
  async begin(_node, _whole, _disk, surroundings) {
    const { jump } = surroundings as JumpingClock;
    for (const days of [1, 0, -1]) {
      jump(days * DAY_SECONDS);
      await pause(STAY_MS);
    }
    return async () => {
      jump(0);
      await pause(STAY_MS);
    };
  },
  whyNot: () => (library() === undefined ? 'libfaketime (package faketime) is not installed' : undefined),
};
