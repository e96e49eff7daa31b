/**
 * Lines a transcript expects against lines a program wrote: `~` begins a pattern, `...` stands for any number of lines.
 * In a dialogue the speaker stands before it: `S: ~250 .*`.
 */

/** One step of an alignment; a line may stand on one side only. */
export interface Step {
  readonly want?: string;
  readonly got?: string;
}

const SPEAKER = /^S\d?: ?/;

/** `S: ` or nothing. */
const speakerOf = (line: string): string => SPEAKER.exec(line)?.[0] ?? '';

export const isEllipsis = (line: string): boolean => line.replace(SPEAKER, '') === '...';

export function matchesLine(want: string, got: string): boolean {
  if (want === got) return true;
  const speaker = speakerOf(want);
  if (want[speaker.length] !== '~' || !got.startsWith(speaker)) return false;
  return new RegExp(`^(?:${want.slice(speaker.length + 1)})$`).test(got.slice(speaker.length));
}

export function matchesLines(want: readonly string[], got: readonly string[]): boolean {
  if (!want.some(isEllipsis)) {
    return want.length === got.length && want.every((line, index) => matchesLine(line, got[index]!));
  }
  return align(want, got).every((step) => !isDifference(step));
}

/** An ellipsis takes lines without being a difference. */
export const isDifference = ({ want, got }: Step): boolean =>
  want === undefined || (!isEllipsis(want) && (got === undefined || !matchesLine(want, got)));

/** The alignment with the fewest differences, as for a diff; a step with two lines that differ stands one for the other. */
export function align(want: readonly string[], got: readonly string[]): readonly Step[] {
  const costs = costTable(want, got);
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < want.length || j < got.length) {
    const step = { want: want[i], got: got[j] };
    const cost = costs[i]![j]!;
    if (step.want === undefined) steps.push({ got: got[j++]! });
    else if (isEllipsis(step.want)) {
      if (step.got !== undefined && costs[i]![j + 1] === cost) {
        steps.push({ want: step.want, got: step.got });
        j += 1;
      } else {
        steps.push({ want: step.want });
        i += 1;
      }
    } else if (
      step.got !== undefined &&
      costs[i + 1]![j + 1]! + (matchesLine(step.want, step.got) ? 0 : 1) === cost
    ) {
      steps.push({ want: step.want, got: step.got });
      i += 1;
      j += 1;
    } else if (costs[i + 1]![j]! + 1 === cost) {
      steps.push({ want: step.want });
      i += 1;
    } else steps.push({ got: got[j++]! });
  }
  return steps;
}

/** costs[i][j]: differences between want from i on and got from j on. */
function costTable(want: readonly string[], got: readonly string[]): readonly (readonly number[])[] {
  const costs = Array.from({ length: want.length + 1 }, () => new Array<number>(got.length + 1).fill(0));
  const costOf = (i: number, j: number): number => costs[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = want.length; i >= 0; i -= 1) {
    for (let j = got.length; j >= 0; j -= 1) {
      const line = want[i];
      if (line === undefined) costs[i]![j] = got.length - j;
      else if (isEllipsis(line)) costs[i]![j] = Math.min(costOf(i + 1, j), costOf(i, j + 1));
      else {
        const here = j < got.length && matchesLine(line, got[j]!) ? 0 : 1;
        costs[i]![j] = Math.min(costOf(i + 1, j + 1) + here, costOf(i + 1, j) + 1, costOf(i, j + 1) + 1);
      }
    }
  }
  return costs;
}

/** What the transcript has to say: patterns and ellipses that still hold stay, everything else is what the program wrote. */
export function rewritten(want: readonly string[], got: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const step of align(want, got)) {
    if (step.want !== undefined && isEllipsis(step.want)) {
      if (lines.at(-1) !== step.want) lines.push(step.want);
    } else if (step.got !== undefined) lines.push(isDifference(step) ? step.got : step.want!);
  }
  return lines;
}

/** `-` what the transcript says, `+` what the program wrote. */
export function differenceLines(want: readonly string[], got: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const step of align(want, got)) {
    if (!isDifference(step)) {
      const line = `  ${step.want}`;
      if (!isEllipsis(step.want!) || lines.at(-1) !== line) lines.push(line);
      continue;
    }
    if (step.want !== undefined) lines.push(`- ${step.want}`);
    if (step.got !== undefined) lines.push(`+ ${step.got}`);
  }
  return lines;
}
