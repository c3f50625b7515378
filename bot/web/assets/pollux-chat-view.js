/** How what is said is drawn: always as text, never as markup. */
export const WORDS = {
	log: "Conversation",
	input: "Message Pollux",
	send: "Send",
	speak: "Speak",
	you: "You said:",
	bot: "Pollux said:",
	unasked: "Pollux speaks up",
	choices: "Choices",
	empty: "Ask: what's most critical today?",
	thinking: "Pollux is thinking …",
	newer: "New messages",
	again: "Try again",
	sending: "Sending …",
	failed: "Not sent",
	connecting: "Connecting …",
	connected: "Connected",
	offline: "You are offline. Messages are kept until the connection is back.",
	lost: "No connection. Trying again; messages are kept.",
};
const LEVELS = { critical: "Critical", warning: "Warning", info: "Note" };
const ICONS = {
	mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
	send: "M4 12h14M12 5l7 7-7 7",
	bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
	critical: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.4v.2",
	warning: "M12 3.5 22 20.5H2zM12 10v4.5M12 17.4v.2",
	info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.6v.2",
};
/** An element with properties, classes and children; strings become text. */
export function make(tag, props = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (name === "onclick") node.onclick = value;
		else if (value != null) node.setAttribute(name, value);
	}
	node.append(...children.filter(Boolean));
	return node;
}

export function icon(name) {
	const ns = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(ns, "svg");
	const path = svg.appendChild(document.createElementNS(ns, "path"));
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	path.setAttribute("d", ICONS[name]);
	return svg;
}

/** Paragraphs, bullet lists and numbered lists of plain text. */
function prose(text) {
	const blocks = [];
	let open;
	for (const line of text.split(/\r?\n/)) {
		const [, bullet, number, item] = line.match(/^\s*(?:([-*•])|(\d{1,3})[.)])\s+(.*)$/) ?? [];
		const tag = bullet ? "ul" : number ? "ol" : "p";
		if (!line.trim()) open = null;
		else {
			if (open?.localName !== tag) blocks.push((open = make(tag)));
			else if (tag === "p") open.append(make("br"));
			open.append(tag === "p" ? line : make("li", { value: number }, item));
		}
	}
	return blocks;
}

const words = (text) => String(text ?? "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** What a text says before and after the lines that its card shows word by word. */
function around(text, card) {
	const known = new Set([card.title, ...(card.items ?? []).flatMap((item) => [item.title, item.detail])].flatMap(words));
	const shown = (line) => line.trim() && words(line.replace(/^\s*\d+[.)]\s/, "")).every((word) => known.has(word));
	const lines = text.split("\n");
	const first = lines.findIndex(shown);
	if (first < 0) return [text, ""];
	return [lines.slice(0, first), lines.slice(first).filter((line) => !shown(line))].map((part) => part.join("\n").trim());
}

/** A reply: `to.press(id, title)` is what its buttons do, `to.server` whose pictures are shown; `seq` is its entry. */
export function drawReply(reply, nudge, to, seq, live) {
	const [before, after] = reply.card ? around(reply.text, reply.card) : [reply.text, ""];
	const said = (text) => text && make("div", { class: "said" }, ...prose(text));
	const label = nudge ? make("span", { class: "label" }, icon("bell"), WORDS.unasked) : make("span", { class: "sr" }, WORDS.bot);
	const parts = [label, said(before), reply.card && drawCard(reply.card, to), said(after)];
	parts.push(reply.image && drawImage(reply.image, to), reply.buttons.length && drawButtons(reply.buttons, to));
	return make("div", { class: nudge ? "msg nudge" : "msg", "data-seq": seq, "aria-live": live }, ...parts);
}

/** An entry of the log that says something else by now: in its place, and not read out again. */
export function redraw(log, { seq, replies }, to) {
	const old = [...log.querySelectorAll(`[data-seq="${seq}"]`)];
	if (old.some((node) => node.contains(log.getRootNode().activeElement))) to.focus();
	old[0]?.before(...replies.map((reply) => drawReply(reply, true, to, seq, "off")));
	old.forEach((node) => node.remove());
}

/** What the person said. They know it: it is not read out again. */
export function drawMine(id, text, unsent) {
	const said = make("div", { class: "said" }, make("span", { class: "sr" }, WORDS.you, " "), text);
	const note = make("span", { class: "note" }, unsent && WORDS.sending);
	return make("div", { class: unsent ? "msg me unsent" : "msg me", "data-id": id, "aria-live": "off" }, said, note);
}

function drawButtons(buttons, to, about) {
	const one = ({ id, title, style }) => {
		const press = () => {
			button.classList.add("pressed");
			to.press(id, title);
			if (!matchMedia("(pointer: coarse)").matches) to.focus(); // on a touch screen a keyboard would pop up
		};
		const button = make("button", { class: about ? "small" : style, "aria-label": about && `${title}: ${about}`, onclick: press }, title);
		return button;
	};
	return make("div", { class: "group", role: "group", "aria-label": about ?? WORDS.choices }, ...buttons.map(one));
}

function drawCard({ kind, title, items = [] }, to) {
	const part = (tag, name, ...children) => make(tag, { class: name }, ...children);
	const mark = ({ severity: level }) => Object.hasOwn(LEVELS, level) && part("span", level, icon(level), part("span", "sr", `${LEVELS[level]}: `));
	const actions = ({ title, buttons }) => buttons?.length && drawButtons(buttons, to, title);
	const row = (item) => part("li", "item", part("div", "name", mark(item), item.title), part("div", "detail", item.detail), actions(item));
	const fact = (item) => part("div", "item", make("dt", {}, item.title), make("dd", {}, item.detail, actions(item)));
	const body = kind === "list" ? make("ul", {}, ...items.map(row)) : make("dl", {}, ...items.map(fact));
	return part("div", `card ${kind}`, title && make("p", {}, title), body);
}

/** Pictures of this Pollux only: an address elsewhere would tell others that it is being looked at. */
function drawImage({ url, alt }, { server }) {
	if (!URL.canParse(url, server)) return null;
	const at = new URL(url, server);
	const own = at.origin === new URL(server).origin || at.href.startsWith("data:image/");
	return own && make("img", { src: at, alt: alt ?? "" });
}
