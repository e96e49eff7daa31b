/**
 * The command interpreter's messages: facility number 3, printed as DCL at the `$` prompt and as CLI by utilities that
 * parse with the same engine (MAIL>, TCPIP>, UAF>). Both have the same condition values. Source: dcl.md §19.2; texts the
 * sources do not give are marked `own`.
 */
import { Condition, defineFacility, type MessageEntry } from '../condition/index.ts';

const messages = {
  NORMAL: { number: 0, severity: 'S', value: 0x30001, text: 'normal successful completion' },
  ABVERB: {
    number: 0,
    severity: 'W',
    value: 0x38008,
    text: 'ambiguous command verb - supply more characters',
  },
  ABKEYW: {
    number: 0,
    severity: 'W',
    value: 0x38010,
    text: 'ambiguous qualifier or keyword - supply more characters',
  },
  BUFOVF: {
    number: 0,
    severity: 'W',
    value: 0x38018,
    text: 'command buffer overflow - shorten expression or command line',
  },
  COMPLX: { number: 0, severity: 'W', value: 0x38020, text: 'expression too complex - simplify' },
  DEFOVF: {
    number: 0,
    severity: 'W',
    value: 0x38028,
    text: 'too many command procedure parameters - limit to eight',
  },
  DIRECT: {
    number: 0,
    severity: 'W',
    value: 0x38030,
    text: 'invalid directory syntax - check brackets and other delimiters',
  },
  EXPSYN: {
    number: 0,
    severity: 'W',
    value: 0x38038,
    text: 'invalid expression syntax - check operators and operands',
  },
  IMCHNG: { number: 0, severity: 'W', value: 0x38040, text: 'two images requested in one command' },
  INSFPRM: {
    number: 0,
    severity: 'W',
    value: 0x38048,
    text: 'missing command parameters - supply all required parameters',
  },
  IVCHAR: {
    number: 0,
    severity: 'W',
    value: 0x38050,
    text: 'invalid numeric value - check for invalid digits',
  },
  IVKEYW: {
    number: 0,
    severity: 'W',
    value: 0x38060,
    text: 'unrecognized keyword - check validity and spelling',
  },
  IVOPER: {
    number: 0,
    severity: 'W',
    value: 0x38068,
    text: 'unrecognized operator in expression - check spelling and syntax',
  },
  IVPROT: { number: 0, severity: 'W', value: 0x38070, text: 'invalid protection code' },
  IVQLOC: {
    number: 0,
    severity: 'W',
    value: 0x38078,
    text: 'invalid qualifier location - place after a parameter',
  },
  IVSYMB: {
    number: 0,
    severity: 'W',
    value: 0x38080,
    text: 'invalid symbol name - start name with an alphabetic character',
  },
  IVVALU: {
    number: 0,
    severity: 'W',
    value: 0x38088,
    text: 'invalid value syntax - see command documentation',
  },
  IVVERB: {
    number: 0,
    severity: 'W',
    value: 0x38090,
    text: 'unrecognized command verb - check validity and spelling',
  },
  MAXPARM: {
    number: 0,
    severity: 'W',
    value: 0x38098,
    text: 'too many parameters - reenter command with fewer parameters',
  },
  NOATFIL: { number: 0, severity: 'W', value: 0x380a0, text: 'no file name for command procedure' },
  NOCCAT: {
    number: 0,
    severity: 'W',
    value: 0x380a8,
    text: 'parameter concatenation not allowed - check use of plus (+)',
  },
  NOCOMD: {
    number: 0,
    severity: 'W',
    value: 0x380b0,
    text: 'no command on line - reenter with alphabetic first character',
  },
  NOKEYW: {
    number: 0,
    severity: 'W',
    value: 0x380b8,
    text: 'qualifier name is missing - append the name to the slash',
  },
  NOLIST: {
    number: 0,
    severity: 'W',
    value: 0x380c0,
    text: 'list of parameter values not allowed - check use of comma (,)',
  },
  NOQUAL: {
    number: 0,
    severity: 'W',
    value: 0x380c8,
    text: 'qualifiers not allowed - supply only verb and parameters',
  },
  NOVALU: {
    number: 0,
    severity: 'W',
    value: 0x380d0,
    text: 'value not allowed - remove value specification',
  },
  NOTNEG: {
    number: 0,
    severity: 'W',
    value: 0x380d8,
    text: 'qualifier or keyword not negatable - remove "NO" or omit',
  },
  NULFIL: {
    number: 0,
    severity: 'W',
    value: 0x380e0,
    text: 'missing or invalid file specification - respecify',
  },
  NUMBER: { number: 0, severity: 'W', value: 0x380e8, text: 'invalid numeric value - supply an integer' },
  ONCOMD: {
    number: 0,
    severity: 'W',
    value: 0x380f0,
    text: 'ON command too large - decrease the length of the THEN clause',
  },
  ONERR: {
    number: 0,
    severity: 'W',
    value: 0x380f8,
    text: 'invalid ON condition - use WARNING, SEVERE, ERROR, or CONTROL_Y',
  },
  ONLEVL: {
    number: 0,
    severity: 'W',
    value: 0x38100,
    text: 'invalid ON context - use only within command procedures',
  },
  PARMDEL: {
    number: 0,
    severity: 'W',
    value: 0x38110,
    text: 'invalid parameter delimiter - check use of special characters',
  },
  RSLOVF: {
    number: 0,
    severity: 'W',
    value: 0x38118,
    text: 'buffer overflow - specify fewer command elements',
  },
  SKPDAT: {
    number: 0,
    severity: 'W',
    value: 0x38120,
    text: 'image data (records not beginning with "$") ignored',
  },
  STKOVF: {
    number: 0,
    severity: 'W',
    value: 0x38128,
    text: 'command procedures too deeply nested - limit to 32 levels',
  },
  SYMDEL: {
    number: 0,
    severity: 'W',
    value: 0x38130,
    text: 'invalid symbol or value delimiter - check command syntax',
  },
  SYMOVF: {
    number: 0,
    severity: 'W',
    value: 0x38138,
    text: 'no room for symbol definitions - delete some symbols',
  },
  UNDSYM: {
    number: 0,
    severity: 'W',
    value: 0x38140,
    text: 'undefined symbol - check validity and spelling',
  },
  USGOTO: {
    number: 0,
    severity: 'W',
    value: 0x38148,
    text: 'target of GOTO not found - check spelling and presence of label',
  },
  VALREQ: {
    number: 0,
    severity: 'W',
    value: 0x38150,
    text: 'missing qualifier or keyword value - supply all required values',
  },
  ONEVAL: {
    number: 0,
    severity: 'W',
    value: 0x38158,
    text: 'list of values not allowed - check use of comma (,)',
  },
  OVRFLW: { number: 0, severity: 'W', value: 0x38160, text: 'arithmetic overflow', source: 'own' },
  UNDFIL: {
    number: 0,
    severity: 'W',
    value: 0x38188,
    text: 'file has not been opened by DCL - check logical name',
  },
  FILOPN: { number: 0, severity: 'W', value: 0x38190, text: 'file is already open' },
  BADRET: { number: 0, severity: 'W', value: 0x38198, text: 'RETURN was issued without a subroutine' },
  ABSYMD: {
    number: 0,
    severity: 'W',
    value: 0x381a0,
    text: 'abbreviated symbol definition conflict - rename symbol',
  },
  INVUIC: {
    number: 0,
    severity: 'W',
    value: 0x381a8,
    text: 'invalid UIC - must be of the form [group,member]',
  },
  ABFNAM: {
    number: 0,
    severity: 'W',
    value: 0x381b8,
    text: 'ambiguous lexical function name - supply more characters',
  },
  IVFNAM: {
    number: 0,
    severity: 'W',
    value: 0x381c0,
    text: 'invalid lexical function name - check validity and spelling',
  },
  NOLBLS: {
    number: 0,
    severity: 'W',
    value: 0x381e0,
    text: 'label ignored - use only within command procedures',
  },
  ABSENT: { number: 0, severity: 'W', value: 0x381f0, text: 'entity is absent', source: 'own' },
  NEGATED: { number: 0, severity: 'W', value: 0x381f8, text: 'entity is negated', source: 'own' },
  NOTHEN: {
    number: 0,
    severity: 'W',
    value: 0x38210,
    text: 'IF or ON statement syntax error - check placement of THEN keyword',
  },
  INVRANGE: {
    number: 0,
    severity: 'W',
    value: 0x38228,
    text: 'field specification is out of bounds - check sign and size',
  },
  LOCNEG: { number: 0, severity: 'W', value: 0x38230, text: 'entity is locally negated', source: 'own' },
  CMDNOTFND: {
    number: 0,
    severity: 'W',
    value: 0x38238,
    text: 'command not found - use RECALL/ALL to display saved commands',
  },
  IVQUAL: {
    number: 0,
    severity: 'W',
    value: 0x38240,
    text: 'unrecognized qualifier - check validity, spelling, and placement',
  },
  NOTIFY: {
    number: 0,
    severity: 'W',
    value: 0x38250,
    text: '/NOTIFY not allowed - do not use with /WAIT or in batch jobs',
  },
  CONFLICT: {
    number: 0,
    severity: 'W',
    value: 0x38258,
    text: 'illegal combination of command elements - check documentation',
  },
  ARGREQ: {
    number: 0,
    severity: 'W',
    value: 0x38268,
    text: 'missing argument - supply all required arguments',
  },
  SYMLNG: { number: 0, severity: 'W', value: 0x38270, text: 'symbol name is too long - shorten the name' },
  SYMABR: {
    number: 0,
    severity: 'W',
    value: 0x38278,
    text: 'symbol abbreviation not allowed here',
    source: 'own',
  },
  NOPAREN: {
    number: 0,
    severity: 'W',
    value: 0x38288,
    text: 'value improperly delimited - supply parenthesis',
  },
  IVATIME: {
    number: 0,
    severity: 'W',
    value: 0x38290,
    text: 'invalid absolute time - use DD-MMM-YYYY:HH:MM:SS.CC format',
  },
  IVDTIME: {
    number: 0,
    severity: 'W',
    value: 0x38298,
    text: 'invalid delta time - use DDDD-HH:MM:SS.CC format',
  },
  TKNOVF: { number: 0, severity: 'W', value: 0x382a0, text: 'command element is too long - shorten' },
  PERMSYM: { number: 0, severity: 'W', value: 0x382b8, text: 'deletion of permanent symbols not allowed' },
  INVGOSUB: { number: 0, severity: 'W', value: 0x382c8, text: 'invalid use of the GOSUB command' },
  GOSUBMAX: {
    number: 0,
    severity: 'W',
    value: 0x382d0,
    text: 'GOSUB procedures too deeply nested - limit to 16 levels',
  },
  USCALL: {
    number: 0,
    severity: 'W',
    value: 0x382d8,
    text: 'CALL target !AC either missing, misspelled, or inaccessible',
  },
  USGOSUB: {
    number: 0,
    severity: 'W',
    value: 0x382e0,
    text: 'target of GOSUB not found - check spelling and presence of label',
  },
  FRZNCTX: {
    number: 0,
    severity: 'W',
    value: 0x382e8,
    text: 'context is frozen - either cancel this context or use alternate',
  },
  NOTCTX: {
    number: 0,
    severity: 'W',
    value: 0x382f0,
    text: 'symbol specified is not a valid context symbol',
  },
  NULLPIPE: {
    number: 0,
    severity: 'W',
    value: 0x38310,
    text: 'null command in pipeline - check command syntax',
    source: 'own',
  },
  INVNULLCMD: {
    number: 0,
    severity: 'W',
    value: 0x38318,
    text: 'invalid null command - check command syntax',
    source: 'own',
  },
  WRGSUBSHSYN: {
    number: 0,
    severity: 'W',
    value: 0x38320,
    text: 'wrong subshell syntax - check parentheses',
    source: 'own',
  },
  UNTERMSUBSH: {
    number: 0,
    severity: 'W',
    value: 0x38328,
    text: 'unterminated subshell - supply closing parenthesis',
    source: 'own',
  },
  DUPREDSYN: {
    number: 0,
    severity: 'W',
    value: 0x38330,
    text: 'duplicate redirection syntax - specify each stream once',
    source: 'own',
  },
  INCREDSYN: {
    number: 0,
    severity: 'W',
    value: 0x38338,
    text: 'incomplete redirection syntax - supply a file specification',
    source: 'own',
  },
  INVREDSYN: {
    number: 0,
    severity: 'W',
    value: 0x38340,
    text: 'invalid redirection syntax - check placement of redirection',
    source: 'own',
  },
  INVCONCHAR: {
    number: 0,
    severity: 'W',
    value: 0x38348,
    text: 'invalid connection character - check use of special characters',
    source: 'own',
  },
  CMDNOTALLINPIP: {
    number: 0,
    severity: 'W',
    value: 0x38350,
    text: 'command not allowed in pipeline',
    source: 'own',
  },
  LBLNOTALLINPIP: {
    number: 0,
    severity: 'W',
    value: 0x38358,
    text: 'label not allowed in pipeline',
    source: 'own',
  },
  TOOMANYPIPCMD: {
    number: 0,
    severity: 'W',
    value: 0x38360,
    text: 'too many commands in pipeline',
    source: 'own',
  },
  UNSUPITEM: { number: 0, severity: 'W', value: 0x38368, text: 'item not supported by lexical function' },
  CREQUEJOB: { number: 0, severity: 'E', value: 0x3884a, text: 'error creating job on queue !AS' },
  SUBMITERR: { number: 0, severity: 'E', value: 0x38852, text: 'error submitting file to queue !AS' },
  INVCALL: {
    number: 0,
    severity: 'E',
    value: 0x38942,
    text: 'invalid use of the CALL command',
    source: 'own',
  },
  INVIFNEST: {
    number: 0,
    severity: 'E',
    value: 0x3894a,
    text: 'invalid IF-THEN-ELSE nesting structure or data inconsistency',
  },
  CAPTINT: {
    number: 0,
    severity: 'E',
    value: 0x38952,
    text: 'captive account - interactive access not allowed',
    source: 'own',
  },
  CAPTINQ: {
    number: 0,
    severity: 'E',
    value: 0x3895a,
    text: 'captive account - INQUIRE command not allowed',
    source: 'own',
  },
  NOFORCMD: {
    number: 0,
    severity: 'E',
    value: 0x38962,
    text: 'restricted account - foreign commands not allowed',
    source: 'own',
  },
  NORUNMCR: {
    number: 0,
    severity: 'E',
    value: 0x3896a,
    text: 'restricted account - RUN and MCR commands not allowed',
    source: 'own',
  },
  INVPREFIX: {
    number: 0,
    severity: 'E',
    value: 0x3897a,
    text: 'invalid SET PREFIX control string',
    source: 'own',
  },
  CAPTSPAWN: {
    number: 0,
    severity: 'E',
    value: 0x38982,
    text: 'captive account - SPAWN command not allowed',
    source: 'own',
  },
  DEFKEY: { number: 0, severity: 'I', value: 0x3ddc3, text: '!AC key !AS has been defined' },
  SUPERSEDE: { number: 0, severity: 'I', value: 0x3ddeb, text: 'previous value of !AS has been superseded' },
  DELSYM: { number: 0, severity: 'I', value: 0x3de23, text: '!AC symbol !AC has been deleted' },
  INVDEF: { number: 0, severity: 'I', value: 0x3de3b, text: '!AD does not exist' },
  MSNGENDS: { number: 0, severity: 'I', value: 0x3de4b, text: 'missing ENDSUBROUTINE detected' },
  SPAWNED: { number: 0, severity: 'S', value: 0x3fd01, text: 'process !AS spawned' },
  ATTACHED: { number: 0, severity: 'S', value: 0x3fd09, text: 'terminal now attached to process !AS' },
  RETURNED: { number: 0, severity: 'S', value: 0x3fd11, text: 'control returned to process !AS' },
  PRESENT: { number: 0, severity: 'S', value: 0x3fd19, text: 'entity value is present', source: 'own' },
  DEFAULTED: { number: 0, severity: 'S', value: 0x3fd21, text: 'entity present by default', source: 'own' },
  CONCAT: {
    number: 0,
    severity: 'S',
    value: 0x3fd29,
    text: 'value is present and followed by a plus sign',
    source: 'own',
  },
  LOCPRES: { number: 0, severity: 'S', value: 0x3fd31, text: 'entity is locally present', source: 'own' },
  COMMA: {
    number: 0,
    severity: 'S',
    value: 0x3fd39,
    text: 'value is present and followed by a comma',
    source: 'own',
  },
} as const satisfies Record<string, MessageEntry>;

export const DCL = defineFacility({ name: 'DCL', number: 3, messages });
/** The same messages as utilities print them: `%CLI-W-IVVERB, …`. */
export const CLI = defineFacility({ name: 'CLI', number: 3, messages });

export type CliMessageIdent = keyof typeof messages;
export type CliFacility = 'DCL' | 'CLI';

/** Makes the condition to throw; `token` is the rejected piece of the line, echoed as ` \\token\\`. */
export type Reject = (ident: CliMessageIdent, token?: string) => Condition;

export const rejecter =
  (facility: CliFacility): Reject =>
  (ident, token) =>
    new Condition((facility === 'CLI' ? CLI : DCL)[ident], [], token === undefined ? {} : { token });

/** A DCL condition printed with the prefix CLI (same value, arguments and token); any other is returned as it is. */
export function asCli(subject: Condition): Condition {
  const definition = CLI[subject.ident as CliMessageIdent];
  if (subject.definition.facility !== 'DCL' || definition === undefined) return subject;
  return new Condition(definition, subject.args, {
    secondary: subject.secondary,
    ...(subject.token === undefined ? {} : { token: subject.token }),
  });
}
