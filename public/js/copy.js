// <button data-copy="text"> and <code data-copy="text">: a button beside it, or itself, copies.
const copy = async (text, button) => {
	const before = button.textContent;

	try {
		await navigator.clipboard.writeText(text);
		button.textContent = "Copied";
	} catch {
		button.textContent = "Could not copy";
	}
	setTimeout(() => {
		button.textContent = before;
	}, 1600);
};

for (const element of document.querySelectorAll("[data-copy]")) {
	let button = element;

	if (element.tagName !== "BUTTON") {
		button = document.createElement("button");
		button.type = "button";
		button.className = "button button-quiet button-small";
		button.textContent = "Copy";
		element.after(" ", button);
	}
	button.hidden = false;
	button.addEventListener("click", () => copy(element.dataset.copy, button));
}
