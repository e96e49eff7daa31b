export {
  controlFileStamp,
  formatClock,
  formatComparison,
  formatDate,
  formatDelta,
  formatTime,
  monthNames,
} from './format-time.ts';
export { formatInternetDate, MONTH_NAMES } from './internet-date.ts';
export { type DeltaFields, deltaFields, parseDelta } from './parse-delta.ts';
export { parseVmsTime } from './parse-time.ts';
export { weekdayNames, weekdayOf } from './weekday.ts';
