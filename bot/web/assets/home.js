/** The page around the chat: what is most critical now and which twins there are, live. */

import { ask, giveToken, givenToken } from "./api.js";

const POLL_MS = 15_000;
const SETTLE_MS = 400; // many events at once are one refresh
const RETRY_MS = 5_000;
const SHOWN_CONCERNS = 8;
const SHOWN_TWINS = 60;
const SEVERITY = { critical: "Critical", warning: "Warning", info: "Note" };

const chat = document.getElementById("chat");
const door = document.getElementById("door");
const shown = new Map(); // element id -> what it shows, to leave untouched what did not change

/** An element with attributes and children; strings become text. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

function say(text) {
  chat.send(text);
  chat.scrollIntoView({ block: "nearest" });
  chat.focus();
}

function press(action) {
  chat.press(action.id, action.title);
  chat.scrollIntoView({ block: "nearest" });
}

async function get(path, options) {
  const response = await ask(path, options);
  if (response.status === 401) door.hidden = false;
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response;
}

/** Shows nodes in an element, only if `value` differs from before; the focused control keeps the focus. */
function show(id, value, draw) {
  const text = JSON.stringify(value);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  const place = document.getElementById(id);
  const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  place.replaceChildren(...[draw(value)].flat());
  if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function concern(item) {
  const actions = [...item.actions];
  if (!actions.some((a) => a.id.startsWith("why:"))) actions.unshift({ id: `why:${item.id}`, title: "Why?" });
  const button = (action) =>
    make("button", { type: "button", "data-key": action.id, "aria-label": `${action.title} ${item.title}`, onclick: () => press(action) }, action.title);
  return make(
    "li",
    { class: `concern ${item.severity}` },
    make("span", { class: "tag" }, SEVERITY[item.severity] ?? item.severity, item.status === "acknowledged" ? " · acknowledged" : ""),
    make("h3", {}, item.title),
    item.why.length ? make("ul", {}, ...item.why.slice(0, 3).map((reason) => make("li", {}, reason))) : "",
    make("div", { class: "actions" }, ...actions.map(button)),
  );
}

function concerns({ items, total, twins }) {
  if (!items.length) {
    return twins
      ? make("p", { class: "fine" }, "Nothing needs you now.")
      : make("p", { class: "quiet" }, "Nothing yet: without twins there is nothing to watch.");
  }
  const more = total > items.length && make("p", { class: "quiet" }, `${total - items.length} more: ask for the whole list.`);
  return [make("ol", { class: "list" }, ...items.map(concern)), more].filter(Boolean);
}

function twinList({ items, total, candidates }) {
  if (!items.length) return firstSteps(candidates);
  const places = new Map();
  for (const twin of items) places.set(twin.place ?? "", [...(places.get(twin.place ?? "") ?? []), twin]);
  const row = (twin) =>
    make(
      "button",
      { type: "button", class: "twin", "data-key": twin.id, onclick: () => say(`how is ${twin.name}?`) },
      make("span", { class: "name" }, twin.name),
      make("span", { class: "kind" }, twin.type.replaceAll("_", " ") + (twin.status === "active" ? "" : ` · ${twin.status}`)),
    );
  const groups = [...places].map(([place, twins]) => make("div", { class: "place" }, make("h3", {}, place || "No place yet"), ...twins.map(row)));
  if (candidates) groups.unshift(found(candidates));
  if (total > items.length) groups.push(make("p", { class: "quiet" }, `${total - items.length} more: ask "list my twins".`));
  return groups;
}

function found(candidates) {
  const text = candidates === 1 ? "One device announced itself and has no twin yet." : `${candidates} devices announced themselves and have no twin yet.`;
  const ask = () => say("which devices did you find?");
  return make("div", { class: "start place" }, make("p", {}, text), make("button", { type: "button", "data-key": "found", onclick: ask }, "Which devices did you find?"));
}

function firstSteps(candidates) {
  if (candidates) return found(candidates);
  const steps = [
    make("li", {}, "Let your devices announce themselves over MQTT, as they do for Home Assistant (Zigbee2MQTT, Tasmota, ESPHome and Shelly know how)."),
    make("li", {}, "No devices at hand? ", make("code", {}, "make demo"), " brings a small house and plant."),
    make("li", {}, "Then answer two or three questions, and ask what needs you."),
  ];
  return make("div", { class: "start" }, make("p", {}, "No twins yet. This is how the first one comes about:"), make("ol", {}, ...steps));
}

async function candidateCount() {
  try {
    return (await (await get("api/v1/candidates")).json()).length;
  } catch {
    return 0;
  }
}

async function refresh() {
  const state = document.getElementById("state");
  try {
    const [critical, twins, candidates] = await Promise.all([
      get(`api/v1/critical?limit=${SHOWN_CONCERNS}`).then((r) => r.json()),
      get(`api/v1/twins?limit=${SHOWN_TWINS}`).then((r) => r.json()),
      candidateCount(),
    ]);
    const total = twins.total ?? twins.items.length;
    // Ages inside the reasons change with the clock; `as_of` itself is no reason to draw again.
    show("critical-list", { items: critical.items, total: critical.total ?? critical.items.length, twins: total }, concerns);
    show("twin-list", { items: twins.items, total, candidates }, twinList);
    document.getElementById("twin-count").textContent = total || "";
    const at = new Date(critical.as_of);
    state.textContent = `As of ${at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    door.hidden = true;
  } catch {
    state.textContent = door.hidden ? "Pollux does not answer; these lists may be old." : "";
  }
}

let pending = 0;
function refreshSoon() {
  pending ||= setTimeout(() => {
    pending = 0;
    refresh();
  }, SETTLE_MS);
}

/** Listens to the live stream for as long as the page is open. Read by hand: EventSource cannot send a token. */
async function follow() {
  for (;;) {
    try {
      const reader = (await get("api/v1/stream", { signal: null })).body.pipeThrough(new TextDecoderStream()).getReader();
      for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
        if (value.includes("data:")) refreshSoon();
      }
    } catch {
      // The stream is a comfort: polling goes on without it.
    }
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
  }
}

function open(token) {
  giveToken(token);
  chat.setAttribute("token", token);
  const home = chat.parentElement;
  home.append(home.removeChild(chat)); // connects again, now with the token
  refresh();
}

document.addEventListener("click", (event) => {
  const text = event.target.closest("[data-say]")?.dataset.say;
  if (text) say(text);
});
door.addEventListener("submit", (event) => {
  event.preventDefault();
  open(document.getElementById("token").value.trim());
});
document.addEventListener("visibilitychange", () => document.hidden || refreshSoon());
chat.addEventListener("pollux-message", refreshSoon);
if (givenToken()) chat.setAttribute("token", givenToken());
setInterval(() => document.hidden || refresh(), POLL_MS);
refresh();
follow();
