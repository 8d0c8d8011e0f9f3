// What a page shows wrongly, as a list of sentences. Returned to tests/browser/test_look.py.
const wrong = [];
const say = (what, element) => wrong.push(`${what}: ${element.outerHTML.slice(0, 120)}`);

const numbers = (colour) => {
	const srgb = colour.startsWith("color(srgb");
	const n = (colour.match(/-?[\d.]+(e-\d+)?/g) ?? []).map(Number);
	const [r, g, b, a = 1] = srgb ? n.map((x, i) => (i < 3 ? x * 255 : x)) : n;

	return { r, g, b, a };
};
const over = (top, below) => ({
	r: top.r * top.a + below.r * (1 - top.a),
	g: top.g * top.a + below.g * (1 - top.a),
	b: top.b * top.a + below.b * (1 - top.a),
	a: 1,
});
const behind = (element) => {
	const layers = [];

	for (let e = element; e; e = e.parentElement) layers.push(numbers(getComputedStyle(e).backgroundColor));
	return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
};
const light = ({ r, g, b }) => {
	const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));

	return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const contrast = (element) => {
	const ground = behind(element);
	const [a, b] = [light(ground), light(over(numbers(getComputedStyle(element).color), ground))].sort((x, y) => y - x);

	return (a + 0.05) / (b + 0.05);
};
const seen = (element) =>
	element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getBoundingClientRect().width > 1;

if (document.documentElement.scrollWidth > innerWidth)
	wrong.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);

const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
	const element = texts.currentNode.parentElement;

	if (texts.currentNode.data.trim() === "" || !seen(element) || element.closest("svg, .skip, [disabled]")) continue;
	const c = contrast(element);
	if (c < 4.5) say(`contrast ${c.toFixed(2)}`, element);
}

for (const control of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
	const box = control.getBoundingClientRect();
	const label = control.getAttribute("aria-label") ?? control.labels?.[0]?.textContent ?? control.textContent;

	if (!seen(control)) continue;
	for (let e = control.parentElement; e; e = e.parentElement) {
		const style = getComputedStyle(e).overflowX;

		if (style === "auto" || style === "scroll") break;
		if ((style === "clip" || style === "hidden") && box.right > e.getBoundingClientRect().right + 1)
			say("a control that is cut off", control);
	}
	if (!label.trim()) say("a control without a name", control);
	if (getComputedStyle(control).display !== "inline" && box.height < 23.9 && !control.labels?.length)
		say(`a target ${Math.round(box.height)} high`, control);
}

let level = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
	const next = Number(heading.tagName[1]);

	if (next > level + 1) say(`a heading of level ${next} after ${level}`, heading);
	level = next;
}
if (document.querySelectorAll("h1").length !== 1) wrong.push("there is not exactly one h1");

const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
for (const id of ids.filter((x, i) => ids.indexOf(x) !== i)) wrong.push(`the id ${id} is there twice`);

for (const time of document.querySelectorAll("time[datetime]"))
	if (!/^(\d{4}-\d\d(-\d\d(T\d\d:\d\d:\d\dZ)?)?|PT\d+H(\d+M)?(\d+S)?|PT\d+M(\d+S)?)$/.test(time.dateTime)) say("no time", time);

return wrong;
