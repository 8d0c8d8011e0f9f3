// <section id="live" data-poll="address" data-poll-ms="n">: asks for its next state, by ETag, until it says that
// nothing is under way any more; then the whole page is read once more, for what the tests and the compiler say. What
// changed is said to screen readers in one short line, not in a whole table.
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

	if (answer.status === 304) return section;
	if (!answer.ok) throw new Error(answer.status);
	tag = answer.headers.get("ETag") ?? "";
	const fresh = parse(await answer.text()).getElementById("live");
	show(fresh);
	return fresh;
};

const watch = (section) => {
	let failures = 0;
	let told = 0;

	const round = async () => {
		const began = performance.now();

		if (!document.hidden) {
			try {
				section = await ask(section);
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
		const wait = failures > 0 ? Math.min(500 * 2 ** failures, 15000) : Number(section.dataset.pollMs);
		return setTimeout(round, Math.max(20, wait - (performance.now() - began)));
	};

	round();
};

const section = document.getElementById("live");

if (section && status && "poll" in section.dataset) watch(section);
