/**
 * <pollux-chat server="http://host:8080" conversation="…" token="…" heading="Pollux">: a chat in any page.
 *
 * What is said is shown as text, never as markup. The server numbers what it says: after a break the chat asks for
 * what came after the last it has shown; what the person said meanwhile waits in an outbox until it is answered.
 */
const WORDS = {
	log: "Conversation",
	input: "Message Pollux",
	send: "Send",
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
	critical: "Critical",
	warning: "Warning",
	info: "Note",
};
const ICONS = {
	send: "M4 12h14M12 5l7 7-7 7",
	bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
	critical: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.4v.2",
	warning: "M12 3.5 22 20.5H2zM12 10v4.5M12 17.4v.2",
	info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.6v.2",
};
const PING_MS = 20_000;
const SILENT_MS = 5_000;
const BUSY_MS = 4_000;
const UNSENT = 50;
const PAUSE_MS = 600_000;

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host{--a:var(--pollux-accent,light-dark(#4549c9,#a5abff));--oa:var(--pollux-on-accent,light-dark(#fff,#11131f));
--s:light-dark(#fff,#14161f);--r:light-dark(#f1f3f9,#20242f);--t:light-dark(#1b2030,#e9ebf3);--m:light-dark(#586076,#a8b0c3);
--l:light-dark(#d9deea,#363c4c);--c:light-dark(#b3261e,#ffb4ab);--w:light-dark(#8a5300,#f5c26b);
display:block;height:34rem;color:var(--t);background:var(--s);color-scheme:light dark;
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box}
.frame{height:100%;display:flex;flex-direction:column;position:relative}
header{display:flex;align-items:center;padding:.75rem 1.25rem;border-bottom:1px solid var(--l)}
.line{display:flex;align-items:center;gap:.45rem;margin-left:auto;padding-left:1rem;font-size:.85rem;color:var(--m)}
.line::before{content:"";flex:none;width:.6rem;height:.6rem;border-radius:50%;border:2px solid var(--w)}
.connected::before{background:#2c8a57;border-color:#2c8a57}
.log{flex:1;overflow-y:auto;padding:1.25rem;display:flex;flex-direction:column;gap:1rem;position:relative}
.log>:first-child{margin-top:auto}
.empty{color:var(--m);margin:auto;text-align:center;max-width:36rem}
.when{align-self:center}.note,.when{font-size:.8rem;color:var(--m)}
.msg{max-width:min(42rem,90%);display:flex;flex-direction:column;gap:.5rem;align-items:flex-start}
.said{background:var(--r);border:1px solid transparent;border-radius:.35rem 1.1rem 1.1rem;padding:.6rem 1rem}
.me{align-self:flex-end;align-items:flex-end;gap:.2rem}
.me .said{background:var(--a);color:var(--oa);border-radius:1.1rem 1.1rem .35rem;white-space:pre-wrap}
.said>*{margin:0}.said>*+*{margin-top:.5rem}
.said ul,.said ol{padding-left:1.4rem}
.note:empty{display:none}
.nudge .said{border-color:var(--a)}
.label,.name{display:flex;gap:.4rem;font-weight:600}.label{font-size:.85rem;color:var(--a)}
.group{display:flex;flex-wrap:wrap;gap:.5rem}
button{font:inherit;cursor:pointer;min-height:2.5rem;border-radius:1.25rem;border:1px solid;background:var(--s);color:var(--a);padding:.3rem 1rem}
button:hover{background:color-mix(in srgb,var(--a) 12%,var(--s))}
.primary{background:var(--a);color:var(--oa);border-color:var(--a)}
.primary:hover{background:var(--a);filter:brightness(1.15)}
.danger{color:var(--c)}
.pressed{border-style:dashed}
.small{min-height:2rem;padding:.1rem .75rem;font-size:.9rem}
:focus-visible{outline:3px solid var(--a);outline-offset:1px}
.card{border:1px solid var(--l);border-radius:.9rem;overflow:hidden;width:100%;min-width:min(24rem,70vw)}
.card p{margin:0;padding:.6rem 1rem;font-weight:650;background:var(--r);border-bottom:1px solid var(--l)}
.card ul,.card dl{list-style:none;margin:0;padding:0}
.item{padding:.65rem 1rem}.item+.item{border-top:1px solid var(--l)}
.detail,dt{color:var(--m)}.item .group{margin-top:.5rem}
dl .item{display:flex;flex-wrap:wrap;gap:.1rem 1rem;justify-content:space-between}
dd{margin:0;font-weight:550}
.preview{border:1px dashed var(--a)}
.critical{color:var(--c)}.warning{color:var(--w)}.info{color:var(--a)}
svg{flex:none;width:1.25rem;height:1.5em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
img{max-width:100%;height:auto;border-radius:.75rem}
.typing{min-height:1.5rem;padding:0 1.25rem;font-size:.9rem;color:var(--m)}
.alert{margin:.25rem 1.25rem;color:var(--c)}
.newer{position:absolute;left:50%;bottom:6.4rem;translate:-50%}
form{display:flex;gap:.6rem;align-items:flex-end;padding:.4rem 1.25rem 1.1rem}
textarea{flex:1;min-width:0;font:inherit;color:inherit;background:var(--s);border:1px solid var(--m);border-radius:1.4rem;padding:.6rem 1.1rem;resize:none;min-height:2.8rem;max-height:9rem;field-sizing:content}
textarea::placeholder{color:var(--m);opacity:1}
form button{width:2.8rem;height:2.8rem;padding:0;border-radius:50%;display:grid;place-items:center}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:30rem){.log,form,header{padding-inline:.9rem}}
@media (prefers-reduced-motion:no-preference){.msg{animation:come .18s ease-out}@keyframes come{from{opacity:0;translate:0 .4rem}}}
`);

/** An element with properties, classes and children; strings become text. */
function make(tag, props = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (name === "onclick") node.onclick = value;
		else if (value != null) node.setAttribute(name, value);
	}
	node.append(...children.filter(Boolean));
	return node;
}

function icon(name) {
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

/** Reads or writes. In private windows and on full disks nothing is kept: it lives as long as the page. */
function stored(key, value) {
	try {
		if (value === undefined) return JSON.parse(localStorage[key] ?? null);
		localStorage[key] = JSON.stringify(value);
	} catch {}
}

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

class PolluxChat extends HTMLElement {
	#parts;
	#socket;
	#seen = 0; // number of the last entry shown
	#fresh = true; // nothing shown yet: what comes is history
	#historyEnd = 0;
	#ready = false;
	#outbox = [];
	#outboxKey = "";
	#here;
	#tries = 0;
	#timers = {};
	#shownAt = 0;

	connectedCallback() {
		this.#parts ??= this.#build();
		this.server = new URL(`${this.getAttribute("server") ?? new URL(".", import.meta.url)}/`.replace(/\/+$/, "/"), location).href;
		const home = `pollux:${this.server}`;
		this.conversation = this.getAttribute("conversation") || stored(`${home}:conversation`) || `web-${newId()}`;
		if (!this.hasAttribute("conversation")) stored(`${home}:conversation`, this.conversation);
		this.#outboxKey = `${home}:${this.conversation}:outbox`;
		this.#outbox = stored(this.#outboxKey) ?? this.#outbox;
		this.#here = new AbortController();
		for (const type of ["online", "offline", "focus"]) addEventListener(type, () => this.#look(), this.#here);
		this.#connect();
	}

	disconnectedCallback() {
		this.#here.abort();
		Object.values(this.#timers).forEach(clearTimeout);
		const socket = this.#socket;
		this.#socket = null;
		socket?.close();
	}

	/** Says a text on the person's behalf. */
	send(text) {
		if (text.trim()) this.#post({ message_id: newId(), text: text.trim() });
	}

	/** Presses a button by its id; `title` is what is shown as said. */
	press(action, title) {
		this.#post({ message_id: newId(), action, title });
	}

	focus() {
		this.#parts.input.focus();
	}

	#build() {
		const root = this.attachShadow({ mode: "open" });
		root.adoptedStyleSheets = [SHEET];
		const heading = this.getAttribute("heading") ?? "Pollux";
		const parts = {
			line: make("span", { class: "line", role: "status" }),
			empty: make("div", { class: "empty", hidden: "" }, make("slot", { name: "empty" }, WORDS.empty)),
			log: make("div", { class: "log", role: "log", tabindex: 0, "aria-label": WORDS.log, "aria-live": "off" }),
			typing: make("div", { class: "typing", role: "status" }),
			alert: make("div", { class: "alert", role: "alert" }),
			input: make("textarea", { rows: 1, "aria-label": WORDS.input, placeholder: WORDS.input, maxlength: 4000 }),
			newer: make("button", { class: "newer small", hidden: "", onclick: () => this.#toEnd() }, WORDS.newer),
		};
		parts.log.append(parts.empty);
		const form = make("form", {}, parts.input, make("button", { class: "primary", "aria-label": WORDS.send }, icon("send")));
		form.onsubmit = (event) => {
			event.preventDefault();
			this.send(parts.input.value);
			parts.input.value = "";
			parts.input.focus();
		};
		parts.input.onkeydown = (event) => {
			if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
			event.preventDefault();
			form.requestSubmit();
		};
		parts.log.onscroll = () => this.#nearEnd() && (parts.newer.hidden = true);
		const { line, log, newer, typing, alert } = parts;
		const header = make("header", {}, make("strong", {}, heading), line);
		root.append(make("section", { class: "frame", "aria-label": heading }, header, log, newer, typing, alert, form));
		return parts;
	}

	// --- the connection

	#connect() {
		clearTimeout(this.#timers.retry);
		const url = new URL("api/v1/ws/chat", this.server);
		url.protocol = url.protocol.replace("http", "ws");
		url.search = new URLSearchParams({ conversation: this.conversation, after: this.#seen });
		const token = this.getAttribute("token");
		const socket = new WebSocket(url, token ? ["pollux", `bearer.${token}`] : []);
		this.#socket = socket;
		socket.onmessage = (event) => socket === this.#socket && this.#hear(JSON.parse(event.data));
		socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
		this.#showLine();
		clearInterval(this.#timers.ping);
		this.#timers.ping = setInterval(() => this.#probe(), PING_MS);
	}

	/** Gives up a connection that is open in name only. */
	#probe() {
		const socket = this.#socket;
		if (this.#ready) this.#transmit({ ping: 1 });
		this.#timers.silent ??= setTimeout(() => {
			if (socket !== this.#socket) return;
			this.#lost();
			socket.close();
		}, SILENT_MS);
	}

	#lost(code) {
		this.#socket = null;
		this.#ready = false;
		clearInterval(this.#timers.ping);
		const wait = Math.min(30_000, 500 * 2 ** this.#tries++) * (0.7 + Math.random() * 0.6) + (code === 1013 ? BUSY_MS : 0);
		clearTimeout(this.#timers.retry);
		this.#timers.retry = setTimeout(() => this.#connect(), wait);
		this.#showLine();
	}

	/** The network or the person came back: no need to wait for the next try. */
	#look() {
		if (!this.#socket) this.#connect();
		else if (this.#ready) this.#probe();
	}

	#showLine() {
		const { line } = this.#parts;
		const state = this.#ready ? "connected" : !navigator.onLine ? "offline" : this.#tries ? "lost" : "connecting";
		line.className = `line ${state}`;
		if (line.textContent !== WORDS[state]) line.textContent = WORDS[state];
		this.#showThinking();
	}

	#showThinking() {
		clearTimeout(this.#timers.typing);
		const thinking = this.#ready && this.#outbox.length > 0;
		this.#timers.typing = setTimeout(() => (this.#parts.typing.textContent = thinking ? WORDS.thinking : ""), thinking ? 250 : 0);
	}

	// --- what the server says

	#hear(frame) {
		this.#timers.silent = clearTimeout(this.#timers.silent);
		if (frame.hello) this.#greeted(frame.hello);
		else if (frame.error) this.#refused(frame);
		else if (frame.seq) this.#entry(frame);
	}

	#greeted({ last, missed, reset }) {
		this.#tries = 0;
		if (reset) {
			this.#seen = 0;
			this.#fresh = true;
			this.#parts.log.replaceChildren(this.#parts.empty);
		}
		this.#historyEnd = last;
		if (!missed) this.#caughtUp();
	}

	/** Everything missed has come: now what waits can be sent, and new entries are announced. */
	#caughtUp() {
		this.#ready = true;
		for (const message of this.#outbox) {
			if (this.#fresh) this.#showMine(message, true);
			this.#transmit(message);
		}
		if (this.#fresh) {
			this.#fresh = false;
			this.#toEnd();
			// Only after the history has been drawn: turning the live region on earlier would read it all out.
			setTimeout(() => this.#parts.log.setAttribute("aria-live", "polite"), 100);
		}
		this.#parts.empty.hidden = Boolean(this.#parts.log.querySelector(".msg"));
		this.#showLine();
	}

	#entry(entry) {
		if (entry.replies) this.#settle(entry.message_id);
		if (entry.seq <= this.#seen) return;
		this.#seen = entry.seq;
		if (entry.at && !this.#bubble(entry.message_id)) this.#showTime(new Date(entry.at));
		if (entry.person) this.#showMine({ message_id: entry.message_id, ...entry.person }, false);
		for (const reply of entry.replies ?? []) this.#showReply(reply, entry);
		if (!this.#ready && entry.seq >= this.#historyEnd) this.#caughtUp();
		this.dispatchEvent(new CustomEvent("pollux-message", { detail: entry }));
	}

	#refused({ error, message_id: id }) {
		if (["slow_down", "busy"].includes(error.code)) {
			clearTimeout(this.#timers.slow);
			this.#timers.slow = setTimeout(() => this.#ready && this.#outbox.forEach((m) => this.#transmit(m)), BUSY_MS);
		} else if (id) {
			const message = this.#outbox.find((m) => m.message_id === id);
			const bubble = this.#bubble(id);
			const retry = () => this.#post({ ...message, message_id: newId() });
			this.#settle(id);
			bubble?.lastChild.replaceChildren(WORDS.failed, " ", make("button", { class: "small", onclick: retry }, WORDS.again));
		}
		this.#parts.alert.textContent = [error.message, error.hint].filter(Boolean).join(" ");
	}

	// --- what the person says

	#post(message) {
		this.#keep([...this.#outbox, message].slice(-UNSENT));
		this.#parts.alert.textContent = "";
		this.#showTime(new Date());
		this.#showMine(message, true);
		this.#toEnd();
		if (this.#ready) this.#transmit(message);
		this.#showThinking();
	}

	#transmit(message) {
		this.#socket.send(JSON.stringify(message));
	}

	#settle(id) {
		if (!id) return;
		this.#keep(this.#outbox.filter((m) => m.message_id !== id));
		const bubble = this.#bubble(id);
		bubble?.classList.remove("unsent");
		bubble?.lastChild.replaceChildren();
		this.#showThinking();
	}

	#keep(outbox) {
		this.#outbox = outbox;
		stored(this.#outboxKey, outbox);
	}

	// --- drawing

	#bubble(id) {
		return id ? this.#parts.log.querySelector(`[data-id="${CSS.escape(id)}"]`) : null;
	}

	#showMine({ message_id: id, text, title, action }, unsent) {
		if (this.#bubble(id)) return;
		const note = make("span", { class: "note" }, unsent && WORDS.sending);
		const said = make("div", { class: "said" }, make("span", { class: "sr" }, WORDS.you, " "), text || title || action);
		// The person knows what they said: it is not read out again.
		this.#append(make("div", { class: unsent ? "msg me unsent" : "msg me", "data-id": id, "aria-live": "off" }, said, note));
	}

	/** Says when it is, where a while has passed since the last message. */
	#showTime(at) {
		if (!(at - this.#shownAt >= PAUSE_MS)) return;
		this.#parts.log.append(make("time", { class: "when" }, at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" })));
		this.#shownAt = at;
	}

	#showReply(reply, entry) {
		const [before, after] = reply.card ? around(reply.text, reply.card) : [reply.text, ""];
		const said = (text) => text && make("div", { class: "said" }, ...prose(text));
		const nudge = entry.pushed || reply.nudge;
		const label = nudge ? make("span", { class: "label" }, icon("bell"), WORDS.unasked) : make("span", { class: "sr" }, WORDS.bot);
		const parts = [label, said(before), reply.card && this.#card(reply.card), said(after)];
		parts.push(reply.image && this.#image(reply.image), reply.buttons.length && this.#buttons(reply.buttons));
		this.#append(make("div", { class: nudge ? "msg nudge" : "msg" }, ...parts));
	}

	#buttons(buttons, about) {
		const one = ({ id, title, style }) => {
			const press = () => {
				button.classList.add("pressed");
				this.press(id, title);
				if (!matchMedia("(pointer: coarse)").matches) this.focus(); // on a touch screen a keyboard would pop up
			};
			const button = make("button", { class: about ? "small" : style, "aria-label": about && `${title}: ${about}`, onclick: press }, title);
			return button;
		};
		return make("div", { class: "group", role: "group", "aria-label": about ?? WORDS.choices }, ...buttons.map(one));
	}

	#card({ kind, title, items = [] }) {
		const part = (tag, name, ...children) => make(tag, { class: name }, ...children);
		const mark = ({ severity: level }) => WORDS[level] && part("span", level, icon(level), part("span", "sr", `${WORDS[level]}: `));
		const actions = ({ title, buttons }) => buttons?.length && this.#buttons(buttons, title);
		const row = (item) => part("li", "item", part("div", "name", mark(item), item.title), part("div", "detail", item.detail), actions(item));
		const fact = (item) => part("div", "item", make("dt", {}, item.title), make("dd", {}, item.detail, actions(item)));
		const body = kind === "list" ? make("ul", {}, ...items.map(row)) : make("dl", {}, ...items.map(fact));
		return part("div", `card ${kind}`, title && make("p", {}, title), body);
	}

	/** Pictures of this Pollux only: an address elsewhere would tell others that it is being looked at. */
	#image({ url, alt }) {
		const at = new URL(url, this.server);
		const own = at.origin === new URL(this.server).origin || url.startsWith("data:image/");
		return own && make("img", { src: at, alt: alt ?? "" });
	}

	#nearEnd() {
		const { log } = this.#parts;
		return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
	}

	#append(node) {
		const { log, empty, newer } = this.#parts;
		const follow = this.#nearEnd() || this.#fresh;
		empty.hidden = true;
		log.append(node);
		// Of a reply that does not fit, the beginning is shown.
		if (follow) log.scrollTop = node.offsetHeight > log.clientHeight ? node.offsetTop - 16 : log.scrollHeight;
		else newer.hidden = false;
	}

	#toEnd() {
		this.#parts.log.scrollTop = this.#parts.log.scrollHeight;
		this.#parts.newer.hidden = true;
	}
}

customElements.get("pollux-chat") ?? customElements.define("pollux-chat", PolluxChat);
