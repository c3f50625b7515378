/** Switching messages in this browser on and off (Push API), for when the page is closed. */

import { ask, send } from "./api.js";

const SUBSCRIPTIONS = "api/v1/push/subscriptions";
const button = document.getElementById("push-switch");
const said = document.getElementById("push-state");
const WORDS = {
  on: ["Switch off", "What cannot wait reaches you in this browser, also while this page is closed."],
  off: ["Switch on", "What cannot wait can reach you in this browser while this page is closed."],
};

/** Why this browser cannot; empty where it can. */
function hindrance() {
  if (!isSecureContext) return "Messages in this browser need the page over HTTPS, or on this machine itself.";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return "This browser takes no messages while the page is closed.";
  }
  if (Notification.permission === "denied") return "Messages of this page are blocked in the settings of this browser.";
  return "";
}

function show(state) {
  const [title, text] = WORDS[state];
  button.hidden = false;
  button.textContent = title;
  button.dataset.state = state;
  said.textContent = text;
}

async function subscribed() {
  const registration = await navigator.serviceWorker.getRegistration();
  return registration?.pushManager.getSubscription();
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("This browser was not allowed to show messages.");
  const { key } = await (await checked(ask("api/v1/push"))).json();
  await navigator.serviceWorker.register("push-worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe(); // it may be for a key that is no more
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await checked(send("POST", SUBSCRIPTIONS, made.toJSON()));
}

async function unsubscribe() {
  const made = await subscribed();
  if (!made) return;
  await checked(send("DELETE", SUBSCRIPTIONS, { endpoint: made.endpoint }));
  await made.unsubscribe();
}

async function checked(asked) {
  const response = await asked;
  if (response.ok) return response;
  const { detail } = await response.json().catch(() => ({}));
  throw new Error(detail ?? `Pollux answers HTTP ${response.status}.`);
}

async function toggle() {
  const on = button.dataset.state === "on";
  button.disabled = true;
  try {
    await (on ? unsubscribe() : subscribe());
    show(on ? "off" : "on");
  } catch (error) {
    said.textContent = hindrance() || `That did not work: ${error.message}`;
  }
  button.disabled = false;
}

/** Whoever uses this browser now is told here, even where the server has forgotten it. */
async function begin() {
  const made = await subscribed();
  if (made) await send("POST", SUBSCRIPTIONS, made.toJSON()).catch(() => {});
  show(made ? "on" : "off");
}

const reason = hindrance();
if (reason) said.textContent = reason;
else begin();
button.addEventListener("click", toggle);
