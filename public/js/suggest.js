// <input data-suggest="address" list="id">: what the address says of the text so far takes the place of the list's
// options, so that the browser shows it. Without scripts the list keeps what the page wrote into it.
const WAIT_MS = 150;

for (const input of document.querySelectorAll("input[data-suggest]")) {
	const list = document.getElementById(input.getAttribute("list"));
	const own = list.innerHTML;
	let timer = 0;
	let asked = "";

	const show = async (start) => {
		const answer = await fetch(input.dataset.suggest + "?q=" + encodeURIComponent(start));

		if (!answer.ok || start !== asked)
			return;
		const { hints } = await answer.json();

		list.replaceChildren(...hints.map(({ name }) => {
			const option = document.createElement("option");

			option.value = name;
			return option;
		}));
	};

	input.addEventListener("input", () => {
		clearTimeout(timer);
		asked = input.value.trim();
		if (asked.length < 2) {
			list.innerHTML = own;
			return;
		}
		timer = setTimeout(() => show(asked).catch(() => {}), WAIT_MS);
	});
}
