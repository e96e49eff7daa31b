/** Why something failed, on one line for a person. */
import { Condition } from './condition.ts';

/** The message and those behind it: `%TCPIP-E-SERVERROR, cannot process service request; port 25 of service SMTP is in use`. */
export function reasonOf(error: unknown): string {
  if (error instanceof Condition)
    return [error.message, ...error.secondary.map(({ text }) => text)].join('; ');
  return error instanceof Error ? error.message : String(error);
}
