/**
 * What a log says of a failure: an expected one in words, a bug with its stack. STYLE §6.
 */
import { Condition } from './condition.ts';
import { reasonOf } from './reason-of.ts';

/** Fields for `Log`: `reason` of a condition, or of what the operating system or a database refused; else `err`. */
export function failureFields(error: unknown): { readonly reason: string } | { readonly err: unknown } {
  if (error instanceof Condition) return { reason: wholeReason(error) };
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // ENOSPC, SQLITE_BUSY; not Node's own ERR_INVALID_ARG_TYPE, which is a bug.
  const isRefusal = typeof code === 'string' && /^(E(?!RR_)[A-Z0-9]+|SQLITE_[A-Z_]+)$/.test(code);
  return isRefusal ? { reason: `${code}: ${String(message)}` } : { err: error };
}

/** With what the system said. */
function wholeReason(subject: Condition): string {
  const { cause } = subject;
  return reasonOf(subject) + (cause instanceof Error ? `; ${cause.message}` : '');
}
