// `npm start`: from a fresh clone to an open notebook. Arguments go to JupyterLab: npm start -- --no-browser
import { join } from "node:path";
import { main, prepare, ROOT } from "./prepare.mjs";
import { runLoud, say } from "./run.mjs";

await main(async () => {
  await prepare();
  say("Starting JupyterLab; Ctrl-C stops it.");
  return runLoud(process.execPath, [join(ROOT, "dist", "cli", "main.js"), "lab", ...process.argv.slice(2)]);
});
