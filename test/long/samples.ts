/** What processes of a node and its root hold on to, looked at every other second. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessNode } from '../support/process-node.ts';

export interface Growth {
  /** Process name, and how many of them there have been. */
  readonly name: string;
  readonly lives: number;
  /** MB and file handles: the most, and how much more the longest life had in its last third than in its second. */
  readonly peakMb: number;
  readonly grownMb: number;
  readonly peakHandles: number;
  readonly grownHandles: number;
  /** Seconds of the longest life. */
  readonly seconds: number;
}

interface Life {
  readonly name: string;
  readonly samples: { readonly megabytes: number; readonly handles: number }[];
}

const EVERY_MS = 2_000;

export function startSampling(node: ProcessNode) {
  const lives = new Map<number, Life>();
  let isBusy = false;
  const look = async (): Promise<void> => {
    const status = await node.status();
    for (const { name, pid } of status?.processes ?? []) {
      if (pid === undefined) continue;
      const sample = sampleOf(pid);
      if (sample === undefined) continue;
      const life = lives.get(pid) ?? { name, samples: [] };
      lives.set(pid, life);
      life.samples.push(sample);
    }
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    void look().finally(() => {
      isBusy = false;
    });
  }, EVERY_MS);
  return {
    stop(): readonly Growth[] {
      clearInterval(timer);
      const names = new Set([...lives.values()].map(({ name }) => name));
      return [...names].map((name) =>
        growthOf(
          name,
          [...lives.values()].filter((life) => life.name === name),
        ),
      );
    },
  };
}

function growthOf(name: string, lives: readonly Life[]): Growth {
  const all = lives.flatMap(({ samples }) => samples);
  const longest = lives.reduce((best, each) =>
    each.samples.length > best.samples.length ? each : best,
  ).samples;
  const third = Math.floor(longest.length / 3);
  const [middle, last] = [longest.slice(third, 2 * third), longest.slice(-third)];
  const grown = (of: 'megabytes' | 'handles'): number =>
    third === 0 ? 0 : Math.round(mean(last.map((each) => each[of])) - mean(middle.map((each) => each[of])));
  return {
    name,
    lives: lives.length,
    peakMb: Math.max(...all.map(({ megabytes }) => megabytes)),
    grownMb: grown('megabytes'),
    peakHandles: Math.max(...all.map(({ handles }) => handles)),
    grownHandles: grown('handles'),
    seconds: (longest.length * EVERY_MS) / 1_000,
  };
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

function sampleOf(pid: number): Life['samples'][number] | undefined {
  try {
    const megabytes = Math.round(
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    );
    if (Number.isNaN(megabytes)) return undefined; // It has just ended.
    return { megabytes, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined; // It has ended.
  }
}
