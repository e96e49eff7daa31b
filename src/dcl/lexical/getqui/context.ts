/**
 * The context of F$GETQUI, one a process: which queue, job, file or other object is the current one, and what comes next.
 *
 *   wildcard call ──► walk over objects ── call ──► next object ── at the end ──► no walk
 *                      FREEZE_CONTEXT: the current object again
 *   below a queue walk its jobs, below a job its files; moving on above begins anew below
 *
 * A call that names one object without WILDCARD looks it up and leaves the walk alone. Source: dcl.md §18.3.
 */
import type { Characteristic, Form } from '../../../ports/queue-definitions.ts';
import type { EntryInfo, QueueInfo } from '../../../ports/queue-manager.ts';
import { QUEUE_MANAGER_NAME } from '../../../queue-manager/default-form.ts';
import { hasWildcard, matchesNamePattern } from '../../../system/name-pattern.ts';
import type { QuiFunction, QuiRequest } from './request.ts';
import type { QuiSource } from './source.ts';

/** What an item is asked of. */
export type QuiSubject =
  | { readonly kind: 'queue'; readonly queue: QueueInfo }
  /** `after`: the entry listed before it in its queue. */
  | { readonly kind: 'job'; readonly job: EntryInfo; readonly after?: number }
  /** `index`: which of the files of its job. */
  | { readonly kind: 'file'; readonly job: EntryInfo; readonly index: number }
  | { readonly kind: 'form'; readonly form: Form }
  | { readonly kind: 'characteristic'; readonly characteristic: Characteristic }
  | { readonly kind: 'manager' };

interface Walk {
  readonly function: QuiFunction;
  readonly object: string;
  readonly objects: AsyncGenerator<QuiSubject>;
  current: QuiSubject | undefined;
}

interface JobWalk {
  /** Which jobs: another selection goes on behind the current one. */
  readonly selection: string;
  readonly jobs: AsyncGenerator<EntryInfo>;
  current: EntryInfo | undefined;
  lastEntry: number;
}

export class QuiContext {
  #walk: Walk | undefined;
  #jobs: JobWalk | undefined;
  /** The current file, and whose it is; `index` behind the last one: there is none. */
  #file: { readonly job: EntryInfo; readonly index: number } | undefined;

  cancel(): void {
    this.#walk = undefined;
    this.#jobs = undefined;
    this.#file = undefined;
  }

  /**
   * The object a request is about; undefined where there is none.
   * @param thisEntry  entry of the batch job that asks
   */
  async subject(
    request: QuiRequest,
    source: QuiSource,
    thisEntry: number | undefined,
  ): Promise<QuiSubject | undefined> {
    if (request.flags.has('THIS_JOB')) return thisJob(request.function, source, thisEntry);
    if (request.function === 'DISPLAY_JOB') return this.#job(request, source);
    if (request.function === 'DISPLAY_FILE') return this.#nextFile(request);
    return this.#object(request, source);
  }

