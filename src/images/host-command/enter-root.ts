/** What a command on an existing root does first: become its owner when root gave it, or say whose it is. */
import { accessSync, constants, statSync } from 'node:fs';
import { rememberLogin } from '../login.ts';

/** Rejects with what to tell the person who may not. A prompt waits for it: nothing large is loaded. */
export async function enterRoot(root: string): Promise<void> {
  if (process.getuid?.() !== 0) return checkAccess(root);
  const uid = statSync(root, { throwIfNoEntry: false })?.uid;
  if (uid === undefined || uid === 0) return;
  rememberLogin();
  const { become, ownerOf } = await import('../host-user.ts');
  const owner = ownerOf(root);
  if (owner !== undefined) become(owner);
}

async function checkAccess(root: string): Promise<void> {
  try {
    accessSync(root, constants.R_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return;
    throw new Error(`the root ${root} is ${await whose(root)}`);
  }
}

async function whose(root: string): Promise<string> {
  try {
    const { nameOf, ownerOf } = await import('../host-user.ts');
    const owner = ownerOf(root);
    if (owner !== undefined) return `${nameOf(owner)}'s`;
  } catch {
    // Not even that may be looked at.
  }
  return 'not yours';
}
