/** Texts of strangers in a report. */

export const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text);

/** What strangers wrote makes no line of its own. */
export const oneLine = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?');
