// <div id data-busy>: something is under way. Such parts of the page are read again every few seconds
// until it is done, with data-busy="quick" every second; a page in the background waits, and so does a
// part that holds the focus. Other scripts begin that with an event "busy" whose detail is the ids,
// with blanks between; parts that the live line tells of (parts.js) are left to it.
const read = async () => {
	const answer = await fetch(location.href, { cache: "no-cache" });

	return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
};

// Puts the part's new state in its place; true while it is not done.
const renew = (page, id) => {
	const old = document.getElementById(id);
	const fresh = page.getElementById(id);

	if (!old || !fresh) return false;
	if (old.contains(document.activeElement)) return true;
	old.replaceWith(document.adoptNode(fresh));
	return "busy" in fresh.dataset;
};

const watch = (ids, first = 2000, most = 15000) => {
	let wait = first;

	const round = async () => {
		const page = document.hidden ? null : await read().catch(() => null);

		if (page && !ids.map((id) => renew(page, id)).some((busy) => busy)) return;
		wait = Math.min(wait * 1.2, most);
		setTimeout(round, wait);
	};

	if (ids.length > 0) setTimeout(round, wait);
};

const is_told = (id) => "liveScope" in (document.getElementById(id)?.dataset ?? {});

document.addEventListener("busy", (event) => watch(event.detail.split(" ").filter((id) => !is_told(id)), 400));

const parts = [...document.querySelectorAll("[id][data-busy]")];

if (parts.some((part) => part.dataset.busy === "quick")) watch(parts.map((part) => part.id), 300, 1000);
else watch(parts.map((part) => part.id));
