// <form data-sync="id id">: sent without leaving the page; the elements of these ids show what becomes of it. A button with data-wait comes back after so many seconds.
const press = async (form) => {
	const button = form.querySelector("button");
	const answer = await fetch(form.action, {
		method: "POST",
		body: new URLSearchParams(new FormData(form)),
		headers: { Accept: "application/json" },
	});

	if (answer.status !== 202) {
		form.submit();
		return;
	}
	button.disabled = true;
	button.lastElementChild.textContent = "Syncing";
	button.blur();
	document.dispatchEvent(new CustomEvent("busy", { detail: form.dataset.sync }));
};

document.addEventListener("submit", (event) => {
	if (!event.target.matches("form[data-sync]")) return;
	event.preventDefault();
	press(event.target).catch(() => event.target.submit());
});

for (const button of document.querySelectorAll("button[data-wait]")) {
	setTimeout(() => {
		button.disabled = false;
		button.nextElementSibling?.remove();
	}, Number(button.dataset.wait) * 1000);
}
