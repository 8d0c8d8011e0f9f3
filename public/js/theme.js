// The appearance: the form works by itself; here the page changes at once and stays where it is.
const form = document.querySelector("[data-theme-form]");

form?.addEventListener("submit", (event) => {
	const chosen = event.submitter;

	if (!chosen || chosen.name !== "theme") return;
	event.preventDefault();
	if (chosen.value) document.documentElement.dataset.theme = chosen.value;
	else delete document.documentElement.dataset.theme;
	for (const button of form.querySelectorAll("button[name=theme]"))
		button.setAttribute("aria-pressed", String(button === chosen));
	const body = new URLSearchParams(new FormData(form));
	body.set("theme", chosen.value);
	fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
});
