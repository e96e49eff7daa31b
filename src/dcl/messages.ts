/**
 * Messages of the interpreter that stand in no table of the command-definition engine. `own`: the Dictionary names the command
 * and no source at hand its message. Source: dcl.md §8–§10, §13, §15.
 */
import { defineFacility } from '../condition/index.ts';

/** Printed as DCL; numbers ours where the source gives none. */
export const INTERPRETER = defineFacility({
  name: 'DCL',
  number: 3,
  messages: {
    ACTIMAGE: { number: 0x700, severity: 'W', text: 'error activating image !AS' },
    OPENIN: { number: 0x701, severity: 'E', text: 'error opening !AS as input' },
    OPENOUT: { number: 0x702, severity: 'E', text: 'error opening !AS as output' },
    DELKEY: { number: 0x703, severity: 'I', text: '!AS key !AS has been deleted', source: 'own' },
    SETKEY: { number: 0x704, severity: 'I', text: 'keypad state has been set to !AS', source: 'own' },
    UNDKEY: { number: 0x705, severity: 'W', text: '!AS key !AS is undefined', source: 'own' },
    IVKEYNAM: {
      number: 0x706,
      severity: 'W',
      text: 'unrecognized key name - check validity and spelling',
      source: 'own',
    },
    IVSTATE: {
      number: 0x707,
      severity: 'W',
      text: 'invalid keypad state name - check validity and spelling',
      source: 'own',
    },
  },
});

/** Printed behind ACTIMAGE. */
export const CLI_IMAGE = defineFacility({
  name: 'CLI',
  number: 3,
  messages: { IMAGEFNF: { number: 0x708, severity: 'E', text: 'image file not found !AS', source: 'own' } },
});

export const SHOW = defineFacility({
  name: 'SHOW',
  number: 120,
  messages: {
    NOTRAN: { severity: 'S', value: 0x00788019, text: 'no translation for logical name !AS' },
    NOERRORS: { number: 0x11, severity: 'S', text: 'no device errors found', source: 'own' },
    INVQUAVAL: { number: 0x10, severity: 'E', text: "value '!AS' invalid for /!AS qualifier" },
  },
});

export const SET = defineFacility({
  name: 'SET',
  number: 119,
  messages: {
    NOTSET: { number: 0x10, severity: 'W', text: 'error modifying !AS' },
    INVDEV: {
      number: 0x11,
      severity: 'E',
      text: 'device is invalid for requested operation',
      source: 'own',
    },
  },
});

/** Of a process that RUN was to create. dcl.md §15 */
export const RUN = defineFacility({
  name: 'RUN',
  number: 143,
  messages: { CREPRC: { number: 0x10, severity: 'F', text: 'process creation failed' } },
});

/** The conditions of an interrupted command. */
export const CONTROL_Y_STATUS = 0x0000_0611;
