/** What the chat remembers in this browser. */

/** Reads or writes. In private windows and on full disks nothing is kept: it lives as long as the page. */
export function stored(key, value) {
	try {
		if (value === undefined) return JSON.parse(localStorage[key] ?? null);
		localStorage[key] = JSON.stringify(value);
	} catch {}
}

export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
