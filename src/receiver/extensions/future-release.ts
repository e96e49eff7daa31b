/**
 * FUTURERELEASE: mail that is held until an instant; the entry is Holding until then, as with /AFTER. For those alone who may
 * relay: nobody else has business with this queue. Source: RFC 4865.
 */
import { reply } from '../../smtp/reply.ts';
import { isStranger, type Session } from '../session.ts';
import type { SmtpExtension, SubmissionRequests } from './extension.ts';
import { badParameter, unlessHeldTooLong } from './replies.ts';

/** A year, as OpenVMS holds entries. */
const LONGEST_SECONDS = 366 * 24 * 3600;

const tooLate = reply(501, 'Release time is too far in the future', '5.5.4');

export const futureRelease: SmtpExtension = {
  // RFC 4865 §4: the longest interval, and the latest instant, in UTC.
  offered: (session) =>
    isStranger(session)
      ? undefined
      : `FUTURERELEASE ${LONGEST_SECONDS} ${rfc3339(now(session) + LONGEST_SECONDS * 1_000)}`,
  parameters: {
    HOLDFOR(value, asked, session) {
      if (!/^[1-9]\d{0,8}$/.test(value)) return badParameter;
      return until(now(session) + Number(value) * 1_000, asked, session);
    },
    HOLDUNTIL(value, asked, session) {
      const instant = instantOf(value);
      return instant === undefined ? badParameter : until(instant, asked, session);
    },
  },
};

function until(
  after: number,
  asked: SubmissionRequests,
  session: Session,
): SubmissionRequests | ReturnType<typeof reply> {
  // RFC 4865 §4: either of them, and no second time.
  if (asked.after !== undefined) return badParameter;
  if (after > now(session) + LONGEST_SECONDS * 1_000) return tooLate;
  return unlessHeldTooLong({ ...asked, after }, now(session));
}

const now = ({ dependencies }: Session): number => dependencies.clock.now();
const rfc3339 = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** RFC 3339 §5.6, in UTC or with an offset. A day that does not exist is none. */
function instantOf(text: string): number | undefined {
  const [, date, rest] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))$/i.exec(text) ?? [];
  if (date === undefined || rest === undefined) return undefined;
  const instant = Date.parse(`${date}${rest.toUpperCase()}`);
  const day = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(instant) || Number.isNaN(day)) return undefined;
  return new Date(day).toISOString().startsWith(date) ? instant : undefined;
}
