// The time zone of this device, offered and never taken unasked. <form data-zone-offer="zone shown">
// sends it; <button data-zone-fill="id"> puts it into a field.
const device = Intl.DateTimeFormat().resolvedOptions().timeZone;

const name = (element) => {
	for (const slot of element.querySelectorAll("[data-zone-name]"))
		slot.textContent = device.replaceAll("_", " ");
};

if (device) {
	for (const form of document.querySelectorAll("form[data-zone-offer]")) {
		if (form.dataset.zoneOffer === device) continue;
		form.elements.zone.value = device;
		name(form);
		form.hidden = false;
	}
	for (const button of document.querySelectorAll("[data-zone-fill]")) {
		const field = document.getElementById(button.dataset.zoneFill);

		name(button);
		button.hidden = false;
		button.addEventListener("click", () => {
			field.value = device;
			field.focus();
		});
	}
}
