/**
 * <pollux-chat server="http://host:8080" conversation="…" token="…" heading="Pollux">: a chat in any page.
 *
 * What is said is shown as text, never as markup. The server numbers what it says: after a break the chat asks for
 * what came after the last it has shown; what the person said meanwhile waits in an outbox until it is answered.
 */
import { newId, stored } from "./pollux-chat-memory.js";
import { SHEET } from "./pollux-chat-style.js";
import { WORDS, drawMine, drawReply, icon, make, redraw } from "./pollux-chat-view.js";

const PING_MS = 20_000;
const SILENT_MS = 5_000;
const BUSY_MS = 4_000;
const UNSENT = 50;
const PAUSE_MS = 600_000;

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
	#microphone;

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
		document.addEventListener("visibilitychange", () => this.#watch(), this.#here);
		this.#connect();
	}

	disconnectedCallback() {
		this.#here.abort();
		Object.values(this.#timers).forEach(clearTimeout);
		const socket = this.#socket;
		this.#socket = null;
		socket?.close();
	}

	/** Says a text on the person's behalf, with what is to be known of it; the id that its answer will bear. */
	send(text, known = {}) {
		return text.trim() ? this.#post({ message_id: newId(), text: text.trim(), ...known }) : null;
	}

	/** Presses a button by its id; `title` is what is shown as said. */
	press(action, title) {
		this.#post({ message_id: newId(), action, title });
	}

	focus = () => this.#parts.input.focus();

	/** What voice needs is loaded once somebody speaks. */
	#speak = async () => (this.#microphone ??= new (await import("./pollux-chat-voice.js")).Microphone(this, this.#parts)).press();

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
		parts.mic = make("button", { type: "button", "aria-pressed": false, "aria-label": WORDS.speak, onclick: this.#speak }, icon("mic"));
		const form = make("form", {}, parts.input, parts.mic, make("button", { class: "primary", "aria-label": WORDS.send }, icon("send")));
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
		const header = make("header", {}, make("strong", {}, heading), parts.line);
		root.append(make("section", { class: "frame", "aria-label": heading }, header, parts.log, parts.newer, parts.typing, parts.alert, form));
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

	/** Whoever does not look is reached another way. */
	#watch() {
		if (this.#ready) this.#transmit({ watching: !document.hidden });
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
		if (document.hidden) this.#watch();
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
		for (const reply of entry.replies ?? []) this.#append(drawReply(reply, entry.pushed || reply.nudge, this, entry.seq));
		if (entry.edit) redraw(this.#parts.log, entry.edit, this);
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
		return message.message_id;
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
		if (!this.#bubble(id)) this.#append(drawMine(id, text || title || action, unsent));
	}

	/** Says when it is, where a while has passed since the last message. */
	#showTime(at) {
		if (!(at - this.#shownAt >= PAUSE_MS)) return;
		this.#parts.log.append(make("time", { class: "when" }, at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" })));
		this.#shownAt = at;
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
