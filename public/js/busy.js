// <div id data-busy>: something is under way. That part of the page is read again every few seconds
// until it is done, with data-busy="quick" every second; a page in the background waits. Other scripts begin that with an event "busy" whose
// detail is the id.
const read = async (id) => {
	const answer = await fetch(location.href, { cache: "no-cache" });
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");

	return answer.ok ? page.getElementById(id) : null;
};

const watch = (id, first = 2000, most = 15000) => {
	let wait = first;

	const round = async () => {
		const old = document.getElementById(id);
		const inside = old.contains(document.activeElement);
		const fresh = document.hidden || inside ? old : await read(id).catch(() => null);

		if (fresh && fresh !== old) old.replaceWith(document.adoptNode(fresh));
		if (fresh && !("busy" in fresh.dataset)) return;
		wait = Math.min(wait * 1.2, most);
		setTimeout(round, wait);
	};

	setTimeout(round, wait);
};

document.addEventListener("busy", (event) => watch(event.detail, 400));

for (const busy of document.querySelectorAll("[id][data-busy]")) {
	if (busy.dataset.busy === "quick") watch(busy.id, 300, 1000);
	else watch(busy.id);
}
