// <body data-refresh="seconds">: asks now and then whether the page has changed, by its ETag, and
// offers to load it again. Nothing moves under the reader by itself.
const every = Number(document.body.dataset.refresh);
let first = null;

const offer = () => {
	const toast = document.createElement("div");
	const text = document.createElement("span");
	const button = document.createElement("button");

	toast.className = "toast";
	toast.setAttribute("role", "status");
	text.textContent = "There is something new on this page.";
	button.className = "button button-small";
	button.type = "button";
	button.textContent = "Show it";
	button.addEventListener("click", () => location.reload());
	toast.append(text, button);
	document.body.append(toast);
};

const ask = async () => {
	if (document.hidden) return false;
	const answer = await fetch(location.href, { method: "HEAD", cache: "no-cache" });
	const tag = answer.ok ? answer.headers.get("ETag") : null;

	if (!tag) return false;
	if (first === null) first = tag;
	return tag !== first;
};

if (every > 0) {
	const round = async () => {
		const changed = await ask().catch(() => false);

		if (changed) offer();
		else setTimeout(round, every * 1000);
	};

	round();
}
