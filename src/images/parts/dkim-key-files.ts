/** Private halves of DKIM keys: files that nobody but the system reads, in [TCPIP$SMTP]. */
import { randomBytes } from 'node:crypto';
import type { FileSystem, NewFileHeader } from '../../ports/file-system.ts';

const DIRECTORY = 'DKA0:[TCPIP$SMTP]';

const header: NewFileHeader = {
  owner: { group: 1, member: 4 },
  protection: { system: 'RWED', owner: 'RWED', group: '', world: '' },
};

/** @returns the specification it has now */
export async function writeKeyFile(files: FileSystem, pem: string): Promise<string> {
  const specification = `${DIRECTORY}DKIM_${randomBytes(6).toString('hex').toUpperCase()}.PEM;1`;
  if (!(await files.directoryExists(DIRECTORY))) await files.createDirectory(DIRECTORY);
  const writer = await files.create(specification, header);
  for (const line of pem.trimEnd().split('\n')) await writer.write(line);
  await writer.close();
  return specification;
}

/** Throws RMS conditions. */
export async function readKeyFile(files: FileSystem, specification: string): Promise<string> {
  const reader = await files.openRead(specification);
  try {
    const lines: string[] = [];
    for (
      let line = await reader.read();
      line !== undefined && lines.length < 1_000;
      line = await reader.read()
    )
      lines.push(line);
    return `${lines.join('\n')}\n`;
  } finally {
    await reader.close();
  }
}
