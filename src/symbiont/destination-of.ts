/** Where an address leads, as far as that can be known now. */
import type { Destination } from '../mail/routing/index.ts';

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
