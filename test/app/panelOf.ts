import { Emitter } from '../../src/app/emitter';
import { connectPanel } from '../../src/app/panel';
import { type Remote, connect } from '../../src/channel';
import { wire } from '../../src/page/memory';
import type { HostApi, PanelApi } from '../../src/protocol';
import { jsonSafe } from '../../src/wire';
import type { OpenFile } from './openFile';

/** What a panel of this file would call; `panel` is what it does where the app calls it. */
export function panelOf(file: OpenFile, panel: Partial<PanelApi> = {}): Remote<HostApi> {
  const [app, view] = wire();
  const nothing = (): void => undefined;
  connectPanel(file.session, {
    port: app,
    editor: file.editor,
    commands: {
      ...{ reveal: nothing, showProblems: nothing, startExercise: nothing, compareWith: nothing, savePicture: nothing },
      ...{ saveHistory: nothing, copyDerivation: nothing, saveDerivation: nothing, judgeGradients: nothing },
    },
    settings: () => ({ digits: 5 }),
    visible: () => true,
    onDidChange: new Emitter<void>().event,
  });
  const idle = { update: nothing, checkProgress: nothing, trainProgress: nothing, show: nothing };
  return connect<HostApi, PanelApi>(jsonSafe(view), { ...idle, ...panel }).remote;
}
