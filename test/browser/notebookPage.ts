import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import type { Lab } from "./lab";

const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const PICTURES = join(".runs", "browser");
const PATIENCE = 90_000;

interface NotebookOutput {
  output_type: string;
  ename?: string;
  evalue?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
}

/** What tests use of JupyterLab's own object in the page. */
interface JupyterApp {
  commands: { execute(id: string): Promise<unknown> };
  shell: {
    currentWidget?: {
      sessionContext?: {
        session?: { kernel?: { clientId: string; connectionStatus: string; status: string } };
      };
    };
  };
}

/** The kernel connection that a cell run now would use, or "" while there is none or it is busy. */
function idleConnection(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { jupyterapp } = window as unknown as { jupyterapp?: JupyterApp };
    const kernel = jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle" ? kernel.clientId : "";
  });
}

/** A page that has just opened connects, and soon replaces the connection: what is run meanwhile is lost. */
async function settled(page: Page): Promise<void> {
  let [last, times] = ["", 0];
  for (let tries = 0; tries < 300 && times < 5; tries++) {
    const now = await idleConnection(page);
    times = now !== "" && now === last ? times + 1 : 0;
    last = now;
    await page.waitForTimeout(500);
  }
  if (times < 5) throw new Error("the kernel of this notebook does not come to rest.");
}

/** Starts the Chromium that `CHROMIUM` names, or one from the usual places. */
export async function startBrowser(): Promise<Browser> {
  const path = process.env.CHROMIUM ?? USUAL.find((candidate) => existsSync(candidate));
  if (!path)
    throw new Error("no Chromium was found: install one, or name it with CHROMIUM=/path/to/chromium.");
  return chromium.launch({
    executablePath: path,
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

/** One notebook, open in JupyterLab. */
export class NotebookPage {
  private constructor(
    readonly page: Page,
    private readonly lab: Lab,
    private readonly name: string,
  ) {}

  /** Opens it and waits until its kernel is ready. */
  static async open(browser: Browser, lab: Lab, name: string): Promise<NotebookPage> {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: "light" });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(lab.address(name));
    await page.locator(".jp-Notebook .jp-Cell").first().waitFor();
    await settled(page);
    return new NotebookPage(page, lab, name);
  }

  close(): Promise<void> {
    return this.page.close();
  }

  cell(index: number): Locator {
    return this.page.locator(`.jp-Notebook .jp-Cell[data-windowed-list-index="${index}"]`);
  }

  /** A command of JupyterLab, as a menu or a key would run it. */
  async command(id: string): Promise<void> {
    await this.page.evaluate((name) => {
      const { jupyterapp } = window as unknown as { jupyterapp: JupyterApp };
      return jupyterapp.commands.execute(name).then(() => undefined);
    }, id);
  }

  /** Puts the cursor into a cell. */
  async edit(index: number): Promise<void> {
    await this.cell(index).locator(".cm-content").click();
  }

  /** Types into an empty cell and asks for completions until the list shows: a fresh page misses the first Tab. */
  async complete(index: number, text: string): Promise<Locator> {
    await this.edit(index);
    await this.page.keyboard.type(text);
    const list = this.page.locator(".jp-Completer");
    for (let tries = 0; tries < 10; tries++) {
      await this.page.keyboard.press("Tab");
      const shown = await list.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
      if (shown) return list;
    }
    throw new Error(`no completions for "${text}"`);
  }

  /** Runs one cell, as Ctrl-Enter does. */
  async start(index: number): Promise<void> {
    await this.edit(index);
    await this.page.keyboard.press("Control+Enter");
  }

  /** Until the cell has run, in whatever way it ended. */
  async finished(index: number, timeout = PATIENCE): Promise<void> {
    const prompt = this.cell(index).locator(".jp-InputPrompt");
    await this.page.waitForFunction(
      (element) => /\[\d+\]/.test(element?.textContent ?? ""),
      await prompt.elementHandle(),
      { timeout },
    );
  }

  /** Runs one cell to its end, and gives what it shows. */
  async run(index: number): Promise<string> {
    await this.start(index);
    await this.finished(index);
    return this.shown(index);
  }

  /** What a cell shows, without the numbers in front. */
  async shown(index: number): Promise<string> {
    return (await this.cell(index).locator(".jp-OutputArea-output").allInnerTexts()).join("\n");
  }

  /** The outputs of every code cell, as JupyterLab saves them. */
  async saved(): Promise<NotebookOutput[][]> {
    await this.command("docmanager:save");
    const { cells } = JSON.parse(readFileSync(join(this.lab.folder, this.name), "utf8")) as {
      cells: { cell_type: string; outputs: NotebookOutput[] }[];
    };
    return cells.filter((cell) => cell.cell_type === "code").map((cell) => cell.outputs);
  }

  /** A picture for a person to look at, in .runs/browser/. */
  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }
}
