/* The order of the bundle. Every page works without it. */
import "./countdown.js";
import "./passing.js";
import "./theme.js";
import "./copy.js";
import "./refresh.js";
import "./zone.js";
import "./busy.js";
import "./menu.js";
import "./sync.js";
import "./live.js";
import "./parts.js";
import "./submission.js";
import "./room.js";
import "./editor.js";
import "./suggest.js";
import "./math.js";
