/**
 * Who has the message already by an earlier attempt at its entry, under whatever address: a mailbox or procedure that two of them
 * lead to gets it once, also where one address could not be looked up at first.
 */
import { type Destination, endKey } from '../mail/routing/index.ts';

/** A store that does not answer now is no verdict about the recipient. */
export async function destinationOf(
  forwardPath: string,
  resolve: (forwardPath: string) => Promise<Destination>,
): Promise<Destination | Broken> {
  try {
    return await resolve(forwardPath);
  } catch (error) {
    return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
  }
}

export interface Broken {
  readonly kind: 'broken';
  readonly reason: string;
}

export const isEnd = (
  destination: Destination | Broken,
): destination is Extract<Destination, { kind: 'mailbox' | 'procedure' | 'remote' }> =>
  destination.kind === 'mailbox' || destination.kind === 'procedure' || destination.kind === 'remote';

/** @returns keys of ends; broken where it cannot be known now */
export async function reachedEnds(
  sentTo: readonly string[],
  resolve: (forwardPath: string) => Promise<Destination>,
): Promise<ReadonlySet<string> | Broken> {
  const reached = new Set<string>();
  for (const forwardPath of sentTo) {
    const destination = await destinationOf(forwardPath, resolve);
    if (destination.kind === 'broken') return destination;
    if (isEnd(destination)) reached.add(endKey(destination, forwardPath));
  }
  return reached;
}
