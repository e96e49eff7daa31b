/** LOGIN: why somebody is not let in; a batch job that LOGINOUT does not start ends with it. Source: tcpip-smtp.md §1.2 for the first. */
import { defineFacility, type MessageDefinition } from '../condition/index.ts';
import type { LoginRefusal } from './login-rules.ts';

export const LOGIN = defineFacility({
  name: 'LOGIN',
  number: 211,
  messages: {
    NOSUCHUSER: { severity: 'F', value: 0x00d38124, text: 'no such user' },
    DISUSER: { number: 2, severity: 'F', text: 'account is disabled', source: 'own' },
    ACNTEXPIR: { number: 3, severity: 'F', text: 'account has expired', source: 'own' },
    INVPWD: { number: 5, severity: 'F', text: 'invalid password', source: 'own' },
    PWDEXPIRED: { number: 6, severity: 'F', text: 'password has expired', source: 'own' },
    NOVERIFIER: {
      number: 7,
      severity: 'F',
      text: 'password was set before SCRAM was there; set it again, or log in with PLAIN once',
      source: 'own',
    },
    RESTRICT: { number: 4, severity: 'F', text: 'not authorized to login at this time', source: 'own' },
  },
});

export const refusalMessages: Readonly<Record<LoginRefusal, MessageDefinition>> = {
  disabled: LOGIN.DISUSER,
  expired: LOGIN.ACNTEXPIR,
  hours: LOGIN.RESTRICT,
};