  async #object(request: QuiRequest, source: QuiSource): Promise<QuiSubject | undefined> {
    const { object, flags } = request;
    const active = this.#walk?.function === request.function ? this.#walk : undefined;
    const isWild = flags.has('WILDCARD') || (object !== undefined && hasWildcard(object));
    if (!isWild && object !== undefined) return first(objects(request, object, source));
    if (flags.has('FREEZE_CONTEXT')) return active?.current;
    if (!isWild && active === undefined) return undefined;
    const walk =
      active !== undefined && (object === undefined || object === active.object)
        ? active
        : this.#begin(request, object ?? '*', source);
    const next = await walk.objects.next();
    this.#jobs = undefined;
    this.#file = undefined;
    walk.current = next.done ? undefined : next.value;
    if (next.done) this.cancel();
    return walk.current;
  }

  #begin(request: QuiRequest, object: string, source: QuiSource): Walk {
    this.cancel();
    this.#walk = {
      function: request.function,
      object,
      objects: objects(request, object, source),
      current: undefined,
    };
    return this.#walk;
  }

  /** Needs a queue that is walked over. */
  async #job({ flags }: QuiRequest, source: QuiSource): Promise<QuiSubject | undefined> {
    const queue = this.#walk?.current;
    if (queue?.kind !== 'queue') return undefined;
    if (flags.has('FREEZE_CONTEXT')) return this.#currentJob(this.#jobs?.lastEntry);
    const selection = [...flags]
      .filter((each) => each.endsWith('_JOBS'))
      .sort()
      .join();
    const after = this.#jobs?.current?.entry ?? 0;
    if (this.#jobs?.selection !== selection) {
      const jobs = source.jobs(queue.queue.name, flags, after);
      this.#jobs = { selection, jobs, current: undefined, lastEntry: after };
    }
    const next = await this.#jobs.jobs.next();
    this.#file = undefined;
    if (next.done) this.#jobs = undefined;
    else {
      this.#jobs.lastEntry = after;
      this.#jobs.current = next.value;
    }
    return this.#currentJob(after);
  }

  #currentJob(after: number | undefined): QuiSubject | undefined {
    const job = this.#jobs?.current;
    return job === undefined ? undefined : { kind: 'job', job, after: after ?? 0 };
  }

  /** Needs a current job, of a queue or of a walk over entries. Behind its last file its first one comes again. */
  #nextFile({ flags }: QuiRequest): QuiSubject | undefined {
    const current = this.#walk?.current;
    const job = current?.kind === 'job' ? current.job : this.#jobs?.current;
    if (job === undefined) return undefined;
    const before = this.#file?.job === job ? this.#file.index : undefined;
    if (!flags.has('FREEZE_CONTEXT')) {
      const index = before === undefined ? 0 : before + 1;
      this.#file = index < fileCount(job) ? { job, index } : undefined;
    } else if (before === undefined) return undefined;
    return this.#file && { kind: 'file', ...this.#file };
  }
}

/** Objects that a name or pattern means, in order. */
async function* objects(
  { function: name, flags }: QuiRequest,
  object: string,
  source: QuiSource,
): AsyncGenerator<QuiSubject> {
  switch (name) {
    case 'DISPLAY_QUEUE':
      for await (const queue of source.queues(object, flags)) yield { kind: 'queue', queue };
      return;
    case 'DISPLAY_ENTRY':
      if (/^\d+$/.test(object)) {
        const job = await source.entry(Number(object));
        if (job !== undefined) yield { kind: 'job', job };
        return;
      }
      for await (const job of source.entries(object, flags)) yield { kind: 'job', job };
      return;
    case 'DISPLAY_FORM':
      for (const form of (await source.definitions()).forms)
        if (isMeant(form, object)) yield { kind: 'form', form };
      return;
    case 'DISPLAY_CHARACTERISTIC':
      for (const each of (await source.definitions()).characteristics)
        if (isMeant(each, object)) yield { kind: 'characteristic', characteristic: each };
      return;
    case 'DISPLAY_MANAGER':
      if (matchesNamePattern(QUEUE_MANAGER_NAME, object)) yield { kind: 'manager' };
      return;
    default:
      return;
  }
}

/** By number, or by name. */
const isMeant = ({ name, number }: Characteristic, object: string): boolean =>
  object === String(number) || matchesNamePattern(name, object);

/** Mail has one: its control file. */
const fileCount = ({ batch }: EntryInfo): number => batch?.files.length ?? 1;

async function first(all: AsyncGenerator<QuiSubject>): Promise<QuiSubject | undefined> {
  const next = await all.next();
  return next.done ? undefined : next.value;
}

async function thisJob(
  name: QuiFunction,
  source: QuiSource,
  entry: number | undefined,
): Promise<QuiSubject | undefined> {
  const job = entry === undefined ? undefined : await source.entry(entry);
  if (job === undefined) return undefined;
  if (name === 'DISPLAY_JOB' || name === 'DISPLAY_ENTRY') return { kind: 'job', job };
  if (name === 'DISPLAY_FILE') return { kind: 'file', job, index: 0 };
  const queue = name === 'DISPLAY_QUEUE' ? await source.queue(job.queueName) : undefined;
  return queue === undefined ? undefined : { kind: 'queue', queue };
}
