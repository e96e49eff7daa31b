/** All rows, in the order of the table. */
import { acceptRows } from './accept.ts';
import { ageingRow } from './ageing.ts';
import { deliveryRows } from './delivery.ts';
import { otherRows } from './other-benchmarks.ts';
import { recipientRows } from './recipients.ts';
import { relayRow } from './relay.ts';
import type { Row } from './row.ts';
import { sizeRows } from './sizes.ts';
import { stallsRow } from './stalls.ts';

export const rows: readonly Row[] = [
  ...acceptRows,
  ...deliveryRows,
  relayRow,
  ...recipientRows,
  stallsRow,
  ...sizeRows,
  ageingRow,
  ...otherRows,
];
