// Formulas of statements, set by KaTeX: from the TeX that MathML carries, or that stands alone in a span. KaTeX is fetched
// only where there is a formula. Without scripts, or without KaTeX, browsers show the MathML themselves.
const BASE = "/static/katex/katex.min.";

const texOf = (element) =>
	element.localName === "math" ? element.querySelector('annotation[encoding="application/x-tex"]')?.textContent : element.textContent;

const isDisplayed = (element) => element.getAttribute("display") === "block" || element.classList.contains("display");

const set = (element) => {
	const place = document.createElement("span");

	try {
		window.katex.render(texOf(element), place, { displayMode: isDisplayed(element), maxSize: 40, maxExpand: 500 });
		element.replaceWith(place);
	} catch {
		element.classList.add("math-as-written");
	}
};

const formulas = [...document.querySelectorAll(".statement math, .statement span.math")].filter(
	(element) => !element.querySelector("math") && texOf(element),
);

if (formulas.length > 0) {
	const style = document.createElement("link");
	const script = document.createElement("script");

	style.rel = "stylesheet";
	style.href = BASE + "css";
	script.src = BASE + "js";
	script.addEventListener("load", () => formulas.forEach(set));
	document.head.append(style, script);
}
