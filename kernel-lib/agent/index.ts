export { Agent, type AgentParts, type AgentPrompts } from "./agent";
export { loadAgent, loadAgents, type ShippedAgents } from "./loadAgents";
export { type PromptPiece, type Question, renderPrompt } from "./prompt";
export { type Chunk, lastHidden, read } from "./read";
export { type Decoding, type SpeakOptions, speak } from "./speak";
export { think } from "./think";
