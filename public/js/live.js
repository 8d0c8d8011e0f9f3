// The live line: what happens is told to open pages by one stream that all tabs of the browser share.
//
//   document.dispatchEvent(new CustomEvent("watch", { detail: { scopes: "room:9 user:7", after, tell } }));
//
// From then on tell(event) is called with each event of these scopes in its order, as GET /api/v1/events describes
// them: { id, at, scope, kind, data }, at in milliseconds. Two kinds are the line's own: { kind: "reset" } says that
// something may have been missed and that what is shown has to be read anew, which is also said once in the beginning
// unless `after` gives the position that the page was made with; { kind: "gone" } that these scopes cannot be watched
// (any more). parts.js does all this for parts of a page that are simply read again.
//
// How: the tab that holds the lock "live" leads. It asks the others by a channel what they want, gets a ticket for all
// of that, and passes on what its stream says. A stream that breaks goes on where it was (Last-Event-ID), by a new
// ticket if the old one is too old; a tab that closes leaves the lead to the next. While there is no stream that covers
// what a tab watches, because podium-live is away or the page is on plain HTTP, it asks for the events now and then.
const MOST_SCOPES = 8; // LIVE_MAX_SCOPES
const FIRST_POLL_MS = 2000;
const MOST_POLL_MS = 15000;
const ALIVE_MS = 20000;
const SILENT_MS = 75000; // a leader that says nothing for so long is taken for frozen
const RETRY_MS = 1000;
const MOST_RETRY_MS = 30000;
const WANT_MS = 100; // for the tabs to answer

const tab = `${Date.now()}-${Math.random()}`;
const watches = []; // { scopes: [], position, told: Set, tell, covered, held }
let channel = null;
let leader = null;
let heard = 0; // when the leader was last heard
let wait = FIRST_POLL_MS;
let timer = 0;
let asking = false;
let soon = false; // once more, when that is over
let away = null; // aborts what this tab waits for

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/* ---- what a tab is told ---- */

const deliver = (watch, event) => {
	if (event.id !== undefined) {
		if (Number(event.id) <= watch.position || watch.told.has(event.id)) return;
		watch.told.add(event.id);
	}
	wait = FIRST_POLL_MS;
	watch.tell(event);
};

const reach = (watch, position) => {
	if (Number(position) <= watch.position) return;
	watch.position = Number(position);
	watch.told.clear();
};

const drop = (watch) => {
	const at = watches.indexOf(watch);

	if (at < 0) return;
	watches.splice(at, 1);
	watch.tell({ kind: "gone" });
};

// What happened since the position; without one, where to begin. False if nobody answers. That nothing has happened is
// told by a 304, which does not move the position; `exact` wants it moved.
const ask = async (watch, exact = watch.position < 0) => {
	const cache = exact ? "no-store" : "no-cache";
	const query = new URLSearchParams({ scope: watch.scopes.join(" ") });

	for (let more = true; more;) {
		if (watch.position >= 0) query.set("after", watch.position);
		const answer = await fetch(`/api/v1/events?${query}`, { cache, signal: away?.signal }).catch(() => null);

		if (answer?.status === 404) drop(watch);
		const found = answer?.ok ? await answer.json().catch(() => null) : null;

		if (!found) return false;

		for (const event of found.events) deliver(watch, { ...event, at: Date.parse(event.at) });
		reach(watch, found.position);
		more = found.more;
	}
	return true;
};

// A stream begins to cover it, and has told others everything up to a position.
const cover = async (watch, upto) => {
	if (watch.position < 0 || watch.held) return;
	watch.held = [];
	const is_whole = watch.position >= upto || ((await ask(watch, true)) && watch.position >= upto);

	for (const message of watch.held) {
		if (message.event) deliver(watch, message.event);
		else if (is_whole) reach(watch, message.position);
	}
	watch.held = null;
	watch.covered = is_whole;
};

const is_within = (watch, scopes) => watch.scopes.every((scope) => scopes.includes(scope));

const concerns = (watch, event) => event.kind === "reset" || watch.scopes.includes(event.scope);

const pass = (message) => {
	for (const watch of [...watches]) {
		if (message.event && !concerns(watch, message.event)) continue;
		if (watch.held) watch.held.push(message);
		else if (watch.covered && message.event) deliver(watch, message.event);
		else if (watch.covered) reach(watch, message.position);
	}
};

/* ---- between tabs ---- */

const say = (message) => {
	channel?.postMessage(message);
	hear(message);
};

const want = () => say({ want: watches.filter((w) => w.position >= 0).map(({ scopes, position }) => ({ scopes, position })), tab });

const hear = (message) => {
	if (message.want || message.bye) {
		leader?.take(message);
		return;
	}
	heard = Date.now();
	if (message.ask) want();
	if (message.doubt) for (const watch of [...watches]) ask(watch);
	if (message.event || message.position !== undefined) pass(message);
	if (message.shut) {
		for (const watch of watches) watch.covered = false;
		wait = 2 * FIRST_POLL_MS; // most come back before
		plan();
	}
	if (message.open)
		for (const watch of watches)
			if (!is_within(watch, message.open)) watch.covered = false;
			else if (!watch.covered) cover(watch, message.upto);
};

/* ---- the one that leads ---- */

class Leader {
	constructor() {
		this.wants = new Map();
		this.open = [];
		this.position = 0; // of the last that was said
		this.failures = 0;
		this.alive = setInterval(() => this.open.length > 0 && this.tell_open(), ALIVE_MS);
	}

