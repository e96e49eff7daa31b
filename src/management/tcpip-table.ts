/** The verbs of TCPIP>. */
import { type CommandTable, defineVerb, tableTopics } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { runHelp } from '../system/help-dialogue.ts';
import { systemHelp } from '../system/help-library.ts';
import type { VerbContext } from '../system/image.ts';
import { analyzeMailVerb } from './analyze-mail.ts';
import { showConfigurationVerb } from './configuration-commands.ts';
import type { ManagementDeps } from './deps.ts';
import { removeMailVerb, sendMailVerb } from './mail-change-verbs.ts';
import { showMailVerb, startMailVerb, stopMailVerb } from './mail-verbs.ts';
import { setMxVerb, setNoMxVerb, showMxVerb } from './mx-records.ts';
import { showConfigurationNameServiceVerb, showNameServiceVerb } from './name-service.ts';
import { setHostVerb, setNoHostVerb } from './set-host.ts';
import { setNoServiceVerb } from './set-no-service.ts';
import { setServiceVerb } from './set-service.ts';
import { setNoSmtpVerb, setSmtpVerb } from './set-smtp.ts';
import { showDeviceVerb } from './show-device.ts';
import { showDkimVerb } from './show-dkim.ts';
import { showHostVerb, showVersionVerb } from './show-host.ts';
import {
  disableServiceVerb,
  enableServiceVerb,
  setEnableServiceVerbs,
  showEnableServiceVerb,
  showServiceVerb,
} from './show-service.ts';
import { showSmtpVerb } from './show-smtp.ts';

/** @param onExit  called by EXIT: the loop ends */
export function createTcpipTable(
  deps: ManagementDeps,
  onExit: () => void = () => {},
): CommandTable<VerbContext> {
  const table: CommandTable<VerbContext> = {
    name: 'TCPIP',
    verbs: [
      analyzeMailVerb(deps),
      disableServiceVerb(deps),
      enableServiceVerb(deps),
      exitVerb(onExit),
      helpVerb(() => table),
      removeMailVerb(deps),
      sendMailVerb(deps),
      ...setEnableServiceVerbs(deps),
      setNoSmtpVerb(deps),
      setSmtpVerb(deps),
      setHostVerb(deps),
      setMxVerb(deps),
      setNoHostVerb(deps),
      setNoMxVerb(deps),
      setNoServiceVerb(deps),
      setServiceVerb(deps),
      showConfigurationVerb(deps),
      showDkimVerb(deps),
      showEnableServiceVerb(deps),
      showConfigurationNameServiceVerb(deps),
      showSmtpVerb(deps),
      showDeviceVerb(deps),
      showHostVerb(deps),
      showMailVerb(deps),
      showMxVerb(deps),
      showNameServiceVerb(deps),
      showServiceVerb(deps),
      showVersionVerb(deps),
      startMailVerb(deps),
      stopMailVerb(deps),
    ],
  };
  return table;
}

const exitVerb = (onExit: () => void) =>
  defineVerb<VerbContext>({
    name: 'EXIT',
    summary: 'Returns to DCL. CTRL/Z does the same.',
    routine() {
      onExit();
      return SYSTEM.NORMAL.value;
    },
  });

const helpVerb = (table: () => CommandTable<VerbContext>) =>
  defineVerb<VerbContext>({
    name: 'HELP',
    summary: 'Displays what a command does.',
    parameters: [{ label: 'TOPIC', prompt: 'Topic', value: { type: '$REST_OF_LINE' } }],
    async routine(command, context) {
      const prose = await systemHelp(context.process, 'TCPIP$UCP_HELP');
      const library = { name: '', lines: [], subtopics: tableTopics([table()], [], prose) };
      await runHelp(library, command.value('TOPIC') ?? '', context);
      return SYSTEM.NORMAL.value;
    },
  });
