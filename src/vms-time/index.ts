export { controlFileStamp, formatComparison, formatDelta, formatTime } from './format-time.ts';
export { formatInternetDate, MONTH_NAMES } from './internet-date.ts';
export { deltaFields, parseDelta } from './parse-delta.ts';
export { parseVmsTime } from './parse-time.ts';
export { weekdayNames, weekdayOf } from './weekday.ts';
