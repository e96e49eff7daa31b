/** One activation of SYSGEN: the values it works on, which are nobody else's until WRITE. */
import { condition } from '../../condition/index.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import type { ImageContext } from '../../system/image.ts';
import {
  type LoginParameterName,
  type LoginParameters,
  loginParameterDefinitions,
} from '../../system/login-parameters.ts';
import { SYSGEN } from './messages.ts';

export interface SysgenSession {
  readonly image: ImageContext;
  readonly store: SystemStore;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  work: LoginParameters;
  /** Where the work area came from, as SHOW says it. */
  origin: 'Active' | 'Current' | 'Default';
  isEnding: boolean;
}

export const parameterNames = Object.keys(loginParameterDefinitions) as readonly LoginParameterName[];

/** Whole, or as much of it as no other begins with. Throws NOPARAM. */
export function parameterNamed(text: string): LoginParameterName {
  const wanted = text.toUpperCase();
  const exact = parameterNames.find((name) => name === wanted);
  const begun = parameterNames.filter((name) => name.startsWith(wanted));
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined);
  if (found === undefined) throw condition(SYSGEN.NOPARAM, wanted);
  return found;
}
