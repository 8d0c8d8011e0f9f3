// <section id="live" data-poll="address" data-poll-ms="n" data-watch="scope" data-after="position">: asks for its next
// state, by ETag, whenever the live line says that something happened, until nothing is under way any more; then the whole
// page is read once more, for what the tests and the compiler say. As long as the line has not shown that it works, and
// again when something changed of which it did not tell, it asks every data-poll-ms. What changed is said to screen
// readers in one short line, not in a whole table.
const TOLD_POLL_MS = 3000;
const status = document.querySelector("[data-live-status]");
let tag = "";

const headline = (section) => section.querySelector("h2").textContent.trim();

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

const show = (fresh) => {
	const old = document.getElementById("live");
	const before = headline(old);

	old.replaceWith(document.adoptNode(fresh));
	if (headline(fresh) !== before) document.title = document.title.replace(before, headline(fresh));
	return before !== headline(fresh);
};

const finish = async () => {
	const answer = await fetch(location.href, { cache: "no-store" });
	const page = answer.ok ? parse(await answer.text()).getElementById("submission") : null;
	const old = document.getElementById("submission");

	status.textContent = headline(document.getElementById("live"));
	if (!page || old.contains(document.activeElement)) return;
	// the line that speaks stays, so that what it says is heard once
	page.querySelector("[data-live-status]").replaceWith(status);
	old.replaceWith(document.adoptNode(page));
	document.dispatchEvent(new CustomEvent("fresh", { detail: page }));
};

const ask = async (section) => {
	const answer = await fetch(section.dataset.poll, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });

	if (answer.status === 304) return null;
	if (!answer.ok) throw new Error(answer.status);
	tag = answer.headers.get("ETag") ?? "";
	const fresh = parse(await answer.text()).getElementById("live");
	show(fresh);
	return fresh;
};

const watch = (section) => {
	let failures = 0;
	let told = 0;
	let is_told = false; // the line works
	let news = false; // it said something since the last question
	let timer = 0;
	let busy = false;

	const round = async () => {
		const began = performance.now();

		clearTimeout(timer);
		if (busy) return;
		busy = true;
		if (!document.hidden || news) {
			const was_told = news;

			news = false;
			try {
				const fresh = await ask(section);

				// a change that is seen before it is told
				if (fresh && !was_told && !news) is_told = false;
				section = fresh ?? section;
				failures = 0;
			} catch {
				failures++;
			}
			if (!("poll" in section.dataset)) return finish();
			// while it runs, a word now and then is enough to hear
			if (Date.now() - told > 5000) {
				told = Date.now();
				status.textContent = headline(section);
			}
		}
		busy = false;
		const every = is_told ? TOLD_POLL_MS : Number(section.dataset.pollMs);
		const wait = failures > 0 ? Math.min(500 * 2 ** failures, 15000) : news ? 0 : every;

		timer = setTimeout(round, Math.max(20, wait - (performance.now() - began)));
	};

	const tell = ({ kind }) => {
		if (kind === "gone") return;
		is_told = kind !== "reset";
		news = true;
		round();
	};

	document.dispatchEvent(new CustomEvent("watch", { detail: { scopes: section.dataset.watch, after: section.dataset.after, tell } }));
	round();
};

const section = document.getElementById("live");

if (section && status && "poll" in section.dataset) watch(section);
