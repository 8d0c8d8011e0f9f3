// <form data-auto>: filters apply when they change; the button is for those without scripts.
for (const form of document.querySelectorAll("form[data-auto]")) {
	let timer = 0;

	form.addEventListener("change", () => {
		clearTimeout(timer);
		timer = setTimeout(() => form.requestSubmit(), 350);
	});
	form.querySelector("[data-auto-button]")?.setAttribute("hidden", "");
}

// <select data-zone>: offers the zone of this device first, without choosing it.
for (const select of document.querySelectorAll("select[data-zone]")) {
	const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
	const option = [...select.options].find((o) => o.value === here);

	if (option && !option.selected && option.parentElement === select) {
		option.textContent += " (this device)";
		select.prepend(option);
	}
}
