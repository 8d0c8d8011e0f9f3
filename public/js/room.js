// <div data-room="id" data-user-scope="user:7" data-after="position">: a room. Its forms <form data-problem="2100/A">
// press Sync without leaving the page; what comes of it is said in [data-room-said], as the live line tells it, with the
// words of <li data-reason="too_late">. The board and the rest of the page are read again by parts.js. The server decides
// how often Sync may be pressed (data-rest, in seconds); here it is only shown.
const room = document.querySelector("[data-room]");

if (room) {
	const line = room.querySelector("[data-room-said]");
	let free = 0; // when Sync may be pressed again, by the clock of performance.now()
	let timer = 0;

	const say = (text, mood = "") => {
		line.textContent = text;
		line.className = `room-said ${mood}`;
	};

	const why = (reason) => room.querySelector(`[data-reason="${reason}"]`)?.textContent ?? reason;

	const buttons = () => [...room.querySelectorAll("form[data-problem] button")];

	const show = () => {
		const left = Math.ceil((free - performance.now()) / 1000);

		clearTimeout(timer);
		for (const button of buttons()) {
			button.setAttribute("aria-disabled", left > 0);
			button.textContent = left > 0 ? `${left} s` : "Sync";
		}
		if (left > 0) timer = setTimeout(show, 1000);
	};

	const rest = (seconds) => {
		free = Math.max(free, performance.now() + seconds * 1000);
		show();
	};

	const learn = () => rest(Math.max(0, ...buttons().map((button) => Number(button.dataset.rest))));

	const press = async (form) => {
		const answer = await fetch("/api/contests/sync", {
			method: "POST",
			headers: { "Content-Type": "application/json", "X-CSRF-Token": form.elements.csrf.value },
			body: JSON.stringify({ roomId: room.dataset.room, problemId: form.dataset.problem }),
		}).catch(() => null);

		if (answer?.status === 202) {
			rest(60);
			return;
		}
		if (answer?.status === 429) rest(Number(answer.headers.get("Retry-After")) || 60);
		const said = await answer?.json().catch(() => null);
		say(said?.error?.message ?? "The server does not answer. Try again.", "is-bad");
	};

	room.addEventListener("submit", (event) => {
		const form = event.target.closest("form[data-problem]");

		if (!form) return;
		event.preventDefault();
		if (free > performance.now()) {
			say(`Sync can be pressed again in ${Math.ceil((free - performance.now()) / 1000)} seconds.`);
			return;
		}
		say(`Asking for ${form.dataset.problem}.`);
		press(form);
	});

	const tell = ({ kind, data }) => {
		if (data?.roomId !== room.dataset.room) return;
		if (kind === "sync.queued") say(data.position > 1 ? `${data.problemId}: number ${data.position} in the queue.` : `${data.problemId}: Codeforces is asked.`);
		if (kind === "sync.detected") say(`${data.problemId} counts: submission ${data.cfSubmissionId}.`, "is-ok");
		if (kind === "sync.failed") say(`${data.problemId}: ${why(data.reason)}`, "is-bad");
	};

	document.addEventListener("fresh", (event) => event.detail.querySelector("form[data-problem]") && learn());
	document.dispatchEvent(new CustomEvent("watch", { detail: { scopes: room.dataset.userScope, after: room.dataset.after, tell } }));
	learn();
}
