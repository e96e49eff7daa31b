/** Text of metrics for Prometheus. Source: Prometheus, "Exposition formats", text format 0.0.4. */
import type { Histogram } from '../../queue-manager/index.ts';

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number | Histogram;
}

/** All samples of one name. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Metrics without a sample are left out. */
export const expositionOf = (metrics: readonly Metric[]): string =>
  metrics
    .filter(({ samples }) => samples.length > 0)
    .map(textOf)
    .join('');

function textOf({ name, type, help, samples }: Metric): string {
  const lines = samples.flatMap(({ labels = {}, value }) =>
    typeof value === 'number' ? [line(name, labels, value)] : linesOf(name, labels, value),
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function linesOf(name: string, labels: Labels, { bounds, counts, sum }: Histogram): readonly string[] {
  const all = counts.at(-1) ?? 0;
  return [
    ...bounds.map((bound, index) =>
      line(`${name}_bucket`, { ...labels, le: String(bound) }, counts[index] ?? 0),
    ),
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, all),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, all),
  ];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
