/** TCPIP$IMAP_1: the process that serves all IMAP connections. */
import { currentImapFields } from './parts/current-settings.ts';
import { createImapPart } from './parts/imap-part.ts';
import { serveMailAccess } from './parts/mail-access-process.ts';

await serveMailAccess('TCPIP$IMAP', async (context, mail, settings, options) =>
  createImapPart(context, mail, settings, await currentImapFields(context.systemStore), options),
);
