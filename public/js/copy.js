// <button data-copy="text"> and <code data-copy="text">: the button, or one beside the text, copies. An
// address of this site is copied whole.
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

const whole = (text) => (text.startsWith("/") ? new URL(text, location.href).href : text);

const prepare = (element) => {
	let button = element;

	if (element.tagName !== "BUTTON") {
		button = document.createElement("button");
		button.type = "button";
		button.className = "button button-quiet button-small";
		button.textContent = "Copy";
		element.after(" ", button);
	}
	button.hidden = false;
	button.addEventListener("click", () => copy(whole(element.dataset.copy), button));
};

for (const element of document.querySelectorAll("[data-copy]")) prepare(element);

// A part of the page that another script has put in place.
document.addEventListener("fresh", (event) => {
	for (const element of event.detail.querySelectorAll("[data-copy]")) prepare(element);
});
