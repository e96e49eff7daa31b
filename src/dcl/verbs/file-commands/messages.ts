/** Messages of the file commands; each utility prints shared texts with its own facility. Source: dcl.md §13, §19.5. */
import { defineFacility, type MessageEntry } from '../../../condition/index.ts';

/** Codes that utilities share: 0x1098 OPENIN, 0x10A0 OPENOUT, 0x1238 SEARCHFAIL. */
const shared = {
  OPENIN: { number: 0x213, severity: 'E', text: 'error opening !AS as input' },
  OPENOUT: { number: 0x214, severity: 'E', text: 'error opening !AS as output' },
  SEARCHFAIL: { number: 0x247, severity: 'W', text: 'error searching for !AS' },
} as const satisfies Record<string, MessageEntry>;

export const TYPE = defineFacility({
  name: 'TYPE',
  number: 149,
  shared: true,
  messages: { ...shared, OPENIN: { ...shared.OPENIN, severity: 'W' } },
});
const copying = {
  ...shared,
  READERR: { number: 0x230, severity: 'E', text: 'error reading !AS' },
  WRITEERR: { number: 0x231, severity: 'E', text: 'error writing !AS' },
  APPENDED: { number: 0x222, severity: 'S', text: '!AS appended to !AS (!UL record!%S)' },
} as const satisfies Record<string, MessageEntry>;

export const COPY = defineFacility({
  name: 'COPY',
  number: 103,
  shared: true,
  messages: {
    ...copying,
    COPIED: { number: 0x220, severity: 'S', text: '!AS copied to !AS (!UL block!%S)' },
    NEWFILES: { number: 0x221, severity: 'S', text: '!UL file!%S created' },
    HIGHVER: { number: 0x232, severity: 'W', text: 'higher version of !AS already exists' },
    REPLACED: { number: 0x233, severity: 'I', text: '!AS being replaced', source: 'own' },
  },
});
export const APPEND = defineFacility({ name: 'APPEND', number: 113, shared: true, messages: copying });
export const RENAME = defineFacility({
  name: 'RENAME',
  number: 144,
  shared: true,
  messages: {
    ...shared,
    RENAMED: { number: 0x234, severity: 'I', text: '!AS renamed to !AS' },
  },
});
export const CREATE = defineFacility({
  name: 'CREATE',
  number: 145,
  shared: true,
  messages: {
    ...shared,
    CREATED: { number: 0x223, severity: 'I', text: '!AS created' },
    EXISTS: { number: 0x224, severity: 'I', text: '!AS already exists' },
    DIRNOTCRE: { number: 0x22a, severity: 'E', text: '!AS directory file not created', source: 'own' },
  },
});
export const DELETE = defineFacility({
  name: 'DELETE',
  number: 147,
  shared: true,
  messages: {
    ...shared,
    DELVER: { number: 0x241, severity: 'E', text: 'explicit version number or wild card required' },
    FILDEL: { number: 0x225, severity: 'I', text: '!AS deleted (!UL block!%S)' },
    FILNOTDEL: { number: 0x226, severity: 'W', text: 'error deleting !AS' },
    TOTAL: { number: 0x227, severity: 'I', text: '!UL file!%S deleted (!UL block!%S)' },
  },
});
export const PURGE = defineFacility({
  name: 'PURGE',
  number: 148,
  shared: true,
  messages: {
    ...shared,
    FILPURG: { number: 0x228, severity: 'I', text: '!AS deleted (!UL block!%S)' },
    FILNOTDEL: { number: 0x226, severity: 'W', text: 'error deleting !AS' },
    TOTAL: { number: 0x227, severity: 'I', text: '!UL file!%S deleted (!UL block!%S)' },
    PURGEVER: { number: 0x235, severity: 'E', text: 'version numbers not permitted', source: 'own' },
    NOFILPURG: { number: 0x229, severity: 'I', text: 'no files purged' },
  },
});
export const DIRECT = defineFacility({
  name: 'DIRECT',
  number: 121,
  shared: true,
  messages: {
    ...shared,
    // dcl.md §13 [R8]: the value is that of RMS FNF with severity W.
    NOFILES: { severity: 'W', value: 0x0001_8290, text: 'no files found' },
  },
});

const header = {
  ...shared,
  WRITEERR: { number: 0x231, severity: 'E', text: 'error writing !AS' },
  PROTECTED: { number: 0x236, severity: 'I', text: 'protection on !AS changed to !AS' },
  MODIFIED: { number: 0x237, severity: 'I', text: '!AS modified', source: 'own' },
} as const satisfies Record<string, MessageEntry>;

export const SET = defineFacility({ name: 'SET', number: 119, shared: true, messages: header });
export const SHOW_FILES = defineFacility({ name: 'SHOW', number: 120, shared: true, messages: shared });

/** Values recorded: dcl.md §13 [R8]. */
export const SEARCH = defineFacility({
  name: 'SEARCH',
  number: 215,
  shared: true,
  messages: {
    ...shared,
    OPENIN: { ...shared.OPENIN, severity: 'W' },
    NOFILE: { severity: 'E', value: 0x08d7_804a, text: 'no file found' },
    NOMATCHES: { severity: 'I', value: 0x08d7_8053, text: 'no strings matched' },
    NULLFILE: { number: 0x240, severity: 'I', text: 'file !AS contains no records' },
    MATCHED: { number: 0x242, severity: 'S', text: '!AS - !UL record!%S, !UL !AS' },
    NOMATCH: { number: 0x243, severity: 'S', text: '!AS - !UL record!%S', source: 'own' },
  },
});

/** Of DIFFERENCES: success when the files are the same, informational when not; procedures ask for the values. */
export const DIFF = defineFacility({
  name: 'DIFF',
  number: 108,
  messages: {
    SAMEFIL: { number: 1, severity: 'S', text: 'no differences', source: 'own' },
    FILDIF: { number: 2, severity: 'I', text: 'files are different', source: 'own' },
    OPENIN: { severity: 'E', value: 0x006c_109a, text: shared.OPENIN.text },
  },
});

export const DUMP = defineFacility({ name: 'DUMP', number: 205, shared: true, messages: shared });

export const SORT = defineFacility({
  name: 'SORT',
  number: 28,
  shared: true,
  messages: {
    OPENIN: { ...shared.OPENIN, severity: 'F' },
    OPENOUT: { ...shared.OPENOUT, severity: 'F' },
    BAD_ORDER: { number: 0x250, severity: 'E', text: 'merge input is out of order', source: 'own' },
  },
});
