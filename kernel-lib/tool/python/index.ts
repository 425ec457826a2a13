export { type PythonToolOptions, pythonTool } from "./pythonTool";
