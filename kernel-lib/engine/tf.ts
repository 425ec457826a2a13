// Core's Node bundle registers neither gradients nor chained methods, so every file takes tfjs from here.
import * as tf from "@tensorflow/tfjs";

export { tf };
