/** Speaking to a chat: what is recorded is heard by the server, and the answer to it is read out. */
import { WORDS } from "./pollux-chat-view.js";

const SAYS = {
	stop: "Stop recording",
	nothing: "I heard nothing. Press, speak, and press again.",
	unsure: "I am not sure that I heard this right. Send it if it is.",
	refused: "This page may not use the microphone. Allow it in the browser's address bar, then press again.",
	noMicrophone: "I find no microphone that works. Connect one, then press again.",
	insecure: "Browsers lend the microphone only to pages over https, or of this machine itself.",
	noVoice: "Pollux did not answer. Type it, or try again in a moment.",
};
const LONGEST_MS = 20_000;
const RATE_HZ = 16_000;
const SILENCE_MS = 900; // so long a pause after words ends a recording
const LOUD = 0.02; // of full scale: less is no speech
// What browsers clean away, for people on a call, takes the consonants with it.
const LISTENING = { channelCount: 1, echoCancellation: true, noiseSuppression: false, autoGainControl: false };
const REQUEST_MS = 30_000;
const FAULTS = { NotAllowedError: SAYS.refused, NotFoundError: SAYS.noMicrophone, NotReadableError: SAYS.noMicrophone, EncodingError: SAYS.nothing };

export class Microphone {
	#chat;
	#parts;
	#recorder;
	#sound; // its AudioContext; made at the first press, as browsers ask for one
	#playing;
	#asked; // the message whose answer is read out
	#timer;

	/** `parts`: the button, the input that doubtful words are put into, and the alert that says what is wrong. */
	constructor(chat, parts) {
		this.#chat = chat;
		this.#parts = parts;
		chat.addEventListener("pollux-message", ({ detail }) => this.#answered(detail));
	}

	/** Starts or ends a recording; whoever is spoken to may interrupt. */
	press() {
		return this.#toggle().catch(this.#fault);
	}

	async #toggle() {
		this.#playing?.stop();
		if (this.#recorder) return this.#recorder.stop();
		if (!navigator.mediaDevices) return this.#tell(SAYS.insecure);
		this.#tell("");
		this.#sound ??= new AudioContext();
		await this.#sound.resume();
		const stream = await navigator.mediaDevices.getUserMedia({ audio: LISTENING });
		const recorder = (this.#recorder = new MediaRecorder(stream));
		const parts = [];
		recorder.ondataavailable = ({ data }) => parts.push(data);
		recorder.onstop = () => {
			clearInterval(this.#timer);
			for (const track of stream.getTracks()) track.stop();
			this.#recorder = null;
			this.#show(false);
			this.#hear(new Blob(parts)).catch(this.#fault);
		};
		recorder.start();
		this.#show(true);
		this.#watch(stream, recorder);
	}

	/** Ends a recording once its speaker has been silent for a moment, or for too long in all. */
	#watch(stream, recorder) {
		const analyser = this.#sound.createAnalyser();
		this.#sound.createMediaStreamSource(stream).connect(analyser);
		const wave = new Float32Array(analyser.fftSize);
		const begun = Date.now();
		let spokenAt = 0;
		this.#timer = setInterval(() => {
			analyser.getFloatTimeDomainData(wave);
			if (Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0) / wave.length) > LOUD) spokenAt = Date.now();
			const isOver = Date.now() - begun > LONGEST_MS || (spokenAt && Date.now() - spokenAt > SILENCE_MS);
			if (isOver && recorder.state === "recording") recorder.stop();
		}, 100);
	}

	async #hear(blob) {
		const heard = await (await this.#ask("hearing", "audio/wav", await wav(this.#sound, await blob.arrayBuffer()))).json();
		if (!heard.text) return this.#tell(heard.message);
		if (heard.sure) {
			this.#tell(heard.message);
			this.#asked = this.#chat.send(heard.text, { spoken: true });
			return;
		}
		this.#parts.input.value = heard.text; // nothing is done on words that are not sure
		this.#parts.input.focus();
		this.#tell([heard.message, SAYS.unsure].filter(Boolean).join(" "));
	}

	#answered({ replies, message_id: id }) {
		if (!replies?.length || !id || id !== this.#asked) return;
		this.#asked = null;
		this.#say(replies.map((reply) => reply.speech ?? reply.text).join(" ")).catch(this.#fault);
	}

	async #say(text) {
		const body = JSON.stringify({ text: text.slice(0, 2_000) });
		const answer = await this.#ask("speech", "application/json", body);
		const source = (this.#playing = this.#sound.createBufferSource());
		source.buffer = await this.#sound.decodeAudioData(await answer.arrayBuffer());
		source.connect(this.#sound.destination);
		source.onended = () => this.#chat.dispatchEvent(new CustomEvent("pollux-spoken"));
		source.start();
	}

	/** Throws an Error whose message says what is wrong and what to do. */
	async #ask(path, type, body) {
		const token = this.#chat.getAttribute("token");
		const headers = { "Content-Type": type, ...(token && { Authorization: `Bearer ${token}` }) };
		const signal = AbortSignal.timeout(REQUEST_MS);
		const answer = await fetch(new URL(`api/v1/voice/${path}`, this.#chat.server), { method: "POST", headers, body, signal }).catch(() => {
			throw new Error(SAYS.noVoice);
		});
		if (answer.ok) return answer;
		const problem = await answer.json().catch(() => ({}));
		throw new Error([problem.detail, problem.hint].filter(Boolean).join(" ") || SAYS.noVoice);
	}

	#fault = (error) => this.#tell(FAULTS[error.name] ?? error.message);

	#show(recording) {
		this.#parts.mic.setAttribute("aria-pressed", recording);
		this.#parts.mic.setAttribute("aria-label", recording ? SAYS.stop : WORDS.speak);
	}

	#tell(text) {
		this.#parts.alert.textContent = text;
	}
}

/** What the browser has recorded, in whatever it records, as a WAV file of 16 bits, mono. */
async function wav(sound, recording) {
	const decoded = await sound.decodeAudioData(recording);
	const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(decoded.duration * RATE_HZ)), RATE_HZ);
	const source = offline.createBufferSource();
	source.buffer = decoded;
	source.connect(offline.destination);
	source.start();
	const samples = (await offline.startRendering()).getChannelData(0);
	const file = new DataView(new ArrayBuffer(44 + samples.length * 2));
	const text = (at, word) => [...word].forEach((c, i) => file.setUint8(at + i, c.charCodeAt(0)));
	text(0, "RIFF");
	file.setUint32(4, 36 + samples.length * 2, true);
	text(8, "WAVEfmt ");
	file.setUint32(16, 16, true);
	[1, 1].forEach((value, i) => file.setUint16(20 + 2 * i, value, true));
	[RATE_HZ, RATE_HZ * 2].forEach((value, i) => file.setUint32(24 + 4 * i, value, true));
	[2, 16].forEach((value, i) => file.setUint16(32 + 2 * i, value, true));
	text(36, "data");
	file.setUint32(40, samples.length * 2, true);
	samples.forEach((x, i) => file.setInt16(44 + 2 * i, Math.max(-1, Math.min(1, x)) * 32767, true));
	return file.buffer;
}
