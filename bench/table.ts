/** What the benchmark prints: lines of Markdown tables, as they stand in docs/performance.md. */
import type { Figure, Turns } from './side.ts';

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** 0.123, 1.23, 12.3, 1,234. */
export function digits(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/** `3.5 (3.2–3.9)`: the median and the spread. */
export const withSpread = (values: readonly number[], unit = ''): string =>
  `${digits(median(values))}${unit} (${digits(Math.min(...values))}–${digits(Math.max(...values))})`;

export const tableLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export const tableHead = (cells: readonly string[]): string =>
  `${tableLine(cells)}\n|${cells.map(() => '---|').join('')}`;

/** Servers beside ours, in the order of their columns. */
export const PEERS = ['Postfix', 'Haraka'] as const;

export const COMPARISON_HEAD = [
  '',
  'vmsmail',
  ...PEERS,
  ...PEERS.map((peer) => `ratio to ${peer} (processor time)`),
];

const of = (turns: readonly Turns[], name: string): readonly Figure[] =>
  turns.find((each) => each.name === name)?.figures ?? [];

/** Rates, processor time for 1,000 and memory of each; ratios are those of each round, so that what disturbs both does not show. */
export function comparisonLine(name: string, turns: readonly Turns[], has250 = false): string {
  const cell = (figures: readonly Figure[]): string => {
    if (figures.length === 0) return '–';
    const longest = has250 ? `, 99.9 %: ${withSpread(p999s(figures), ' ms')}` : '';
    const memory = Math.max(...figures.map(({ memoryMiB }) => memoryMiB));
    return `${withSpread(rates(figures), '/s')}, ${digits(median(cpus(figures)))} s, ${memory.toFixed(0)} MiB${longest}`;
  };
  const ours = of(turns, 'vmsmail');
  const ratio = (theirs: readonly Figure[]): string => {
    if (theirs.length === 0) return '–';
    const byRate = ours.map(({ rate }, round) => rate / theirs[round]!.rate);
    const byCpu = ours.map(({ cpuPerThousand }, round) => theirs[round]!.cpuPerThousand / cpuPerThousand);
    return `${withSpread(byRate)}, ${digits(median(byCpu))}`;
  };
  const theirs = PEERS.map((peer) => of(turns, peer));
  return tableLine([name, cell(ours), ...theirs.map(cell), ...theirs.map(ratio)]);
}

export const GROWTH_HEAD = [
  'vmsmail as it grows',
  'a second',
  'processor time for 1,000',
  'to the 250, 99.9 %',
  'memory',
  'queue file, mail file',
  'cost to the first',
];
/** What a message may cost more than in the first line. */
export const FLAT = 1.2;

/** A line a size. @returns the lines, and whether each costs what the first does */
export function growthLines(name: string, turns: readonly Turns[]): { lines: string[]; isFlat: boolean } {
  const first = turns[0]!.figures;
  let isFlat = true;
  const lines = turns.map((each) => {
    const ratios = each.figures.map(
      ({ cpuPerThousand }, round) => cpuPerThousand / first[round]!.cpuPerThousand,
    );
    const isOver = median(ratios) > FLAT;
    if (isOver) isFlat = false;
    return tableLine([
      `${name}: ${each.name}`,
      withSpread(rates(each.figures)),
      withSpread(cpus(each.figures), ' s'),
      each.figures.some(({ timeTo250 }) => timeTo250) ? withSpread(p999s(each.figures), ' ms') : '–',
      `${Math.max(...each.figures.map(({ memoryMiB }) => memoryMiB)).toFixed(0)} MiB`,
      each.files === undefined
        ? '–'
        : `${each.files.queueMiB.toFixed(1)} MiB, ${each.files.mailMiB.toFixed(1)} MiB`,
      `${withSpread(ratios)}${isOver ? ' NOT FLAT' : ''}`,
    ]);
  });
  return { lines, isFlat };
}

/** `smtp-receiver 0.101, queue-manager 0.062`: seconds for 1,000, which say more than a rate on a machine that is busy. */
export const imagesLine = (figures: readonly Figure[]): string =>
  [...(figures[0]?.cpuOfImages.keys() ?? [])]
    .map((image) => [image, median(figures.map(({ cpuOfImages }) => cpuOfImages.get(image) ?? 0))] as const)
    .sort((one, other) => other[1] - one[1])
    .map(([image, cpu]) => `${image} ${cpu.toFixed(3)}`)
    .join(', ');

const rates = (figures: readonly Figure[]): readonly number[] => figures.map(({ rate }) => rate);
const cpus = (figures: readonly Figure[]): readonly number[] =>
  figures.map(({ cpuPerThousand }) => cpuPerThousand);
const p999s = (figures: readonly Figure[]): readonly number[] =>
  figures.flatMap(({ timeTo250 }) => timeTo250?.p999 ?? []);
