// <div data-editor><textarea>…: colours behind the text, indentation, and a way out by keyboard. The text stays in the
// textarea, so undoing, finding, dictating and sending work as in any field; behind it, unseen by screen readers, lies
// the same text in colours. How the chosen language is written stands on its <option> (data-syntax).
const MOST = 60000; // characters; a longer text stays without colours
const area = document.querySelector("[data-editor] textarea");
const languages = document.getElementById("language");

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const LETTER = "A-Za-z_$\\u0080-\\u{10ffff}";

// One expression for a language: comments, strings, numbers, words, in the order in which they count. What lib/judge/code.c
// takes for one thing is one here too; the tables come from there.
const compile = (s) => {
	const kinds = [];
	const add = (kind, source) => source && kinds.push([kind, source]);
	const tick = s.charQuote ? "|'(?=\\d)" : "";

	for (const mark of s.line ?? []) add("c", `${escape(mark)}[^\\n]*`);
	for (const [open, close] of s.block ?? []) add("c", s.nests ? escape(open) : `${escape(open)}[^]*?(?:${escape(close)}|$)`);
	for (const [open, close] of s.text ?? []) add("s", `${escape(open)}[^]*?(?:${escape(close)}|$)`);
	for (const quote of s.quotes ?? "") add("s", `${quote}(?:${s.rawQuote ? "" : "\\\\[^]?|"}[^\\n${quote}${s.rawQuote ? "" : "\\\\"}])*${quote}?`);
	if (s.charQuote) add("s", "'(?:\\\\[^][^\\n']{0,9}|[^\\n'\\\\])'");
	add("n", `0[xX](?:[${LETTER}\\d]|\\.(?!\\.)${tick})*`);
	add("n", `\\d(?:[${LETTER}\\d]|\\.(?!\\.)|(?<=[eE])[+\\-]${tick})*`);
	if (s.directive) add("k", `#[${LETTER}][${LETTER}\\d]*`);
	add("w", `[${LETTER}][${LETTER}\\d${s.primes ? "'" : ""}]*`);
	return {
		expression: new RegExp(kinds.map(([, source]) => `(${source})`).join("|"), "gu"),
		kinds: kinds.map(([kind]) => kind),
		keywords: new Set((s.keywords ?? "").split(" ")),
		ignoresCase: s.ignoresCase,
		nested: new Map(s.nests ? s.block : []),
	};
};

const kindOf = (syntax, match) => {
	const kind = syntax.kinds[match.slice(1).findIndex((group) => group !== undefined)];

	if (kind !== "w") return kind;
	return syntax.keywords.has(syntax.ignoresCase ? match[0].toLowerCase() : match[0]) ? "k" : null;
};

// Where a comment ends in which others may lie.
const nestEnd = (text, from, open, close) => {
	const marks = new RegExp(`(${escape(close)})|${escape(open)}`, "gu");
	let depth = 1;

	marks.lastIndex = from;
	for (let match = marks.exec(text); match; match = marks.exec(text)) {
		depth += match[1] ? -1 : 1;
		if (depth === 0) return marks.lastIndex;
	}
	return text.length;
};

const paint = (syntax, text) => {
	const out = document.createDocumentFragment();
	const expression = syntax?.expression;
	let span = null; // the last one
	let at = 0;

	if (expression) expression.lastIndex = 0;
	for (let match = text.length <= MOST && expression?.exec(text); match; match = expression.exec(text)) {
		const kind = kindOf(syntax, match);
		const close = syntax.nested.get(match[0]);

		if (!kind) continue;
		if (close) expression.lastIndex = nestEnd(text, expression.lastIndex, match[0], close);
		if (!span || at < match.index || span.className !== `c-${kind}`) {
			span = document.createElement("span");
			span.className = `c-${kind}`;
			out.append(text.slice(at, match.index), span);
		}
		span.append(text.slice(match.index, expression.lastIndex));
		at = expression.lastIndex;
	}
	// a last line end would otherwise take no room
	out.append(`${text.slice(at)}\n`);
	return out;
};

const numbers = (text) => {
	let out = "";

	for (let i = 1, n = text.split("\n").length; i <= n; i++) out += `${i}\n`;
	return out;
};

// As if it was typed, so that it can be undone.
const insert = (text) => {
	if (!document.execCommand("insertText", false, text)) {
		area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
		area.dispatchEvent(new Event("input"));
	}
};

