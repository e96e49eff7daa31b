/** Failures across the wire: a Condition arrives as a Condition; a bug arrives as an Error without its stack. */
import { Condition, type FaoArgument, type Severity } from '../../../condition/index.ts';

interface CarriedCondition {
  readonly facility: string;
  readonly ident: string;
  readonly severity: Severity;
  readonly text: string;
  readonly value: number;
  readonly args: readonly FaoArgument[];
  readonly secondary: readonly CarriedCondition[];
  readonly token?: string;
}
export type CarriedFailure = { readonly condition: CarriedCondition } | { readonly error: string };

export const carriedFailure = (failure: unknown): CarriedFailure =>
  failure instanceof Condition
    ? { condition: carriedCondition(failure) }
    : { error: failure instanceof Error ? failure.message : String(failure) };

const carriedCondition = (subject: Condition): CarriedCondition => ({
  facility: subject.definition.facility,
  ident: subject.definition.ident,
  severity: subject.definition.severity,
  text: subject.definition.text,
  value: subject.definition.value,
  args: subject.args,
  secondary: subject.secondary.map(carriedCondition),
  ...(subject.token === undefined ? {} : { token: subject.token }),
});

export const arrivedFailure = (carried: CarriedFailure): Error =>
  'condition' in carried ? arrivedCondition(carried.condition) : new Error(carried.error);

function arrivedCondition(carried: CarriedCondition): Condition {
  const { facility, ident, severity, text, value, args, secondary, token } = carried;
  return new Condition({ facility, ident, severity, text, value }, args, {
    secondary: secondary.map(arrivedCondition),
    ...(token === undefined ? {} : { token }),
  });
}
