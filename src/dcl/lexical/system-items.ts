/** The items of F$GETSYI: the node, its cluster, its machine, and SYSGEN parameters. Source: dcl.md §16.4. */
import type { Machine } from '../../ports/node-information.ts';
import { type LoginParameterName, loginParameters } from '../../system/login-parameters.ts';
import type { ProcessContext } from '../../system/process.ts';
import { formatTime } from '../../vms-time/index.ts';
import { truth } from './arguments.ts';
import { sysgenParameters } from './sysgen-parameters.ts';
import { SYSTEM_VERSION } from './system-version.ts';

export interface SystemSubject {
  readonly process: ProcessContext;
  readonly machine: Machine;
}

type Item = (subject: SystemSubject) => string | number | Promise<string | number>;

const PAGELET = 512;
const pages = (bytes: number, { pageBytes }: Machine): number => Math.floor(bytes / pageBytes) | 0;
const pagelets = (bytes: number): number => Math.floor(bytes / PAGELET) | 0;

/** As ARCH_TYPE numbers them. */
const architectures: Readonly<Record<string, number>> = { VAX: 1, Alpha: 2, IA64: 3, x86_64: 4 };

const node: Readonly<Record<string, Item>> = {
  NODENAME: ({ process }) => process.nodeName,
  SCSNODE: ({ process }) => process.nodeName.padEnd(8),
  VERSION: () => SYSTEM_VERSION.padEnd(8),
  NODE_SWVERS: () => SYSTEM_VERSION,
  NODE_SWTYPE: () => 'VMS ',
  NODE_SWINCARN: () => '0000000000000000',
  NODE_HWTYPE: () => 'X86 ',
  NODE_HWVERS: () => '000000000000000000000000',
  NODE_SYSTEMID: () => '000000000000',
  NODE_AREA: () => 0,
  NODE_NUMBER: () => 0,
  NODE_VOTES: () => 0,
  NODE_EVOTES: () => 0,
  NODE_QUORUM: () => 0,
  NODE_CSID: () => '00000000',
  BOOTTIME: async ({ process }) => formatTime(await process.node.bootedAt()),
};

const cluster: Readonly<Record<string, Item>> = {
  CLUSTER_MEMBER: () => truth(false),
  CLUSTER_NODES: () => 0,
  CLUSTER_QUORUM: () => 0,
  CLUSTER_VOTES: () => 0,
  CLUSTER_EVOTES: () => 0,
  CLUSTER_FSYSID: () => '000000000000',
  CLUSTER_FTIME: () => '',
  QUORUM: () => 0,
  SCS_EXISTS: () => truth(false),
};

const machine: Readonly<Record<string, Item>> = {
  HW_NAME: ({ machine: { model } }) => model,
  HW_MODEL: () => 0,
  ARCH_NAME: ({ machine: { architecture } }) => architecture,
  ARCH_TYPE: ({ machine: { architecture } }) => architectures[architecture] ?? 0,
  CPU: () => 0,
  CPUTYPE: () => 0,
  CPU_FAILOVER: () => 0,
  SID: () => 0,
  XSID: () => 0,
  XCPU: () => 0,
  SERIAL_NUMBER: () => '',
  ACTIVECPU_CNT: ({ machine: { cpuCount } }) => cpuCount,
  AVAILCPU_CNT: ({ machine: { cpuCount } }) => cpuCount,
  ACTIVE_CPU_MASK: ({ machine: { cpuCount } }) => 2 ** Math.min(cpuCount, 31) - 1,
  AVAIL_CPU_MASK: ({ machine: { cpuCount } }) => 2 ** Math.min(cpuCount, 31) - 1,
  PRIMARY_CPUID: () => 0,
  MAX_CPUS: ({ machine: { cpuCount } }) => cpuCount,
  MULTITHREAD: () => 0,
  RAD_MAX_RADS: () => 1,
  GALAXY_MEMBER: () => truth(false),
  GALAXY_PLATFORM: () => 0,
  PAGE_SIZE: ({ machine: { pageBytes } }) => pageBytes,
  MEMSIZE: ({ machine: host }) => pages(host.memoryBytes, host),
  USED_GBLPAGCNT: () => 0,
  USED_GBLPAGMAX: () => 0,
  PAGEFILE_PAGE: ({ machine: { swapBytes } }) => pagelets(swapBytes),
  PAGEFILE_FREE: ({ machine: { freeSwapBytes } }) => pagelets(freeSwapBytes),
  SWAPFILE_PAGE: ({ machine: { swapBytes } }) => pagelets(swapBytes),
  SWAPFILE_FREE: ({ machine: { freeSwapBytes } }) => pagelets(freeSwapBytes),
  FREE_GBLPAGES: () => 0,
  FREE_GBLSECTS: () => 0,
  CONTIG_GBLPAGES: () => 0,
  CHARACTER_EMULATED: () => truth(false),
  DECIMAL_EMULATED: () => truth(false),
  D_FLOAT_EMULATED: () => truth(false),
  F_FLOAT_EMULATED: () => truth(false),
  G_FLOAT_EMULATED: () => truth(false),
  CONSOLE_VERSION: () => '',
  PALCODE_VERSION: () => '',
  ERRORLOGBUFFERS: () => 0,
  ERLBUFFERPAGES: () => 0,
  EXTENDED_CPU_PROFILE: () => 0,
  REAL_CPUTYPE: () => 0,
  PMD_COUNT: () => 1,
  VP_MASK: () => 0,
  VP_NUMBER: () => 0,
  VECTOR_EMULATOR: () => 0,
};

export const systemItems: Readonly<Record<string, Item>> = {
  ...Object.fromEntries(
    Object.entries(sysgenParameters).map(([name, value]) => [name, () => value] as const),
  ),
  ...Object.fromEntries(
    (Object.keys(loginParameters) as LoginParameterName[]).map(
      (name) =>
        [
          name,
          async ({ process }: SystemSubject) =>
            ((await process.loginParameters?.()) ?? loginParameters)[name],
        ] as const,
    ),
  ),
  ...node,
  ...cluster,
  ...machine,
};
