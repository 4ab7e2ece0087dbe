// Wires the page together.

import * as text from "./text.js";
import * as state from "./state.js";

await text.load(state.get().language);
