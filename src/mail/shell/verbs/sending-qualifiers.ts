/** Qualifiers of SEND, REPLY and FORWARD. Source: vms-mail.md §2.0.1. */
import type { QualifierDefinition } from '../../../command-definition/index.ts';
import { attachmentQualifier } from '../attachment-files.ts';

export const sendingQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  ATTACHMENT: attachmentQualifier,
  CC_PROMPT: { summary: 'asks for CC:' },
  EDIT: { summary: 'composes the message in an editor' },
  PERSONAL_NAME: {
    value: { required: true },
    summary: 'personal name for this message only; /NOPERSONAL_NAME sends none',
  },
  SELF: { summary: 'sends a copy to yourself' },
  SIGNATURE_FILE: { value: { type: '$FILE' }, summary: 'file whose text goes below the message' },
};
