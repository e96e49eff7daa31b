/**
 * Alarms leave the node by mail, to whom the site names: what operators were told that somebody has to come for, gathered for some
 * minutes, and not again for hours where it is about the same. Off where no address is set. It goes through the queue as all mail
 * does: while the queue takes nothing it is kept and tried again, and the log says so. Runs in the queue manager's process.
 */
import { failureFields } from '../../condition/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import { AlarmBook, type KeptAlarms, type PendingAlarm, type RaisedAlarm } from './alarm-book.ts';
import { alarmLine, alarmMessage } from './alarm-message.ts';

export interface AlarmSettings {
  /** Undefined: nobody wants alarms by mail. */
  readonly alarmAddress?: string;
  readonly alarmDelayMs: number;
  readonly alarmRepeatMs: number;
  readonly substituteDomain?: string;
}

export interface AlarmMailDependencies {
  readonly queueManager: Pick<QueueManager, 'submit'>;
  /** As they are now. */
  readonly settings: () => Promise<AlarmSettings>;
  /** What outlives the process. A store that fails now is no reason to tell less. */
  readonly record: { read(): Promise<KeptAlarms | undefined>; write(kept: KeptAlarms): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeName: string;
  readonly hostName: string;
  readonly uniqueId: () => string;
}

/** As OPCOM has it. */
export type Alarm = Omit<RaisedAlarm, 'at'>;

export interface AlarmMail {
  raise(alarm: Alarm): void;
  /** What was raised before waits for it. */
  start(deps: AlarmMailDependencies): Promise<void>;
  /** What is pending is told after the next start. */
  stop(): void;
}

/** Of those raised before the queue manager runs. */
const MOST_EARLY = 100;
/** What could not be mailed for so long is of no use any more. */
const KEPT_MS = 24 * 3_600_000;

export function createAlarmMail(): AlarmMail {
  const early: Alarm[] = [];
  let sender: AlarmSender | undefined;
  return {
    raise(alarm) {
      if (sender !== undefined) void sender.raise(alarm);
      else if (early.length < MOST_EARLY) early.push(alarm);
    },
    async start(deps) {
      const kept = await deps.record.read().catch(() => undefined);
      sender = new AlarmSender(deps, new AlarmBook(kept));
      for (const alarm of early.splice(0)) await sender.raise(alarm);
      await sender.arm();
    },
    stop: () => sender?.stop(),
  };
}

class AlarmSender {
  readonly #deps: AlarmMailDependencies;
  readonly #book: AlarmBook;
  #timer: { readonly dueAt: number; readonly cancel: () => void } | undefined;
  #settings: AlarmSettings | undefined;
  #isSending = false;
  #isStopped = false;

  constructor(deps: AlarmMailDependencies, book: AlarmBook) {
    this.#deps = deps;
    this.#book = book;
  }

  async raise(alarm: Alarm): Promise<void> {
    const at = this.#deps.clock.now();
    const settings = await this.#readSettings();
    if (settings?.alarmAddress === undefined) return;
    this.#book.raise({ ...alarm, at }, settings.alarmRepeatMs);
    await this.#keep();
    await this.arm();
  }

  /** Sets the time of the next mail, where there is one; what is due already waits for others that come with it. */
  async arm(): Promise<void> {
    const settings = await this.#readSettings();
    const { clock } = this.#deps;
    if (settings === undefined || this.#isStopped || this.#isSending) return;
    const waitMs = this.#book.waitMs(clock.now(), settings.alarmRepeatMs);
    if (waitMs === undefined) return;
    const ms = Math.max(waitMs, settings.alarmDelayMs);
    const dueAt = clock.steadyMs() + ms;
    if (this.#timer !== undefined && this.#timer.dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#timer = { dueAt, cancel: clock.after(ms, () => void this.#send()) };
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    this.#isSending = true;
    try {
      await this.#sendDue();
      await this.#keep();
    } finally {
      this.#isSending = false;
    }
    await this.arm();
  }

  async #sendDue(): Promise<void> {
    const { clock, log, queueManager, ...deps } = this.#deps;
    const settings = await this.#readSettings();
    if (settings === undefined) return;
    const { alarmAddress: address, alarmRepeatMs: repeatMs, substituteDomain } = settings;
    if (address === undefined) {
      this.#book.clear();
      return;
    }
    const now = clock.now();
    const alarms = this.#book.take(now, repeatMs);
    if (alarms.length === 0) return;
    const domain = substituteDomain ?? deps.hostName;
    const message = { ...deps, alarms, address, domain, repeatMs, now, uniqueId: deps.uniqueId() };
    try {
      const { entry } = await queueManager.submit(alarmMessage(message));
      this.#book.sent();
      log.info({ entry, alarms: alarms.length }, 'alarms were mailed');
    } catch (error) {
      const [kept, dropped] = byAge(alarms, now);
      this.#book.putBack(kept);
      log.error(
        { ...failureFields(error), waiting: kept.map(alarmLine), dropped: dropped.map(alarmLine) },
        'alarms could not be mailed',
      );
    }
  }

  async #keep(): Promise<void> {
    await this.#deps.record.write(this.#book.kept).catch(() => {});
  }

  /** Those read last where the store fails: it is what the alarm may be about. */
  async #readSettings(): Promise<AlarmSettings | undefined> {
    try {
      this.#settings = await this.#deps.settings();
    } catch (error) {
      this.#deps.log.warn(failureFields(error), 'settings of alarms could not be read');
    }
    return this.#settings;
  }
}

function byAge(
  alarms: readonly PendingAlarm[],
  now: number,
): readonly [readonly PendingAlarm[], readonly PendingAlarm[]] {
  const isOld = ({ messages }: PendingAlarm): boolean =>
    Math.abs(now - (messages.at(-1)?.at ?? now)) >= KEPT_MS;
  return [alarms.filter((each) => !isOld(each)), alarms.filter(isOld)];
}
