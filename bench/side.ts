/** One of the servers that take turns in a row, what a turn shows, and the turns. */
import { cpuSeconds, memoryMiB, ownCpuSeconds } from './process-figures.ts';

export interface Side {
  /** Heading of its figures: a server, or how large something is. */
  readonly name: string;
  readonly port: number;
  pids(): Promise<readonly number[]>;
  /** Processes whose processor time is shown one by one. */
  images?(): Promise<ReadonlyMap<string, number>>;
  /** Resolves when everything that was accepted has gone where it is meant to go. */
  settled(): Promise<void>;
  /** Size of its databases, with their logs. */
  files?(): DatabaseSizes;
  /** Throws unless as many messages have arrived, of all turns together, as were sent. */
  check?(messages: number): Promise<void>;
  stop(): Promise<void>;
}

export interface DatabaseSizes {
  readonly queueMiB: number;
  readonly mailMiB: number;
}

/** What a turn sends. @returns how many were done, and what the client saw */
export type Work = (side: Side) => Promise<{ readonly count: number; readonly timeTo250?: TimeTo250 }>;

/** From the last dot to the 250, milliseconds. */
export interface TimeTo250 {
  readonly median: number;
  readonly p999: number;
  readonly longest: number;
}

export interface Figure {
  readonly rate: number;
  readonly cpuPerThousand: number;
  readonly memoryMiB: number;
  /** Of each image, in the unit of `cpuPerThousand`. */
  readonly cpuOfImages: ReadonlyMap<string, number>;
  readonly timeTo250?: TimeTo250;
}

export async function measure(side: Side, work: Work): Promise<Figure> {
  const pids = await side.pids();
  const images = [...((await side.images?.()) ?? [])];
  const imagesBefore = images.map(([, pid]) => ownCpuSeconds(pid));
  const cpuBefore = cpuSeconds(pids);
  const started = performance.now();
  const { count, timeTo250 } = await work(side);
  await side.settled();
  const seconds = (performance.now() - started) / 1_000;
  const perThousand = (cpu: number): number => (cpu / count) * 1_000;
  return {
    rate: count / seconds,
    cpuPerThousand: perThousand(cpuSeconds(pids) - cpuBefore),
    memoryMiB: memoryMiB(pids),
    cpuOfImages: new Map(
      images.map(([image, pid], index) => [image, perThousand(ownCpuSeconds(pid) - imagesBefore[index]!)]),
    ),
    ...(timeTo250 === undefined ? {} : { timeTo250 }),
  };
}

export interface Turns {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** After the last of them. */
  readonly files?: DatabaseSizes;
}

/** All sides in turn, `rounds` times, and once before that which does not count. Throws when anything was lost on the way. */
export async function takeTurns(
  sides: readonly Side[],
  rounds: number,
  work: Work,
): Promise<readonly Turns[]> {
  const turns = sides.map((side) => ({ side, name: side.name, figures: [] as Figure[] }));
  let sent = 0;
  const counted: Work = async (side) => {
    const done = await work(side);
    sent += done.count;
    return done;
  };
  for (const side of sides) await measure(side, counted);
  for (let round = 0; round < rounds; round++)
    for (const { side, figures } of turns) figures.push(await measure(side, counted));
  for (const side of sides) await side.check?.(sent / sides.length);
  return turns.map(({ side, name, figures }) => {
    const files = side.files?.();
    return { name, figures, ...(files === undefined ? {} : { files }) };
  });
}
