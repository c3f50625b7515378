"""The ports of voice: what was heard, who hears, who speaks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import speech_recognition as sr  # the type alone: who is only spoken to need not have it

RATE_HZ = 16_000  # of all sound inside: 16-bit, mono
FRAME_S = 0.03
FRAME_BYTES = 2 * round(FRAME_S * RATE_HZ)
MADE_OUT = 0.55  # certainty of words that are clear, but that nobody says here: sure where they are understood
UNRATED = 0.7  # certainty of words from a server that does not say how sure it is


@dataclass(frozen=True, slots=True)
class Guess:
    """One reading of an utterance; `confidence` is between 0 and 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """Readings of one utterance, best first; none where nothing was said or no words were made out."""

    guesses: tuple[Guess, ...] = ()

    @property
    def text(self) -> str:
        return self.guesses[0].text if self.guesses else ""

    @property
    def confidence(self) -> float:
        return self.guesses[0].confidence if self.guesses else 0.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name that people here may say; `kind` is an entity of the training data, such as twin or place."""

    text: str
    kind: str


class Recognizer(Protocol):
    """Speech to text. Blocking, and used by one thread at a time."""

    def recognize(self, audio: "sr.AudioData") -> Hearing:
        """What was said. Raises Unavailable where the engine cannot work now."""
        ...

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """From now on these names are heard; engines that know every word take them as hints or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is spoken: an engine's voice, and words a minute."""

    voice: str = "en-us"
    rate: int = 165


class Synthesizer(Protocol):
    """Text to speech. Blocking."""

    def speak(self, text: str, manner: Manner) -> bytes:
        """A WAV file that says this; the text is as it is to be read out.

        Raises Unavailable where the engine cannot, and Rejected where there is nothing to say.
        """
        ...


class SoundCard(Protocol):
    """A microphone and a loudspeaker in step, in frames of FRAME_S. Blocking."""

    def exchange(self, played: bytes | None) -> bytes:
        """Plays a frame, or nothing, and answers what was heard meanwhile; nothing once there is no more to hear.

        Raises Unavailable where the device has gone.
        """
        ...

    def drop(self) -> None:
        """What was taken and is not to be heard yet is not played any more."""
        ...
