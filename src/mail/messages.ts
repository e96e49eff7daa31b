/**
 * Messages of the MAIL facility, as `%MAIL-s-IDENT, text`. Source: vms-mail.md §7.1, §7.2, §7.4 and the entries of §7.3
 * that are messages; the rest of §7.3 is screen-texts.ts. Values and texts are the product's.
 */
import { defineFacility, type MessageDefinition } from '../condition/index.ts';
import { message } from './message-entry.ts';

const facility = defineFacility({
  name: 'MAIL',
  number: 126,
  messages: {
    // ---- errors, §7.1
    CODERR: message(0x007e800c, 'internal coding error; please contact your Digital support representative'),
    UPGRADE: message(0x007e8014, 'mail version upgrade in progress'),
    UAFGETERR: message(0x007e801a, 'error reading user authorization file'),
    UAFOPNERR: message(0x007e8022, 'error opening user authorization file'),
    NOSUCHUSR: message(0x007e802a, 'no such user !AS'),
    NOTREADIN: message(0x007e8032, "you aren't reading a message"),
    LOGLINK: message(0x007e803a, 'error creating network link to node !AS'),
    CREPRIJOB: message(0x007e8042, 'error creating print job on queue !AS'),
    SENDERR: message(0x007e804a, 'error sending to user !AS'),
    NOMOREMSG: message(0x007e8052, 'no more messages'),
    NOMSGS: message(0x007e805a, 'no messages'),
    USERSPEC: message(0x007e8062, "invalid user specification '!AS'"),
    SENDABORT: message(0x007e806a, 'no message sent'),
    EDITPROC: message(0x007e8072, 'error creating or executing editor subprocess'),
    INVCMD: message(0x007e807a, "unrecognized command '!AS'"),
    NOTFOUND: message(0x007e8082, "no messages containing '!AS' found"),
    NETIOERR: message(0x007e808a, 'network I/O error'),
    USERDSABL: message(0x007e8092, 'user !AS cannot receive new mail'),
    FORWLOOP: message(0x007e809a, 'infinite forwarding detected sending to user !AS'),
    NAMTOOBIG: message(0x007e80a2, 'name is too long'),
    ILLCHAR: message(0x007e80aa, "Illegal character (%X'!XB') in string '!AS'"),
    DATIMUSED: message(0x007e80b2, 'message date/time (!20%D) in use!/!_in file !AS'),
    NOTISAM: message(0x007e80ba, 'operation cannot be performed on non-ISAM message file'),
    DELMSG: message(0x007e80c2, 'message is deleted'),
    DELWASTE: message(
      0x007e80ca,
      'you cannot delete messages from the wastebasket folder!/!_Use the PURGE command to empty the wastebasket folder',
    ),
    NOFOLDER: message(0x007e80d2, 'No folder is currently selected.'),
    NOTEXIST: message(0x007e80da, 'folder !AS does not exist'),
    NOTSUBDIR: message(0x007e80e2, 'parameter !AS does not specify a subdirectory'),
    ILLSUBDIR: message(0x007e80ea, 'subdirectory specification !AS is illegal'),
    ILLFOLNAM: message(0x007e80f2, '!AS is an illegal folder name'),
    NOMSGPRI: message(0x007e80fa, 'no messages printed'),
    ALTPRIJOB: message(0x007e8102, 'error altering parameters of job !UL queue !AS'),
    ILLPERNAM: message(0x007e810a, '!AS is an illegal personal name'),
    NOSUCHUSRAT: message(0x007e8112, 'no such user !AS at node !AS'),
    SENDERRAT: message(0x007e811a, 'error sending to user !AS at !AS'),
    CONABORT: message(0x007e8122, 'connection to node !AS aborted by CTRL/C'),
    NOTCALEDT: message(
      0x007e812a,
      'this command cannot be executed.!/!_MAIL$EDIT does not specify a callable editor.',
    ),
    FILECONFUSED: message(
      0x007e8132,
      'file !AS!/!_is an ISAM file; expected a sequential file.!/!_A higher version exists that is sequential.',
    ),
    CAPTIVE: message(0x007e813a, 'this command cannot be executed.!/!_Your account is CAPTIVE.'),
    IVPROTVAL: message(0x007e8142, 'invalid value of universal symbol !AS (!UL) in !AS'),
    RECTOBIG: message(0x007e814a, '!UL byte record too large for MAIL buffer'),
    ILLCTXADR: message(0x007e8152, 'illegal context block address'),
    WRONGCTX: message(0x007e815a, 'incorrect context block'),
    FAILGETVM: message(0x007e8162, 'failed to allocate required virtual memory'),
    INVITMCOD: message(0x007e816a, 'invalid item code'),
    MISREQITM: message(0x007e8172, 'required item is missing'),
    INVITMLEN: message(0x007e817a, 'invalid item length'),
    FILEOPEN: message(0x007e8182, 'mail file already open'),
    NOFILEOPEN: message(0x007e818a, 'no mail file open'),
    CONITMCOD: message(0x007e8192, 'conflicting item codes'),
    NOMORECTX: message(0x007e819a, 'no more context blocks'),
    WRONGFILE: message(0x007e81a2, '!AS is the incorrect file for this context'),
    ILLTPRT: message(0x007e81aa, '!AS is an illegal default transport specification'),
    INVITMVAL: message(0x007e81b2, 'invalid item value'),
    ERACTED: message(0x007e81ba, 'error activating editor !AS'),
    FORMSG: message(
      0x007e81c2,
      'you cannot read this foreign format message!/!_Use the EXTRACT command to copy the message to an external file',
    ),
    NOTFORMSG: message(0x007e81ca, 'operation can only be performed on a foreign message'),
    ERRACTRNS: message(0x007e81d2, 'error activating transport !AS'),
    BADVALUE: message(0x007e81da, "'!AS' is an invalid keyword value"),
    CLOSEDEL: message(0x007e81e2, 'error closing !AS'),
    FILNOTDEL: message(0x007e81ea, 'error deleting !AS'),
    OPENIN: message(0x007e81f2, 'error opening !AS as input'),
    OPENOUT: message(0x007e81fa, 'error opening !AS as output'),
    PARSEFAIL: message(0x007e8202, 'error parsing !AS'),
    READERR: message(0x007e820a, 'error reading !AS'),
    SEARCHFAIL: message(0x007e8212, 'error searching for !AS'),
    SYSERROR: message(0x007e821a, 'system service error'),
    NOSYSNAM: message(0x007e8222, 'operation requires SYSNAM privilege'),
    NOSYSPRV: message(0x007e822a, 'operation requires SYSPRV privilege'),
    PROTOCOL: message(0x007e8232, 'network protocol error'),
    NOACCPTMSG: message(0x007e823a, 'remote node cannot accept this message format'),
    DOTSPACK: message(0x007e8242, 'error packing document files'),
    DOTSUNPACK: message(0x007e824a, 'error unpacking document files'),
    NOUSERSPEC: message(0x007e8252, 'no user specified; mail not sent'),
    INVRANGE: message(0x007e825a, "'!AS' is an invalid range"),
    LISTTOOLONG: message(0x007e8262, 'list is too long'),

    // ---- information, §7.2
    SELECTED: message(0x007ebe83, '!UL message!%S selected'),
    DELMSGS: message(0x007ebe8b, '!UL message!%S deleted'),
    CVTFILE: message(0x007ebe93, 'converting message file !AS!/!_to ISAM message file !AS'),
    DELSPACE: message(0x007ebe9b, 'Mail file !AS!/!_contains !UL deleted message byte!%S.'),
    NEWFOLDER: message(0x007ebea3, 'folder !AS created'),
    RECLPLSWAIT: message(0x007ebeab, 'reclaiming deleted file space.  Please wait...'),
    REENTER: message(0x007ebeb3, 'please reenter last line as it was ignored'),
    DELETED: message(0x007ebebb, '!AS deleted'),
    FFMTMSG: message(
      0x007ebec3,
      'foreign format message!/!_Use the EXTRACT command to copy the message to an external file',
    ),

    // ---- warnings, §7.3
    NONEWMAIL: message(0x007edf40, 'no new messages'),
    NOPARENT: message(0x007edf90, 'there is no parent to which to attach'),
    FILEMPTY: message(0x007edf98, 'file !AS has no folders'),
    NONEFOUND: message(0x007edfa0, 'no folders found in file !AS!/!_with a folder name greater than !AS'),
    NOMOREREC: message(0x007edfa8, 'no more records'),
    USERFWD: message(0x007edfb0, 'user has forwarding enabled'),
    CLOSEIN: message(0x007ee028, 'error closing !AS as input'),
    CLOSEOUT: message(0x007ee030, 'error closing !AS as output'),
    INVQUAVAL: message(0x007ee038, "value '!AS' invalid for /!AS qualifier"),
    WRITEERR: message(0x007ee040, 'error writing !AS'),
    BADLOGVAL: message(0x007ee070, "value '!AS' invalid for !AS logical name"),

    // ---- success, §7.4
    MSGTEXT: message(0x007efd01, 'Text record returned'),
    MSGINFO: message(0x007efd09, 'Informational record(s) returned'),
    MSGSENT: message(0x007efd11, 'message sent to user !AS'),
    MSGSENTAT: message(0x007efd19, 'message sent to user !AS at !AS'),
    YES: message(0x007efd21, 'Y'),
    COPIED: message(0x007efd29, '!AS copied to !AS (!UL record!%S)'),
    CREATED: message(0x007efd31, '!AS created'),
    RENAMED: message(0x007efd39, '!AS renamed to !AS'),
    TEXT: message(0x007efd41, '!AS'),
    MAILFOLD: message(0x007efd49, 'MAIL'),
    WASTEFOLD: message(0x007efd51, 'WASTEBASKET'),
    ILLEDTNAM: message(0x007efd5a, '!AS is an illegal editor name'),
    KEYNOTDEF: message(0x007efd62, 'Key !AS is not definable'),
    INVKEYNAM: message(0x007efd6a, '!AS is an invalid key name'),
  },
});

/** Entries that the header files tell apart and that print under one ident. §7 */
const printedAs = (definition: MessageDefinition, ident: string): MessageDefinition => ({
  ...definition,
  ident,
});

export const MAIL = {
  ...facility,
  NOSUCHUSRAT: printedAs(facility.NOSUCHUSRAT, 'NOSUCHUSR'),
  SENDERRAT: printedAs(facility.SENDERRAT, 'SENDERR'),
  MSGSENTAT: printedAs(facility.MSGSENTAT, 'MSGSENT'),
};

/** What stands behind SENDERR when no queue manager answers; values of the queue manager's facility. queues.md §17 */
export const JBC = defineFacility({
  name: 'JBC',
  number: 4,
  messages: {
    JOBQUEDIS: {
      number: 15,
      severity: 'E',
      value: 0x0004807a,
      text: 'system job queue manager is not running',
    },
  },
});
