// <div id data-busy>: something is under way. That part of the page is read again every few seconds
// until it is done; a page in the background waits.
const read = async (id) => {
	const answer = await fetch(location.href, { cache: "no-cache" });
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");

	return answer.ok ? page.getElementById(id) : null;
};

for (const busy of document.querySelectorAll("[id][data-busy]")) {
	let wait = 2000;

	const round = async () => {
		const old = document.getElementById(busy.id);
		const inside = old.contains(document.activeElement);
		const fresh = document.hidden || inside ? old : await read(busy.id).catch(() => null);

		if (fresh && fresh !== old) old.replaceWith(document.adoptNode(fresh));
		if (fresh && !("busy" in fresh.dataset)) return;
		wait = Math.min(wait * 1.2, 15000);
		setTimeout(round, wait);
	};

	setTimeout(round, wait);
}
