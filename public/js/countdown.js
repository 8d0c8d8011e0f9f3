// Countdowns: <time class="count" data-start data-end> in unix seconds. The server wrote the text for
// the moment of the request; here it goes on, once a second, while somebody can see it, also in parts of the page that
// are read again.
const find = () =>
	[...document.querySelectorAll("time.count[data-start]")].map((element) => ({
		element,
		start: Number(element.dataset.start),
		end: Number(element.dataset.end),
		shown: "",
	}));
let counts = find();
let timer = 0;

const two = (n) => String(n).padStart(2, "0");

const left = (s) => {
	const days = Math.floor(s / 86400);
	const hours = Math.floor(s / 3600) % 24;
	const minutes = Math.floor(s / 60) % 60;

	if (days > 0) return `${days} d ${hours} h`;
	if (s >= 3600) return `${hours}:${two(minutes)}:${two(s % 60)}`;
	return `${minutes}:${two(s % 60)}`;
};

const tick = () => {
	const now = Math.floor(Date.now() / 1000);

	for (const c of counts) {
		const running = now >= c.start && now < c.end;
		const over = now >= c.end;
		const text = over ? "over" : running ? `ends in ${left(c.end - now)}` : `in ${left(c.start - now)}`;

		if (text === c.shown) continue;
		c.shown = text;
		c.element.textContent = text;
		c.element.classList.toggle("is-running", running);
		c.element.classList.toggle("is-soon", !running && !over && c.start - now < 3600);
		c.element.closest(".row")?.classList.toggle("is-running", running);
		c.element.closest(".row")?.classList.toggle("is-over", over);
	}
};

const run = () => {
	clearTimeout(timer);
	if (document.hidden || counts.length === 0) return;
	tick();
	timer = setTimeout(run, 1000 - (Date.now() % 1000) + 5);
};

document.addEventListener("visibilitychange", run);
document.addEventListener("fresh", () => {
	counts = find();
	run();
});
run();