const lineStart = () => area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;

const indent = () => (/^\t/m.test(area.value) ? "\t" : "    ");

// Whole lines that the selection touches, each changed.
const changeLines = (change) => {
	const from = lineStart();
	const to = area.selectionEnd;
	const text = area.value.slice(from, to).split("\n").map(change).join("\n");

	area.setSelectionRange(from, to);
	insert(text);
	area.setSelectionRange(from, from + text.length);
};

const tab = (back) => {
	const selected = area.value.slice(area.selectionStart, area.selectionEnd);

	if (back) changeLines((line) => line.replace(/^(\t| {1,4})/, ""));
	else if (selected.includes("\n")) changeLines((line) => (line === "" ? line : indent() + line));
	else insert(indent());
};

const newLine = () => {
	const line = area.value.slice(lineStart(), area.selectionStart);
	const deeper = /[{[(:]\s*$/.test(line) ? indent() : "";

	insert(`\n${/^[ \t]*/.exec(line)[0]}${deeper}`);
};

const start = () => {
	const box = area.parentElement;
	const behind = document.createElement("pre");
	const gutter = document.createElement("pre");
	let syntax = null;
	let free = false; // Escape was pressed: Tab leaves the field
	let waits = false;

	const draw = () => {
		waits = false;
		behind.replaceChildren(paint(syntax, area.value));
		const lines = numbers(area.value);
		if (gutter.textContent !== lines) gutter.textContent = lines;
		follow();
	};
	const follow = () => {
		behind.scrollTop = area.scrollTop;
		behind.scrollLeft = area.scrollLeft;
		gutter.scrollTop = area.scrollTop;
	};
	const drawSoon = () => {
		if (!waits) requestAnimationFrame(draw);
		waits = true;
	};
	const choose = () => {
		const option = languages.selectedOptions[0];

		syntax = option ? compile(JSON.parse(option.dataset.syntax)) : null;
		drawSoon();
	};

	for (const layer of [gutter, behind]) layer.setAttribute("aria-hidden", "true");
	behind.className = "editor-behind";
	gutter.className = "editor-gutter";
	box.prepend(gutter, behind);
	box.classList.add("is-on");
	for (const hint of document.querySelectorAll("[data-editor-hint]")) hint.hidden = false;
	area.addEventListener("input", drawSoon);
	area.addEventListener("scroll", follow, { passive: true });
	area.addEventListener("blur", () => {
		free = false;
	});
	area.addEventListener("keydown", (event) => {
		if (event.isComposing || event.altKey) return;
		if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			area.form.requestSubmit();
		} else if (event.ctrlKey || event.metaKey) {
			return;
		} else if (event.key === "Escape") {
			free = true;
		} else if (event.key === "Tab" && !free) {
			event.preventDefault();
			tab(event.shiftKey);
		} else if (event.key === "Enter" && !event.shiftKey) {
			event.preventDefault();
			newLine();
		} else if (event.key !== "Shift" && event.key !== "Tab") {
			free = false;
		}
	});
	languages.addEventListener("change", choose);
	choose();
};

// A chosen file is shown in the field, in its language, and counts as what stands there.
const load = async (input, hint) => {
	const file = input.files[0];

	if (!file || file.size > 200000) return;
	const text = await file.text();
	const end = file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase();
	const fits = [...languages.options].filter((o) => JSON.parse(o.dataset.syntax).extension === end);

	area.value = text;
	if (fits.length > 0 && !fits.includes(languages.selectedOptions[0])) {
		languages.value = fits.at(-1).value;
		languages.dispatchEvent(new Event("change"));
	}
	area.dispatchEvent(new Event("input"));
	input.value = "";
	hint.textContent = `${file.name} is below.`;
};

if (area && languages) {
	const input = document.getElementById("file");
	const hint = document.querySelector("[data-file-hint]");

	start();
	hint.textContent = "It is put into the field below.";
	input.addEventListener("change", () => load(input, hint).catch(() => {}));
	area.form.addEventListener("submit", () => {
		const button = area.form.querySelector("button[type=submit]");

		setTimeout(() => {
			button.disabled = true;
		});
	});
	addEventListener("pageshow", () => {
		area.form.querySelector("button[type=submit]").disabled = false;
	});
}
