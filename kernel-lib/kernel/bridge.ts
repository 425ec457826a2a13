import { type KernelBridge, type MimeBundle, setKernelBridge } from "../engine/bridge";
import type { Cell, CellScope } from "./cell";
import type { Comms } from "./comms";
import { encodeBundle, metadataOf, show } from "./mime";

/** What this kernel offers beyond the bridge that the library relies on; cells reach it as preloaded functions. */
export interface NotebookBridge extends KernelBridge {
  /** Empties the output of the running cell; with `wait`, only when the next output arrives. */
  clearOutput(options?: { wait?: boolean }): void;
  /** Asks the person for a line of text. */
  input(prompt?: string, options?: { password?: boolean }): Promise<string>;
}

export type AskInput = (cell: Cell, prompt: string, password: boolean) => Promise<string>;

/** Makes this process a notebook kernel for the library, for the preloaded functions, and for `tslab.display`. */
export function openBridge(scope: CellScope, comms: Comms, ask: AskInput): void {
  const idle = new AbortController().signal;
  const running = () => {
    const cell = scope.current;
    if (!cell) throw new Error("no cell has run yet, so there is no place to show anything");
    return cell;
  };
  const bridge: NotebookBridge = {
    display(data, { displayId, update = false, metadata = {} } = {}) {
      if (update && displayId === undefined) {
        throw new Error("display with update: true needs the displayId of the output to replace");
      }
      publishDisplay(running(), { data, metadata, displayId, update });
    },
    show,
    get signal() {
      return scope.signal ?? idle;
    },
    openComm: (target, data, options) => comms.open(running(), target, data, options),
    serveComms: (target, open) => comms.serve(running(), target, open),
    clearOutput({ wait = false } = {}) {
      running().publish("clear_output", { wait });
    },
    input: (prompt = "", { password = false } = {}) => ask(running(), prompt, password),
  };
  setKernelBridge(bridge);
  serveTslabDisplay((data, displayId, update) =>
    publishDisplay(running(), { data, metadata: {}, displayId, update }),
  );
}

interface Shown {
  data: MimeBundle;
  metadata: Record<string, unknown>;
  displayId: string | undefined;
  update: boolean;
}

function publishDisplay(cell: Cell, { data, metadata, displayId, update }: Shown): void {
  cell.publish(update ? "update_display_data" : "display_data", {
    data: encodeBundle(data),
    metadata: { ...metadataOf(data), ...metadata },
    transient: displayId === undefined ? {} : { display_id: displayId },
  });
}

/** `tslab.display.*` in cells writes through a variable of tslab's own message layer, which is not used here. */
function serveTslabDisplay(
  write: (data: MimeBundle, displayId: string | undefined, update: boolean) => void,
): void {
  const layer = require("tslab/dist/jupyter") as {
    lastWriteDisplayData: (
      content: { data: MimeBundle; transient?: { display_id?: string } },
      update: boolean,
    ) => void;
  };
  layer.lastWriteDisplayData = (content, update) =>
    write(content.data, content.transient?.display_id, Boolean(update));
}
