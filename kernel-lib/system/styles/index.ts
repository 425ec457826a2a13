export { DELIBERATION, deliberation } from "./deliberation";
export { DISTILLATION, distillation } from "./distillation";
export { MIXTURE, mixture } from "./mixture";
export { SEQUENTIAL, sequential } from "./sequential";
