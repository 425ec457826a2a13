import { checkCount, checkOptions } from "../engine/check";
import type { Example, Task } from "./task";

/** How many questions of a made task, and which. */
export interface TaskSizes {
  /** Default 0. */
  seed?: number;
  /** Training questions. Default 4000. */
  trainSize?: number;
  /** Test questions, of forests or maps that are never trained on, by links or agents. Default 500. */
  testSize?: number;
}

/** Throws unless the options of the function `task` are an object, its sizes counts, and its roles at least one. */
export function checkTaskOptions(
  task: string,
  options: TaskSizes & { roles?: readonly string[] },
  usualRoles: readonly string[] = [],
): void {
  checkOptions(task, options, `${task}({ testSize: 10 })`);
  const { trainSize = 1, testSize = 1, roles } = options;
  const attempt = `roles: [${usualRoles.map((role) => JSON.stringify(role)).join(", ")}]`;
  for (const [name, size] of Object.entries({ trainSize, testSize })) checkCount(name, size);
  if (roles) checkCount("the number of roles", roles.length, attempt);
}

/** A task whose questions are made, split by split, and whose answer is the first word of a text. */
export function oneWordTask(
  {
    examples,
    ...task
  }: Pick<Task, "name" | "maxNewTokens"> & {
    examples: (split: "train" | "test", size: number) => Example[];
  },
  { trainSize = 4000, testSize = 500 }: TaskSizes,
): Task {
  return {
    ...task,
    train: examples("train", trainSize),
    test: examples("test", testSize),
    grade: (text, { answer }) => text.trim().split(/\s+/)[0] === answer,
  };
}
