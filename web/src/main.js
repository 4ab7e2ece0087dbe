// Wires the page together.

import * as api from "./api.js";
import * as text from "./text.js";
import * as state from "./state.js";
import { mountPanel } from "./panel/panel.js";

await text.load(state.get().language);
mountPanel(/** @type {HTMLElement} */ (document.getElementById("panel")), { api, state });
