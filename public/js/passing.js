// <p data-passes="unix seconds">: what is true until then and is taken away when that time has come.
let timer = 0;

const pass = () => {
	const now = Date.now() / 1000;
	let next = Infinity;

	for (const line of document.querySelectorAll("[data-passes]")) {
		const at = Number(line.dataset.passes);

		if (at <= now) line.remove();
		else next = Math.min(next, at);
	}
	clearTimeout(timer);
	if (next < Infinity) timer = setTimeout(pass, (next - now) * 1000 + 50);
};

document.addEventListener("fresh", pass);
pass();
