// <details data-menu>: opens and closes by itself; here Escape and a click elsewhere close it too.
for (const menu of document.querySelectorAll("details[data-menu]")) {
	document.addEventListener("click", (event) => {
		if (!menu.contains(event.target)) menu.open = false;
	});
	menu.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || !menu.open) return;
		menu.open = false;
		menu.querySelector("summary").focus();
	});
}

// The list of settings is one line on a phone: the page's own entry is brought into sight.
document.querySelector(".settings-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
