"""Numbers as people write and say them: `21,5`, `1.5k`, `minus fifteen`, `twenty one and a half`, `two thirds`.

The one reader of numbers, for the chat and for the interview. It reads words with their places in a text, so that
whoever cuts texts into words can use it; `words_of` does so for those who have no cutter of their own.
"""

from twin_core.contract.numbers.reading import digit_of, numbers_in, read_number, read_ordinal
from twin_core.contract.numbers.words import Number, Word, is_glued, words_of
from twin_core.contract.numbers.written import decimal

__all__ = ["Number", "Word", "decimal", "digit_of", "is_glued", "numbers_in", "read_number", "read_ordinal", "words_of"]
