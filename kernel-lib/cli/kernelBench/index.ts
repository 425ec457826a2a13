import type { Benchmark } from "../../experiment/bench";
import { kernelCell } from "./kernelCell";
import { kernelComplete } from "./kernelComplete";
import { kernelStart } from "./kernelStart";

/** How fast the notebook kernel answers. They stand apart from the library's own, as the library knows no kernel. */
export const KERNEL_BENCHMARKS: readonly Benchmark[] = [kernelStart, kernelCell, kernelComplete];
