/**
 * <pollux-chat server="http://host:8080" conversation="…" token="…" heading="Pollux">: a chat with Pollux.
 *
 * One script tag embeds it in any page. Everything that is said is shown as text, never as markup. Entries are
 * numbered by the server: after a break the chat asks for what came after the last one it has shown, and what the
 * person said meanwhile waits in an outbox until it is answered.
 * Colours: --pollux-accent, --pollux-on-accent, --pollux-surface, --pollux-raised, --pollux-text, --pollux-muted.
 */
const WORDS = {
  heading: "Pollux",
  log: "Conversation",
  placeholder: "Message Pollux",
  send: "Send",
  you: "You said:",
  bot: "Pollux said:",
  unasked: "Pollux speaks up",
  choices: "Choices",
  empty: "Ask, for example: what's most critical today?",
  thinking: "Pollux is thinking …",
  newer: "New messages",
  again: "Try again",
  sending: "Sending …",
  waiting: "Waiting for the connection",
  failed: "Not sent",
  connecting: "Connecting …",
  connected: "Connected",
  offline: "You are offline. Messages are kept and sent when the connection is back.",
  lost: "No connection to Pollux. Trying again; messages are kept.",
  severity: { critical: "Critical", warning: "Warning", info: "Note" },
};
const ICONS = {
  send: "M4 12h14M12 5l7 7-7 7",
  down: "M12 5v14M5 12l7 7 7-7",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
  critical: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.4v.2",
  warning: "M12 3.5 22 20.5H2zM12 10v4.5M12 17.4v.2",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.6v.2",
};
const PING_MS = 20_000;
const SILENT_MS = 45_000;
const BACKOFF_MS = [500, 30_000];
const BUSY_MS = 4_000;
const KEPT_UNSENT = 50;

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host{--a:var(--pollux-accent,light-dark(#4549c9,#a5abff));--oa:var(--pollux-on-accent,light-dark(#fff,#11131f));
--s:var(--pollux-surface,light-dark(#fff,#14161f));--r:var(--pollux-raised,light-dark(#f1f3f9,#20242f));
--t:var(--pollux-text,light-dark(#1b2030,#e9ebf3));--m:var(--pollux-muted,light-dark(#586076,#a8b0c3));
--l:light-dark(#d9deea,#363c4c);--c:light-dark(#b3261e,#ffb4ab);--w:light-dark(#8a5300,#f5c26b);
display:block;height:34rem;min-height:16rem;color:var(--t);background:var(--s);color-scheme:light dark;
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box}
.frame{height:100%;display:flex;flex-direction:column;position:relative}
header{display:flex;align-items:center;gap:.6rem;padding:.75rem 1.25rem;border-bottom:1px solid var(--l)}
header strong{font-weight:650}
.line{display:flex;align-items:center;gap:.45rem;margin-left:auto;font-size:.85rem;color:var(--m);text-align:right}
.line::before{content:"";flex:none;width:.6rem;height:.6rem;border-radius:50%;border:2px solid var(--w)}
.line.connected::before{background:#2c8a57;border-color:#2c8a57}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:1.25rem;display:flex;flex-direction:column;gap:.9rem;scroll-padding:1rem}
.log>:first-child{margin-top:auto}
.empty{color:var(--m);margin:auto;text-align:center;max-width:34rem;padding:1rem}
.msg{max-width:min(42rem,88%);display:flex;flex-direction:column;gap:.5rem;align-items:flex-start}
.said{background:var(--r);border-radius:.35rem 1.1rem 1.1rem 1.1rem;padding:.65rem 1rem;overflow-wrap:anywhere}
.me{align-self:flex-end;align-items:flex-end}
.me .said{background:var(--a);color:var(--oa);border-radius:1.1rem 1.1rem .35rem 1.1rem;white-space:pre-wrap}
.me.unsent .said{opacity:.75}
.said p,.said ul,.said ol{margin:0}.said>*+*{margin-top:.5rem}
.said ul,.said ol{padding-left:1.4rem}.said li+li{margin-top:.2rem}
.note,time{font-size:.8rem;color:var(--m)}
.nudge .said{border:1px solid var(--a)}
.label{display:flex;gap:.35rem;align-items:center;font-size:.85rem;font-weight:600;color:var(--a)}
.group{display:flex;flex-wrap:wrap;gap:.5rem}
button{font:inherit;color:inherit;cursor:pointer;min-height:2.5rem;border-radius:1.25rem;border:1px solid var(--a);background:transparent;color:var(--a);padding:.3rem 1rem;text-align:left;overflow-wrap:anywhere}
button:hover{background:color-mix(in srgb,var(--a) 12%,transparent)}
button.primary,button[type=submit]{background:var(--a);color:var(--oa)}
button.primary:hover,button[type=submit]:hover{background:color-mix(in srgb,var(--a) 85%,var(--t))}
button.danger{border-color:var(--c);color:var(--c)}
button.pressed{border-style:dashed}
.small{min-height:2rem;padding:.1rem .75rem;font-size:.9rem}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}
.card{border:1px solid var(--l);border-radius:.9rem;overflow:hidden;width:100%;min-width:min(20rem,75vw)}
.card>.title{margin:0;padding:.6rem 1rem;font-weight:650;background:var(--r)}
.card ul{list-style:none;margin:0;padding:0}
.card li,.card dl>div{padding:.65rem 1rem;border-top:1px solid var(--l)}
.card>:first-child,.card>ul:first-child>li:first-child{border-top:0}
.card li .name{display:flex;gap:.5rem;font-weight:600}
.card .detail{color:var(--m)}.card .group{margin-top:.5rem}
.card dl{margin:0}.card dl>div{display:flex;flex-wrap:wrap;gap:.1rem 1rem;justify-content:space-between}
.card dt{color:var(--m)}.card dd{margin:0;font-weight:550;overflow-wrap:anywhere}
.preview{border-style:dashed;border-color:var(--a)}
.critical{color:var(--c)}.warning{color:var(--w)}.info{color:var(--a)}
svg{flex:none;width:1.25rem;height:1.25rem;margin-top:.12rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
img{max-width:100%;height:auto;border-radius:.75rem}
.typing{min-height:1.5rem;padding:0 1.25rem;font-size:.9rem;color:var(--m)}
.alert{margin:.25rem 1.25rem;color:var(--c)}.alert:empty{display:none}
.newer{position:absolute;left:50%;bottom:6.4rem;translate:-50%;display:flex;gap:.4rem;background:var(--s);box-shadow:0 2px 10px #0004}
form{display:flex;gap:.6rem;align-items:flex-end;padding:.5rem 1.25rem 1.1rem}
textarea{flex:1;min-width:0;font:inherit;color:inherit;background:var(--s);border:1px solid var(--m);border-radius:1.4rem;padding:.6rem 1.1rem;resize:none;min-height:2.8rem;max-height:9rem;field-sizing:content}
textarea::placeholder{color:var(--m);opacity:1}
button[type=submit]{width:2.8rem;height:2.8rem;padding:0;border-radius:50%;display:grid;place-items:center}button[type=submit] svg{margin:0}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:30rem){.log,form{padding-inline:.9rem}header{padding-inline:.9rem}}
@media (prefers-reduced-motion:no-preference){.msg{animation:come .18s ease-out}@keyframes come{from{opacity:0;translate:0 .4rem}}}
@media (forced-colors:active){.said,button{border:1px solid}}
`);

/** An element with properties, classes and children; strings become text. */
function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
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
  let open = null;
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

function stored(key, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full disks: what is kept then lives as long as the page.
  }
  return null;
}

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

class PolluxChat extends HTMLElement {
  #parts = null;
  #socket = null;
  #seen = 0; // number of the last entry shown
  #fresh = true; // nothing shown yet: what comes is history
  #historyEnd = 0;
  #ready = false;
  #outbox = [];
  #tries = 0;
  #timers = {};
  #heardAt = 0;

  connectedCallback() {
    this.#parts ??= this.#build();
    const base = this.getAttribute("server") || new URL(".", import.meta.url).href;
    this.server = new URL(base.endsWith("/") ? base : `${base}/`, location.href).href;
    const home = `pollux:${this.server}`;
    this.conversation = this.getAttribute("conversation") || stored(`${home}:conversation`) || `web-${newId()}`;
    if (!this.hasAttribute("conversation")) stored(`${home}:conversation`, this.conversation);
    this.outboxKey = `${home}:${this.conversation}:outbox`;
    this.#outbox = stored(this.outboxKey) ?? this.#outbox;
    addEventListener("online", this.#retryNow);
    addEventListener("offline", this.#showLine);
    document.addEventListener("visibilitychange", this.#retryNow);
    this.#connect();
  }

  disconnectedCallback() {
    removeEventListener("online", this.#retryNow);
    removeEventListener("offline", this.#showLine);
    document.removeEventListener("visibilitychange", this.#retryNow);
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
    const heading = this.getAttribute("heading") || WORDS.heading;
    const parts = {
      line: make("span", { class: "line", role: "status" }),
      empty: make("div", { class: "empty", hidden: true }, make("slot", { name: "empty" }, WORDS.empty)),
      log: make("div", { class: "log", role: "log", tabindex: 0, "aria-label": WORDS.log, "aria-live": "off" }),
      typing: make("div", { class: "typing", role: "status" }),
      alert: make("div", { class: "alert", role: "alert" }),
      input: make("textarea", { rows: 1, "aria-label": WORDS.placeholder, placeholder: WORDS.placeholder, maxlength: 20000, enterkeyhint: "send" }),
      newer: make("button", { type: "button", class: "newer small", hidden: true, onclick: () => this.#scroll(true) }, icon("down"), WORDS.newer),
    };
    parts.log.append(parts.empty);
    const submit = make("button", { type: "submit", "aria-label": WORDS.send }, icon("send"));
    const form = make("form", { onsubmit: (e) => (e.preventDefault(), this.#submit()) }, parts.input, submit);
    parts.input.addEventListener("keydown", (e) => {
      if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
      e.preventDefault();
      this.#submit();
    });
    parts.log.addEventListener("scroll", () => this.#nearEnd() && (parts.newer.hidden = true));
    this.addEventListener("click", (e) => {
      const say = e.target.closest?.("[data-say]")?.dataset.say;
      if (say) this.send(say);
    });
    const header = make("header", {}, make("strong", {}, heading), parts.line);
    root.append(make("section", { class: "frame", "aria-label": heading }, header, parts.log, parts.newer, parts.typing, parts.alert, form));
    return parts;
  }

  // --- the connection

  #connect() {
    clearTimeout(this.#timers.retry);
    this.#ready = false;
    const url = new URL("api/v1/ws/chat", this.server);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ conversation: this.conversation, after: this.#seen });
    const token = this.getAttribute("token");
    const socket = new WebSocket(url, token ? ["pollux", `bearer.${token}`] : []);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onmessage = (event) => socket === this.#socket && this.#hear(JSON.parse(event.data));
    socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
    this.#showLine();
    clearInterval(this.#timers.ping);
    this.#timers.ping = setInterval(() => {
      if (Date.now() - this.#heardAt > SILENT_MS) this.#drop();
      else if (socket.readyState === WebSocket.OPEN) socket.send('{"ping":1}');
    }, PING_MS);
  }

  /** Gives up a connection that is open in name only. */
  #drop() {
    const socket = this.#socket;
    this.#lost(0);
    socket?.close();
  }

  #lost(code) {
    this.#socket = null;
    this.#ready = false;
    clearInterval(this.#timers.ping);
    const [first, most] = BACKOFF_MS;
    const wait = Math.min(most, first * 2 ** this.#tries++) * (0.7 + Math.random() * 0.6) + (code === 1013 ? BUSY_MS : 0);
    clearTimeout(this.#timers.retry);
    this.#timers.retry = setTimeout(() => this.#connect(), wait);
    this.#showLine();
  }

  #retryNow = () => {
    if (!this.#socket && !document.hidden) this.#connect();
    else this.#showLine();
  };

  #showLine = () => {
    const { line } = this.#parts;
    const state = this.#ready && navigator.onLine ? "connected" : !navigator.onLine ? "offline" : this.#tries ? "lost" : "connecting";
    line.className = `line ${state}`;
    if (line.textContent !== WORDS[state]) line.textContent = WORDS[state];
    for (const note of this.#parts.log.querySelectorAll(".unsent .note")) note.textContent = this.#ready ? WORDS.sending : WORDS.waiting;
    this.#showThinking();
    this.dispatchEvent(new CustomEvent("pollux-state", { detail: { state } }));
  };

  #showThinking() {
    clearTimeout(this.#timers.typing);
    const thinking = this.#ready && this.#outbox.length > 0;
    this.#timers.typing = setTimeout(() => (this.#parts.typing.textContent = thinking ? WORDS.thinking : ""), thinking ? 250 : 0);
  }

  // --- what the server says

  #hear(frame) {
    this.#heardAt = Date.now();
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
      this.#socket.send(JSON.stringify(message));
    }
    if (this.#fresh) {
      this.#fresh = false;
      this.#scroll(true);
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
    if (entry.person) this.#showMine({ message_id: entry.message_id, ...entry.person }, false);
    for (const reply of entry.replies ?? []) this.#showReply(reply, entry);
    if (!this.#ready && entry.seq >= this.#historyEnd) this.#caughtUp();
    this.dispatchEvent(new CustomEvent("pollux-message", { detail: entry }));
  }

  #refused({ error, message_id: id }) {
    if (["slow_down", "busy"].includes(error.code)) {
      clearTimeout(this.#timers.slow);
      this.#timers.slow = setTimeout(() => this.#ready && this.#outbox.forEach((m) => this.#socket.send(JSON.stringify(m))), BUSY_MS);
    } else if (id) {
      const message = this.#outbox.find((m) => m.message_id === id);
      this.#settle(id);
      const bubble = this.#bubble(id);
      const retry = () => (bubble.remove(), this.#post({ ...message, message_id: newId() }));
      bubble?.querySelector(".note")?.replaceChildren(WORDS.failed, " ", make("button", { type: "button", class: "small", onclick: retry }, WORDS.again));
    }
    this.#parts.alert.textContent = [error.message, error.hint].filter(Boolean).join(" ");
  }

  // --- what the person says

  #submit() {
    const { input } = this.#parts;
    this.send(input.value);
    input.value = "";
    input.focus();
  }

  #post(message) {
    this.#outbox = [...this.#outbox, message].slice(-KEPT_UNSENT);
    stored(this.outboxKey, this.#outbox);
    this.#parts.alert.textContent = "";
    this.#showMine(message, true);
    this.#scroll(true);
    if (this.#ready) this.#socket.send(JSON.stringify(message));
    this.#showThinking();
  }

  #settle(id) {
    if (!id) return;
    this.#outbox = this.#outbox.filter((m) => m.message_id !== id);
    stored(this.outboxKey, this.#outbox);
    this.#delivered(this.#bubble(id));
    this.#showThinking();
  }

  #delivered(bubble) {
    if (!bubble?.classList.contains("unsent")) return;
    bubble.classList.remove("unsent");
    bubble.querySelector(".note").textContent = "";
  }

  // --- drawing

  #bubble(id) {
    return id ? this.#parts.log.querySelector(`[data-id="${CSS.escape(id)}"]`) : null;
  }

  #showMine({ message_id: id, text, title, action }, unsent) {
    const known = this.#bubble(id);
    if (known) return unsent || this.#delivered(known);
    const note = make("span", { class: "note" }, unsent ? (this.#ready ? WORDS.sending : WORDS.waiting) : "");
    // The person knows what they said: it is not read out again.
    const said = make("div", { class: "said" }, make("span", { class: "sr" }, WORDS.you, " "), text || title || action || "…");
    this.#append(make("div", { class: `msg me${unsent ? " unsent" : ""}`, "data-id": id, "aria-live": "off" }, said, note));
  }

  #showReply(reply, entry) {
    const [before, after] = reply.card ? around(reply.text, reply.card) : [reply.text, ""];
    const said = (text) => text && make("div", { class: "said" }, ...prose(text));
    const nudge = entry.pushed || reply.nudge;
    const label = nudge ? make("span", { class: "label" }, icon("bell"), WORDS.unasked) : make("span", { class: "sr" }, WORDS.bot);
    const parts = [label, said(before), reply.card && this.#card(reply.card), said(after)];
    if (reply.image) parts.push(this.#image(reply.image));
    if (reply.buttons?.length) parts.push(this.#buttons(reply.buttons, WORDS.choices));
    if (entry.at && reply === entry.replies.at(-1)) {
      const at = new Date(entry.at);
      parts.push(make("time", { datetime: entry.at, title: at.toLocaleString() }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
    }
    this.#append(make("div", { class: `msg bot${nudge ? " nudge" : ""}` }, ...parts.filter(Boolean)));
  }

  #buttons(buttons, label, about) {
    const one = ({ id, title, style }) => {
      const press = (event) => {
        event.currentTarget.classList.add("pressed");
        this.press(id, title);
        if (!matchMedia("(pointer: coarse)").matches) this.focus(); // on a touch screen a keyboard would pop up
      };
      const kind = ["primary", "danger"].includes(style) ? style : "";
      return make("button", { type: "button", class: `${kind}${about ? " small" : ""}`, "aria-label": about && `${title}: ${about}`, onclick: press }, title);
    };
    return make("div", { class: "group", role: "group", "aria-label": about ? `${label}: ${about}` : label }, ...buttons.map(one));
  }

  #card({ kind, title, items = [] }) {
    const heading = title ? make("p", { class: "title" }, title) : null;
    const actions = (item) => (item.buttons?.length ? this.#buttons(item.buttons, WORDS.choices, item.title) : null);
    if (kind === "list") {
      const row = (item) => {
        const level = WORDS.severity[item.severity];
        const mark = level ? make("span", { class: item.severity }, icon(item.severity), make("span", { class: "sr" }, `${level}: `)) : null;
        return make("li", {}, make("div", { class: "name" }, mark, make("span", {}, item.title)), make("div", { class: "detail" }, item.detail ?? ""), actions(item));
      };
      return make("div", { class: "card" }, heading, make("ul", { "aria-label": title }, ...items.map(row)));
    }
    const fact = (item) => make("div", {}, make("dt", {}, item.title), make("dd", {}, item.detail ?? "", actions(item)));
    return make("div", { class: `card ${kind === "preview" ? "preview" : ""}` }, heading, make("dl", {}, ...items.map(fact)));
  }

  /** Pictures of this Pollux only: an address elsewhere would tell others that it is being looked at. */
  #image({ url, alt }) {
    const at = new URL(url, this.server);
    const own = at.origin === new URL(this.server).origin || /^data:image\/(png|jpeg|gif|webp|svg\+xml)/.test(url);
    return own ? make("img", { src: at.href, alt: alt ?? "" }) : null;
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
    if (follow) this.#scroll(false);
    else newer.hidden = false;
  }

  #scroll(all) {
    const { log, newer } = this.#parts;
    log.scrollTop = log.scrollHeight;
    if (all) newer.hidden = true;
  }
}

customElements.get("pollux-chat") ?? customElements.define("pollux-chat", PolluxChat);
