/** Where a specification points to, for those who decide about protection. */
import {
  directoryComponents,
  parseFileSpecification,
  unescapedName,
} from '../../file-specification/index.ts';
import type { FilePlace } from './installed-protection.ts';

const SYSTEM_DISK = /^_?(DKA0|SYS\$SYSDEVICE|SYS\$DISK)?:?$/;

/** undefined: relative, or not understood; the file system refuses it. */
export function placeOf(specification: string): FilePlace | undefined {
  const { device, directory, name, type } = parseFileSpecification(specification);
  const components = directory === '' ? [] : directoryComponents(directory);
  if (components === undefined || components.some((each) => each === '' || each === '-')) return undefined;
  return {
    isSystemDisk: SYSTEM_DISK.test(device),
    directory: components.map((each) => unescapedName(each).toUpperCase()),
    fileName: unescapedName(name + (type === '.' ? '' : type)).toUpperCase(),
  };
}
