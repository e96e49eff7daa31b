/** All rows, in the order of the table. */
import { acceptRows } from './accept.ts';
import { deliveryRows } from './delivery.ts';
import { relayRow } from './relay.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [...acceptRows, ...deliveryRows, relayRow];
