import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { labArguments, notebookFolder } from "../../kernel-lib/cli/lab";

const here = { folder: "/home/me/project", hasQuickStart: true, uid: 1000 };

describe("labArguments", () => {
  it("opens the quick-start notebook of the project with our kernel", () => {
    expect(labArguments([], here)).toEqual([
      "--ServerApp.root_dir=/home/me/project",
      "--LabApp.default_url=/lab/tree/notebooks/00-quickstart.ipynb",
      "--MultiKernelManager.default_kernel_name=recursivemas",
    ]);
  });

  it("names no notebook that is not there", () => {
    expect(labArguments([], { ...here, hasQuickStart: false }).join(" ")).not.toContain("default_url");
  });

  it("keeps what the person asks for, and lets it win", () => {
    const given = ["--no-browser", "--port", "9999", "--notebook-dir=/data", "--LabApp.default_url=/lab"];
    expect(labArguments(given, here)).toEqual([
      "--MultiKernelManager.default_kernel_name=recursivemas",
      ...given,
    ]);
  });

  it("allows root only to root, once", () => {
    expect(labArguments([], here)).not.toContain("--allow-root");
    expect(labArguments([], { ...here, uid: undefined })).not.toContain("--allow-root");
    const root = labArguments(["--allow-root"], { ...here, uid: 0 });
    expect(root.filter((arg) => arg === "--allow-root")).toHaveLength(1);
    expect(labArguments([], { ...here, uid: 0 })).toContain("--allow-root");
  });
});

describe("notebookFolder", () => {
  it("is the clone itself, but the person's folder for an installed package", () => {
    const clone = join("/home", "me", "recursivemas");
    expect(notebookFolder(clone, "/tmp")).toBe(clone);
    expect(notebookFolder(join("/home", "me", "app", "node_modules", "recursivemas"), "/home/me/app")).toBe(
      "/home/me/app",
    );
  });
});
