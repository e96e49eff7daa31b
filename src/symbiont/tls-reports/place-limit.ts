/**
 * Whoever has ten thousand domains can have as many reports sent to somebody else: to one host or mail domain go no more a day than
 * a service that reads reports for many domains would get.
 */
import type { Clock } from '../../ports/clock.ts';
import type { ReportPlace } from '../../smtp/tls-report-record.ts';
import { dayOf } from './session-counts.ts';

const REPORTS_A_DAY = 500;
const PLACES_AT_MOST = 20_000;

/** @returns whether one more may go there; it is counted then */
export function createPlaceLimit(clock: Clock, reportsADay = REPORTS_A_DAY): (place: ReportPlace) => boolean {
  let day: number | undefined;
  let sent = new Map<string, number>();
  return (place) => {
    const today = dayOf(clock.now());
    if (today !== day) sent = new Map();
    day = today;
    const name =
      place.kind === 'web'
        ? new URL(place.uri).hostname
        : place.forwardPath.slice(place.forwardPath.lastIndexOf('@') + 1).toLowerCase();
    const before = sent.get(name) ?? 0;
    if (before >= reportsADay || (before === 0 && sent.size >= PLACES_AT_MOST)) return false;
    sent.set(name, before + 1);
    return true;
  };
}
