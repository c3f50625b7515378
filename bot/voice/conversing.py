"""A conversation by voice: hears whenever somebody speaks, answers aloud, and is silent as soon as it is interrupted.

Three things go on at once, so that a "stop" is heard while something is worked on: sound comes and goes, what was said
is recognised, and what was recognised is answered.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bot.nlu.intents import OUT_OF_SCOPE
from bot.ports import Reply
from bot.voice.ears import Heard
from bot.voice.endpointing import Echo, Endpointer, Utterance
from bot.voice.player import Player
from bot.voice.ports import Guess, Hearing, SoundCard
from bot.voice.turn import VoiceTurn
from bot.voice.wav import wav_of
from bot.voice.words import speech_of
from twin_core.contract.errors import PolluxError

STOP = "stop"
_STOPS = frozenset({"stop", "stop it", "stop that", "stop please", "please stop", "stop talking", "be quiet", "quiet"})
_WHOLE = 0.9  # certainty of a sentence that nothing is expected behind
_STOPPED = Heard(Hearing((Guess(STOP, 1.0),)), sure=True)


class VoiceConversation:
    """`tell` shows what goes on. With `pushes`, only what follows a `push` is heard.

    Whoever speaks breaks off what is being said (barge-in), if `interruptible`; else nothing is heard meanwhile.
    """

    def __init__(
        self,
        turn: VoiceTurn,
        card: SoundCard,
        tell: Callable[[str], None],
        *,
        interruptible: bool = True,
        pushes: bool = False,
    ) -> None:
        self._turn = turn
        self._card = card
        self._tell = tell
        self._interruptible = interruptible
        self._pushes = pushes
        self._endpointer, self._echo, self._player = Endpointer(), Echo(), Player()
        self._utterances: asyncio.Queue[Utterance] = asyncio.Queue()
        self._wishes: asyncio.Queue[Heard] = asyncio.Queue()
        self._to_say: deque[bytes] = deque()
        self._early: tuple[Utterance, asyncio.Task[Heard]] | None = None
        self._stops = 0
        self._silenced = False  # and the device is not told yet

    async def run(self, greeting: str = "") -> None:
        """Until the microphone ends; the greeting says that it hears, and lets it learn how loud it is itself.

        Raises Unavailable where the microphone breaks, or the voice cannot speak.
        """
        if greeting:
            self._to_say.append(await self._turn.speak(greeting))
        begun = (self._turn.get_ready(), self._recognise(), self._answer())
        works: list[asyncio.Task[Any]] = [asyncio.create_task(work) for work in begun]
        try:
            hears = await self._sound()
            if greeting:
                self._tell(greeting)
            while hears and await self._sound():
                for work in works:
                    if work.done():
                        work.result()
        finally:
            if self._early is not None:
                works.append(self._early[1])
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    def push(self) -> None:
        """The button: begins to listen, or ends it."""
        if self._endpointer.open:
            self._utterances.put_nowait(self._endpointer.end())
            return
        self._fall_silent()
        self._endpointer.begin()
        self._tell("Listening …")

    async def say(self, reply: Reply) -> None:
        """Says something unasked, once nobody speaks."""
        self._tell(reply.text)
        self._to_say.append(await self._turn.speak(speech_of(reply)))

    async def _sound(self) -> bool:
        """One frame out and one in; whether there is more."""
        if self._silenced:
            await asyncio.to_thread(self._card.drop)
            self._silenced = False
        if self._to_say and not self._player.speaks and not self._endpointer.open:
            self._player.say(self._to_say.popleft())
        played = self._player.next()
        heard = await asyncio.to_thread(self._card.exchange, played)
        if not heard:
            return False
        floor = self._echo.floor(heard, played)
        deaf = self._pushes and not self._endpointer.open
        if deaf or (played is not None and not self._interruptible):
            return True
        event = self._endpointer.take(heard, floor)
        if event == "began":
            self._fall_silent()
        elif event is not None and event.over:
            self._utterances.put_nowait(event)
        elif event is not None:
            self._hear_early(event)
        return True

    def _hear_early(self, utterance: Utterance) -> None:
        """Begins to hear in the pause what may be all, so that the answer does not wait for both."""
        if self._early is None or self._early[1].done():
            self._early = utterance, asyncio.create_task(self._hear(utterance))

    async def _hear(self, utterance: Utterance) -> Heard:
        try:
            heard = await self._turn.hear(wav_of(utterance.frames))
        except PolluxError as error:
            return Heard(Hearing(), sure=False, message=str(error))
        if heard.sure and heard.hearing.confidence >= _WHOLE:
            self._endpointer.hasten(utterance)
        return heard

    def _fall_silent(self) -> None:
        """Whoever speaks is listened to."""
        if self._player.speaks:
            self._player.break_off()
            self._to_say.clear()
            self._silenced = True

    async def _recognise(self) -> None:
        while True:
            utterance = await self._utterances.get()
            early = self._early
            if early is not None and utterance.goes_on_silently(early[0]):
                self._early = None
                heard = await early[1]
            else:
                heard = await self._hear(utterance)
            if any(guess.text in _STOPS for guess in heard.hearing.guesses):
                self._stop()
            elif heard.hearing.text or self._pushes:
                self._player.stop()
                self._wishes.put_nowait(heard)
            else:  # a cough, a door, a radio: nobody spoke to us
                self._tell(heard.message)
                if self._player.resume():
                    self._echo.mistaken()

    def _stop(self) -> None:
        """Nothing of what was said, is being answered or waits is gone on with; an open question is left."""
        self._tell("Stopped.")
        self._stops += 1
        self._silenced = self._silenced or self._player.speaks
        self._player.stop()
        self._to_say.clear()
        for queue in (self._utterances, self._wishes):
            with suppress(asyncio.QueueEmpty):
                while True:
                    queue.get_nowait()
        self._wishes.put_nowait(_STOPPED)

    async def _answer(self) -> None:
        while True:
            heard = await self._wishes.get()
            stops = self._stops
            answer = None
            try:
                text, answer = await self._turn.answer(heard)
            except PolluxError as error:
                text = str(error)
            if heard is _STOPPED:
                continue
            self._tell(text)
            if answer is not None and not heard.sure and answer.intent == OUT_OF_SCOPE and not self._pushes:
                continue  # a television: whoever talks of other things, and unclearly, does not talk to us
            wav = await self._turn.speak(text)
            if stops == self._stops:
                self._to_say.append(wav)
