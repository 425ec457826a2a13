import { describe, expect, it } from "vitest";
import { type Example, questionsOf, type Task } from "../../kernel-lib/task/task";

const example: Example = { id: "one", question: {}, answer: "a", messages: [] };
const task: Task = { name: "short", train: [], test: [example], maxNewTokens: 1, grade: () => true };

describe("the questions of a split", () => {
  it("are those of the task", () => {
    expect(questionsOf(task, "test")).toEqual([example]);
  });

  it("are missed, by name, in a split without any, in one that does not exist, and in what is no task", () => {
    expect(() => questionsOf(task, "train")).toThrow('there are no questions in the split "train"');
    expect(() => questionsOf(task, "tset" as "test")).toThrow('in the split "tset"');
    expect(() => questionsOf(task.test as unknown as Task, "test")).toThrow(
      "Try a task, such as findTheRoot()",
    );
  });
});
