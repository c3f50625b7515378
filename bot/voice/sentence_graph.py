"""Sentences as one minimal word graph, written as a finite-state grammar that PocketSphinx reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Node:
    final: bool = False
    arcs: dict[str, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SentenceGraph:
    """States with their arcs (word, next state); state 0 begins, `final` states may end."""

    arcs: tuple[tuple[tuple[str, int], ...], ...]
    final: frozenset[int]

    def fsg(self, classes: Mapping[str, Sequence[str]]) -> str:
        """The grammar's file, with each class written out as its members."""
        end = len(self.arcs)
        lines = []
        for state, arcs in enumerate(self.arcs):
            share = 1 / (len(arcs) + (state in self.final))
            for label, after in arcs:
                words = classes.get(label, () if label.startswith("[") else (label,))
                lines += [f"TRANSITION {state} {after} {share / len(words):.6f} {word}" for word in words]
            if state in self.final:
                lines.append(f"TRANSITION {state} {end} {share:.6f}")
        head = ("FSG_BEGIN sentences", f"NUM_STATES {end + 1}", "START_STATE 0", f"FINAL_STATE {end}")
        return "\n".join((*head, *lines, "FSG_END", ""))


def graph(sentences: Iterable[Sequence[str]]) -> SentenceGraph:
    """The smallest graph that holds these sentences and no others: a trie whose equal ends are shared."""
    root = _Node()
    for sentence in sentences:
        node = root
        for word in sentence:
            node = node.arcs.setdefault(word, _Node())
        node.final = True
    rows: list[tuple[tuple[str, int], ...]] = []
    final: set[int] = set()
    known: dict[tuple[bool, tuple[tuple[str, int], ...]], int] = {}

    def number(node: _Node) -> int:
        arcs = tuple(sorted((word, number(after)) for word, after in node.arcs.items()))
        key = (node.final, arcs)
        if key not in known:
            known[key] = len(rows)
            rows.append(arcs)
            if node.final:
                final.add(known[key])
        return known[key]

    start = number(root)
    last = len(rows) - 1  # the root is numbered last: it and state 0 change places
    place = {start: 0, 0: start} if start else {}
    moved = [tuple((word, place.get(after, after)) for word, after in arcs) for arcs in rows]
    moved[0], moved[last] = moved[last], moved[0]
    return SentenceGraph(tuple(moved), frozenset(place.get(state, state) for state in final))
