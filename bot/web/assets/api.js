/** Requests to this Pollux, with the token that was given on this page. */

const REQUEST_MS = 10_000;
const KEY = "pollux:token";
let token = "";
try {
  token = sessionStorage.getItem(KEY) ?? "";
} catch {
  // Without storage the token lasts as long as the page.
}

export const givenToken = () => token;

export function giveToken(given) {
  token = given;
  try {
    sessionStorage.setItem(KEY, given);
  } catch {
    // As above.
  }
}

/** As fetch; a request ends after a while unless it has a signal of its own (null: never). */
export function ask(path, options = {}) {
  const headers = { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) };
  return fetch(path, { signal: AbortSignal.timeout(REQUEST_MS), ...options, headers });
}

/** The same with a JSON object as its body. */
export function send(method, path, document) {
  return ask(path, { method, body: JSON.stringify(document), headers: { "Content-Type": "application/json" } });
}
