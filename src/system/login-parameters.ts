/**
 * SYSGEN parameters of logins: what they may be, and what they are. ACTIVE counts in the running system, CURRENT becomes ACTIVE
 * when the node starts. Source: System Management Utilities, SYSGEN, LGI_….
 */
import type { SystemStore } from '../ports/system-store.ts';

export interface LoginParameterDefinition {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
}

export const loginParameterDefinitions = {
  /** 1: failures at terminals are counted by user and terminal, not by user. */
  LGI_BRK_TERM: { default: 1, minimum: 0, maximum: 1, unit: 'Boolean' },
  /** 1: an account that somebody tries to break into gets the flag DISUSER. */
  LGI_BRK_DISUSER: { default: 0, minimum: 0, maximum: 1, unit: 'Boolean' },
  /** Failures within one connection, after which it is ended. */
  LGI_RETRY_LIM: { default: 3, minimum: 1, maximum: 255, unit: 'Tries' },
  /** Seconds between two attempts of one connection. */
  LGI_RETRY_TMO: { default: 20, minimum: 2, maximum: 255, unit: 'Seconds' },
  /** Failures from one source that make it an intruder. */
  LGI_BRK_LIM: { default: 5, minimum: 1, maximum: 255, unit: 'Failures' },
  /** Seconds that each failure adds to the time a suspect is watched. */
  LGI_BRK_TMO: { default: 300, minimum: 0, maximum: 5_184_000, unit: 'Seconds' },
  /** Seconds an intruder is evaded; a random part of up to a half is added. */
  LGI_HID_TIM: { default: 300, minimum: 0, maximum: 1_261_440_000, unit: 'Seconds' },
} as const satisfies Record<string, LoginParameterDefinition>;

export type LoginParameterName = keyof typeof loginParameterDefinitions;
export type LoginParameters = Readonly<Record<LoginParameterName, number>>;

/** Those of a default installation. */
export const loginParameters = Object.fromEntries(
  Object.entries(loginParameterDefinitions).map(([name, definition]) => [name, definition.default]),
) as unknown as LoginParameters;

export type ParameterSet = 'ACTIVE' | 'CURRENT';

/** Throws what the store throws. */
export async function readLoginParameters(
  store: Pick<SystemStore, 'setting'>,
  set: ParameterSet = 'ACTIVE',
): Promise<LoginParameters> {
  const text = await store.setting(`SYSGEN_${set}`);
  return text === undefined
    ? loginParameters
    : { ...loginParameters, ...(JSON.parse(text) as Partial<LoginParameters>) };
}

export async function writeLoginParameters(
  store: Pick<SystemStore, 'putSetting'>,
  set: ParameterSet,
  parameters: LoginParameters,
): Promise<void> {
  const changed = Object.entries(parameters).filter(
    ([name, value]) => value !== loginParameters[name as LoginParameterName],
  );
  const text = changed.length === 0 ? undefined : JSON.stringify(Object.fromEntries(changed));
  await store.putSetting(`SYSGEN_${set}`, text);
}

/** The node starts: CURRENT becomes ACTIVE. */
export async function activateLoginParameters(
  store: Pick<SystemStore, 'setting' | 'putSetting'>,
): Promise<void> {
  const current = await store.setting('SYSGEN_CURRENT');
  if (current !== (await store.setting('SYSGEN_ACTIVE'))) await store.putSetting('SYSGEN_ACTIVE', current);
}
