/** SYSTEM and RMS messages that several parts share. Source: dcl.md §19.3, §19.4. */
import { defineFacility } from './condition.ts';

export const SYSTEM = defineFacility({
  name: 'SYSTEM',
  number: 0,
  shared: true,
  messages: {
    NORMAL: { number: 0, severity: 'S', value: 0x00000001, text: 'normal successful completion' },
    BADPARAM: { number: 0, severity: 'F', value: 0x00000014, text: 'bad parameter value' },
    EXQUOTA: { number: 0, severity: 'F', value: 0x0000001c, text: 'process quota exceeded' },
    NOPRIV: {
      number: 0,
      severity: 'F',
      value: 0x00000024,
      text: 'insufficient privilege or object protection violation',
    },
    ABORT: { number: 0, severity: 'F', value: 0x0000002c, text: 'abort' },
    DUPLNAM: { number: 0, severity: 'F', value: 0x00000094, text: 'duplicate name' },
    IVLOGNAM: { number: 0, severity: 'F', value: 0x00000154, text: 'invalid logical name' },
    NOLOGNAM: { number: 0, severity: 'F', value: 0x000001bc, text: 'no logical name match' },
    TIMEOUT: { number: 0, severity: 'F', value: 0x0000022c, text: 'device timeout' },
    NOSUCHNODE: { number: 0, severity: 'F', value: 0x0000028c, text: 'remote node is unknown' },
    TOOMANYLNAM: { number: 0, severity: 'F', value: 0x00000374, text: 'too many logical name translations' },
    ENDOFFILE: { number: 0, severity: 'W', value: 0x00000870, text: 'end of file' },
    NONEXPR: { number: 0, severity: 'W', value: 0x000008e8, text: 'nonexistent process' },
    NOSUCHDEV: { number: 0, severity: 'W', value: 0x00000908, text: 'no such device available' },
    NOSUCHFILE: { number: 0, severity: 'W', value: 0x00000910, text: 'no such file' },
  },
});

export const RMS = defineFacility({
  name: 'RMS',
  number: 1,
  shared: true,
  messages: {
    NORMAL: { number: 0, severity: 'S', value: 0x00010001, text: 'normal successful completion' },
    TMO: { number: 0, severity: 'W', value: 0x000181b0, text: 'timeout period expired' },
    ACT: { number: 0, severity: 'E', value: 0x0001825a, text: 'file activity precludes operation' },
    EOF: { number: 0, severity: 'E', value: 0x0001827a, text: 'end of file detected' },
    FEX: { number: 0, severity: 'E', value: 0x00018282, text: 'file already exists, not superseded' },
    FLK: { number: 0, severity: 'E', value: 0x0001828a, text: 'file currently locked by another user' },
    FNF: { number: 0, severity: 'E', value: 0x00018292, text: 'file not found' },
    PRV: {
      number: 0,
      severity: 'E',
      value: 0x0001829a,
      text: 'insufficient privilege or file protection violation',
    },
    RNF: { number: 0, severity: 'E', value: 0x000182b2, text: 'record not found' },
    NMF: { number: 0, severity: 'E', value: 0x000182ca, text: 'no more files found' },
    DEV: {
      number: 0,
      severity: 'F',
      value: 0x000184c4,
      text: 'error in device name or inappropriate device type for operation',
    },
    DIR: { number: 0, severity: 'F', value: 0x000184cc, text: 'error in directory name' },
    FNM: { number: 0, severity: 'F', value: 0x0001852c, text: 'error in file name' },
    FUL: {
      number: 0,
      severity: 'F',
      value: 0x00018544,
      text: 'device full (insufficient space for allocation)',
    },
    IFI: {
      number: 0,
      severity: 'F',
      value: 0x00018564,
      text: 'invalid internal file identifier (IFI) value',
    },
    LNE: { number: 0, severity: 'F', value: 0x000185bc, text: 'logical name translation error' },
    SYN: { number: 0, severity: 'F', value: 0x000186d4, text: 'file specification syntax error' },
    TYP: { number: 0, severity: 'F', value: 0x000186e4, text: 'error in file type' },
    VER: { number: 0, severity: 'F', value: 0x000186fc, text: 'error in version number' },
    WLD: { number: 0, severity: 'F', value: 0x00018744, text: 'invalid wildcard operation' },
    DNF: { number: 0, severity: 'E', value: 0x0001c04a, text: 'directory not found' },
  },
});
