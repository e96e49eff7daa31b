/**
 * What a log says of a failure: an expected one in words, a bug with its stack. STYLE §6.
 */
import { Condition } from './condition.ts';

/** Fields for `Log`: `reason` of a condition, or of what the operating system or a database refused; else `err`. */
export function failureFields(error: unknown): { readonly reason: string } | { readonly err: unknown } {
  if (error instanceof Condition) return { reason: wholeReason(error) };
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // ENOSPC, SQLITE_BUSY; not Node's own ERR_INVALID_ARG_TYPE, which is a bug.
  const isRefusal = typeof code === 'string' && /^(E(?!RR_)[A-Z0-9]+|SQLITE_[A-Z_]+)$/.test(code);
  return isRefusal ? { reason: `${code}: ${String(message)}` } : { err: error };
}

/** The message and those behind it on one line, and what the system said. */
function wholeReason(subject: Condition): string {
  const lines = [subject.message, ...subject.secondary.map(({ text }) => text)];
  const cause = subject.cause;
  if (cause instanceof Error) lines.push(cause.message);
  return lines.join('; ');
}