	take({ want: wanted, tab: from }) {
		if (wanted) this.wants.set(from, wanted);
		else this.wants.delete(from);
		if (!wanted || this.asking) return;
		if (this.source?.readyState === EventSource.OPEN && this.scopes().every((scope) => this.open.includes(scope))) this.tell_open();
		else if (this.scopes().some((scope) => !this.asked?.includes(scope))) this.later(0);
	}

	tell_open() {
		say({ open: this.open, upto: this.position });
	}

	all() {
		return [...this.wants.values()].flat();
	}

	scopes() {
		return [...new Set(this.all().flatMap((one) => one.scopes))].slice(0, MOST_SCOPES);
	}

	later(ms) {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.connect(), ms);
	}

	failed() {
		this.stop();
		this.failures++;
		this.later(Math.min(RETRY_MS * 2 ** this.failures, MOST_RETRY_MS) * (0.5 + Math.random()));
	}

	stop() {
		clearTimeout(this.timer);
		this.source?.close();
		this.source = null;
		this.asked = null;
		if (this.open.length > 0) say({ shut: true });
		this.open = [];
	}

	async connect() {
		if (this.asking) return;
		this.asking = true;
		this.wants.clear();
		say({ ask: true });
		await pause(WANT_MS);
		this.asking = false;
		if (leader !== this || this.scopes().length === 0) return;
		this.stop();
		this.asked = this.scopes();
		const asked = this.asked;
		const after = Math.min(...this.all().filter((one) => is_within(one, asked)).map((one) => one.position));
		const query = new URLSearchParams({ scope: asked.join(" ") });
		const answer = await fetch(`/api/v1/events/ticket?${query}`, { cache: "no-store", signal: away?.signal }).catch(() => null);

		if (leader !== this || this.asked !== asked) return;
		if (answer?.status === 404) say({ doubt: true });
		const ticket = answer?.ok ? await answer.json().catch(() => null) : null;

		if (ticket?.open && this.asked === asked) this.stream(ticket.stream, Number.isFinite(after) ? after : 0);
		else this.failed();
	}

	stream(address, after) {
		const source = new EventSource(`${address}&last=${after}`);
		const asked = this.asked;

		this.source = source;
		this.position = after;
		source.addEventListener("open", () => {
			this.failures = 0;
			this.open = asked;
			this.tell_open();
		});
		source.addEventListener("message", ({ data }) => {
			const message = JSON.parse(data);

			this.position = Math.max(this.position, Number(message.position ?? message.id ?? 0));
			say(message.position === undefined ? { event: message } : { position: message.position });
		});
		source.addEventListener("error", () => {
			if (source !== this.source) return;
			if (source.readyState === EventSource.CLOSED) this.failed();
			else if (this.open.length > 0) say({ shut: true });
		});
	}

	end() {
		clearInterval(this.alive);
		this.stop();
	}
}

const lead = () =>
	new Promise((leave) => {
		leader = new Leader();
		leader.connect(); // asks this tab, too, which answers `leader`
		away.signal.addEventListener("abort", () => {
			leader.end();
			leader = null;
			leave();
		});
	});

/* ---- a tab's own life ---- */

const ask_alone = async (watch) => {
	const is_first = watch.position < 0;

	await ask(watch);
	if (!is_first || watch.position < 0) return;
	watch.tell({ kind: "reset" });
	want();
};

const plan = () => {
	clearTimeout(timer);
	if (watches.length > 0) timer = setTimeout(round, wait * (0.8 + 0.4 * Math.random()));
};

// Asks for what no stream brings.
const round = async () => {
	if (asking) {
		soon = true;
		return;
	}
	asking = true;
	soon = false;
	if (Date.now() - heard > SILENT_MS) for (const watch of watches) watch.covered = false;
	if (!document.hidden) {
		for (const watch of [...watches]) if (!watch.covered && !watch.held) await ask_alone(watch);
		wait = Math.min(wait * 1.2, MOST_POLL_MS);
	}
	asking = false;
	if (soon) round();
	else plan();
};

const start = () => {
	if (away) return;
	away = new AbortController();
	heard = Date.now();
	if (navigator.locks && window.BroadcastChannel && window.EventSource) {
		channel = new BroadcastChannel("live");
		channel.addEventListener("message", ({ data }) => hear(data));
		navigator.locks.request("live", { signal: away.signal }, lead).catch(() => {});
	}
};

// A page that is left may come back as it was: it lets go of everything, so that the browser may keep it.
const leave = () => {
	say({ bye: true, tab });
	away?.abort();
	away = null;
	channel?.close();
	channel = null;
	clearTimeout(timer);
	for (const watch of watches) Object.assign(watch, { covered: false, held: null });
};

const again = () => {
	wait = FIRST_POLL_MS;
	if (watches.length > 0) round();
};

document.addEventListener("watch", ({ detail }) => {
	const watch = { scopes: detail.scopes.split(" ").filter(Boolean), position: Number(detail.after ?? -1), told: new Set(), tell: detail.tell };

	start();
	watches.push(watch);
	if (watch.position >= 0) want();
	again();
});

document.addEventListener("busy", again); // something was begun here

window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => {
	if (!event.persisted || watches.length === 0) return;
	start();
	again();
});
window.addEventListener("online", () => {
	if (leader && leader.open.length === 0) leader.later(0);
	again();
});
document.addEventListener("visibilitychange", () => {
	if (!document.hidden) again();
});
