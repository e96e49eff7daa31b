/** What SET ENTRY, DELETE/ENTRY and REPLY say before the JBC condition. Source: queues.md §9, §13; dcl.md §19.5. */
import { defineFacility } from '../condition/index.ts';

export const SET = defineFacility({
  name: 'SET',
  number: 119,
  messages: {
    NOTSET: { number: 528, severity: 'W', text: 'error modifying !UL', source: 'queues.md §9' },
    MODIFIED: { number: 0x237, severity: 'I', text: '!AS modified', source: 'own' },
  },
});

/**
 * Source: queues.md §15 where recorded; the texts of a request that did not go well are from memory of V7, the operator's own
 * mistakes are ours. No source at hand gives numbers.
 */
export const OPCOM = defineFacility({
  name: 'OPCOM',
  number: 5,
  messages: {
    NOOPCOM: { number: 1, severity: 'E', text: 'OPCOM is not running', source: 'own' },
    NOTERM: {
      number: 2,
      severity: 'E',
      text: 'only a terminal can be enabled for operator messages',
      source: 'own',
    },
    NOTENABLED: {
      number: 3,
      severity: 'I',
      text: 'this terminal is not enabled for operator messages',
      source: 'own',
    },
    NOSUCHREQ: { number: 4, severity: 'E', text: 'there is no outstanding request !UL', source: 'own' },
    NOLOG: { number: 5, severity: 'I', text: 'no operator log file is open', source: 'own' },
    LOGFAIL: { number: 6, severity: 'E', text: 'error opening operator log file', source: 'own' },
    OPRNOTIF: {
      number: 7,
      severity: 'S',
      text: 'operator notified, waiting...!AS',
      source: 'queues.md §15',
    },
    OPREPLY: { number: 8, severity: 'S', text: '!AS', source: 'queues.md §15' },
    RQSTCAN: { number: 9, severity: 'F', text: 'request was canceled', source: 'own' },
    RQSTABORT: { number: 10, severity: 'F', text: 'request was aborted by an operator', source: 'own' },
  },
});

export const SUBMIT = defineFacility({
  name: 'SUBMIT',
  number: 193,
  messages: {
    // The code that utilities share: dcl.md §13, §19.5.
    OPENIN: { value: 0x00c1_109c, severity: 'F', text: 'error opening !AS as input', source: 'queues.md §6' },
    CREJOB: { number: 1, severity: 'F', text: 'error creating job', source: 'queues.md §6' },
  },
});

/** As SUBMIT has them. The number of the facility: dcl.md §19.1. */
export const PRINT = defineFacility({
  name: 'PRINT',
  number: 191,
  messages: {
    OPENIN: { value: 0x00bf_109c, severity: 'F', text: 'error opening !AS as input', source: 'own' },
    CREJOB: { number: 1, severity: 'F', text: 'error creating job', source: 'own' },
  },
});

export const DELETE = defineFacility({
  name: 'DELETE',
  number: 147,
  messages: {
    // As for files: dcl.md §13.
    SEARCHFAIL: {
      value: 0x0093_1238,
      severity: 'W',
      text: 'error searching for !UL',
      source: 'queues.md §9',
    },
    DELETED: { number: 531, severity: 'I', text: 'entry !UL deleted', source: 'own' },
    NOINTRUSION: { number: 532, severity: 'W', text: 'no intrusion record for !AS', source: 'own' },
  },
});

/** Of SHOW INTRUSION; the other texts of SHOW are DCL's. */
export const SHOW = defineFacility({
  name: 'SHOW',
  number: 120,
  messages: {
    NOINTRUDERS: {
      number: 0x100,
      severity: 'I',
      text: 'no intrusion records match specification',
      source: 'own',
    },
  },
});
