/** The words of MTA-STS: record, policy, and whether a host is one of it. Source: RFC 8461 §3.1, §3.2, §4.1. */

export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none';
  /** Names of hosts, lower case; `*.` stands for one label. */
  readonly mx: readonly string[];
  readonly maxAgeMs: number;
}

/** RFC 8461 §3.2: a year. */
const LONGEST_AGE_S = 31_557_600;

/** @returns the id; undefined unless exactly one of the records is one */
export function stsRecordId(records: readonly string[]): string | undefined {
  const found = records.filter((each) => /^v=STSv1\s*(;|$)/.test(each));
  return found.length === 1 ? /;\s*id=([A-Za-z0-9]{1,32})\s*(?:;|$)/.exec(found[0]!)?.[1] : undefined;
}

/** @returns undefined for what is no policy */
export function parseStsPolicy(text: string): StsPolicy | undefined {
  const fields = text.split(/\r?\n/).flatMap((line) => {
    // Not one expression for all of it: blanks that three parts of it may take are tried in all ways, for hours.
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd();
    return /^[A-Za-z0-9_.-]+$/.test(name) ? [{ name, value: line.slice(colon + 1).trim() }] : [];
  });
  const first = (name: string): string | undefined => fields.find((each) => each.name === name)?.value;
  const mode = first('mode');
  const maxAge = first('max_age') ?? '';
  const mx = fields.filter(({ name }) => name === 'mx').map(({ value }) => value.toLowerCase());
  if (first('version') !== 'STSv1' || !/^\d{1,10}$/.test(maxAge)) return undefined;
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return undefined;
  if (mode !== 'none' && mx.length === 0) return undefined;
  return { mode, mx, maxAgeMs: Math.min(Number(maxAge), LONGEST_AGE_S) * 1_000 };
}

/** More than anybody has, and less than fills a store. */
const LINES_AT_MOST = 50;
const LONGEST_LINE = 255;

/** As it was published, for reports: RFC 8460 §4.4. */
export const stsPolicyLines = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, LINES_AT_MOST)
    .map((line) => line.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_LINE));

export function isStsHost(host: string, { mx }: StsPolicy): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return mx.some((pattern) =>
    pattern.startsWith('*.') ? name.slice(name.indexOf('.') + 1) === pattern.slice(2) : name === pattern,
  );
}
