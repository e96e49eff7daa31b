/** Days of the week as OpenVMS names them, whatever the language of the machine. Sunday first, as Date counts. */
export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** Of an instant, by local time. */
export const weekdayOf = (instant: number): string => weekdayNames[new Date(instant).getDay()]!;
