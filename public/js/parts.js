// <div id data-live-scope="room:9 user:7" data-live-events="standings sync.detected">: a part of the page that is read
// anew, out of the page's own address or data-live-src, when one of these events happens in one of these scopes; every
// kind of event without data-live-events. data-live-after is the position that it was made with. Where very many watch
// the same, data-live-spread lets them ask over so many milliseconds. The focus on a link or button goes over to the same
// one of the new part; a part in which it would be lost, or somebody writes, waits until the focus has left it, and a page
// in the background until it is looked at. Other scripts learn of new parts by the event "fresh".
const GAP_MS = 250;
const MOST_RETRY_MS = 15000;
const watched = new Set();
const due = new Map(); // id of a part → its address
const held = new Set(); // parts that have nothing for the focus to go over to
let timer = 0;
let reading = false;
let failures = 0;

const parts = (scopes) => [...document.querySelectorAll("[id][data-live-scope]")].filter((part) => part.dataset.liveScope === scopes);

const listens = (part, event) => {
	const events = part.dataset.liveEvents?.split(" ");

	return !events || event.kind === "reset" || events.includes(event.kind);
};

// What holds the focus in a part, or null.
const focus_in = (part) => (part?.contains(document.activeElement) ? document.activeElement : null);

const is_free = ([id]) => {
	const active = focus_in(document.getElementById(id));

	return !active || (active.matches("a, button") && !held.has(id));
};

const is_same = (a, b) =>
	["href", "name", "value", "aria-label"].every((name) => a.getAttribute(name) === b.getAttribute(name)) && a.form?.action === b.form?.action;

const twin = (active, fresh) => [...fresh.querySelectorAll(active.localName)].find((other) => is_same(active, other));

const plan = (ms) => {
	clearTimeout(timer);
	timer = setTimeout(read, ms);
};

const watch = () => {
	for (const { dataset } of document.querySelectorAll("[id][data-live-scope]")) {
		const scopes = dataset.liveScope;

		if (watched.has(scopes)) continue;
		watched.add(scopes);
		document.dispatchEvent(new CustomEvent("watch", { detail: { scopes, after: dataset.liveAfter, tell: (event) => tell(scopes, event) } }));
	}
};

const tell = (scopes, event) => {
	const concerned = event.kind === "gone" ? [] : parts(scopes).filter((part) => listens(part, event));

	for (const part of concerned) due.set(part.id, part.dataset.liveSrc ?? location.href);
	if (concerned.length > 0) plan(Math.random() * Math.max(...concerned.map((part) => Number(part.dataset.liveSpread ?? 0))));
};

// Puts the new state of a part in its place, unless it is the same.
const renew = (page, id) => {
	const old = document.getElementById(id);
	const fresh = page.getElementById(id);

	if (!old || !fresh || old.isEqualNode(fresh)) return true;
	const active = focus_in(old);
	const next = active && twin(active, fresh);

	if (active && !next) return false;
	old.replaceWith(document.adoptNode(fresh));
	next?.focus({ preventScroll: true });
	document.dispatchEvent(new CustomEvent("fresh", { detail: fresh }));
	return true;
};

const read_one = async (address, ids) => {
	const answer = await fetch(address, { cache: "no-cache" });

	if (!answer.ok) throw new Error(answer.status);
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");

	for (const id of ids) {
		if (renew(page, id)) continue;
		held.add(id);
		due.set(id, address);
	}
};

// What is due is taken off before it is asked for: an event that comes meanwhile makes it due again.
const read = async () => {
	const now = document.hidden || reading ? [] : [...due].filter(is_free);
	const addresses = new Set(now.map(([, address]) => address));

	if (now.length === 0) return;
	reading = true;
	for (const [id] of now) due.delete(id);
	for (const address of addresses) {
		const ids = now.filter(([, from]) => from === address).map(([id]) => id);

		try {
			await read_one(address, ids);
			failures = 0;
		} catch {
			failures++;
			for (const id of ids) due.set(id, address);
		}
	}
	reading = false;
	watch();
	if ([...due].some(is_free)) plan(Math.min(GAP_MS * 2 ** failures, MOST_RETRY_MS));
};

document.addEventListener("focusout", () => {
	held.clear();
	if (due.size > 0) plan(GAP_MS);
});
document.addEventListener("visibilitychange", () => due.size > 0 && plan(0));
document.addEventListener("fresh", watch);
watch();
