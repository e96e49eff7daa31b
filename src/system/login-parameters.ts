/** SYSGEN parameters of logins, as a default installation has them. Source: System Management Utilities, SYSGEN, LGI_…. */
export const loginParameters = {
  /** Failures from one source that make it an intruder. */
  LGI_BRK_LIM: 5,
  /** Seconds that each failure adds to the time a suspect is watched. */
  LGI_BRK_TMO: 300,
  /** Seconds an intruder is evaded; a random part of up to a half is added. */
  LGI_HID_TIM: 300,
  /** 1: failures at terminals are counted by user and terminal, not by user. */
  LGI_BRK_TERM: 1,
  /** Failures within one connection, after which it is ended. */
  LGI_RETRY_LIM: 3,
  /** Seconds between two attempts of one connection. */
  LGI_RETRY_TMO: 20,
} as const;

export type LoginParameters = Readonly<Record<keyof typeof loginParameters, number>>;
