import pytest

from twin_core.contract.commands import ListTwins
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.views import TwinStatus, TwinView
from twin_core.service.registry import Registry


def view(
    id: str,
    name: str,
    *aliases: str,
    place: str | None = None,
    status: TwinStatus = "active",
    source: str | None = None,
) -> TwinView:
    return TwinView(id, id.split(".")[0], name, aliases, place, status, "normal", {}, 1, source)


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.put(view("light.hall", "Hall lamp", "corridor light", place="hall", source="mqtt:1"))
    registry.put(view("light.kitchen", "Kitchen lamp", place="kitchen"))
    registry.put(view("freezer.garage", "garage freezer", place="garage"))
    registry.put(view("lock.old", "front door", status="archived"))
    return registry


def test_twins_are_found_by_id_name_or_alias_whatever_the_case(registry: Registry) -> None:
    for name in ("light.hall", "hall lamp", "HALL  Lamp", "Corridor Light"):
        assert registry.resolve(name).id == "light.hall"
    assert registry.resolve("front door").id == "lock.old"  # nobody else has the name


def test_a_living_twin_has_the_name_before_an_archived_one(registry: Registry) -> None:
    registry.put(view("lock.a", "Front door"))
    assert registry.resolve("front door").id == "lock.a"


def test_an_unknown_name_brings_near_ones(registry: Registry) -> None:
    with pytest.raises(NotFound) as caught:
        registry.resolve("kitchn lamp")
    assert caught.value.details["nearest"][0] == "light.kitchen"
    assert "Kitchen lamp" in caught.value.hint

    with pytest.raises(NotFound) as caught:
        registry.resolve("zzzzqqq")
    assert caught.value.details["nearest"] == []


def test_names_and_aliases_are_unique_among_the_living(registry: Registry) -> None:
    registry.check_names(("hall lamp",), twin="light.hall")
    registry.check_names(("front door",))
    registry.put(view("light.hall_2", "hall lamp 2"))
    with pytest.raises(Rejected) as caught:
        registry.check_names(("new name", "CORRIDOR light"))
    assert caught.value.code == "name_taken"
    with pytest.raises(Rejected) as caught:
        registry.check_names(("Hall lamp",))
    assert caught.value.details == {"suggestion": "Hall lamp 3", "holder": "light.hall"}


def test_ids_get_a_number_on_collision(registry: Registry) -> None:
    assert registry.free_id("light", "Hall") == "light.hall_2"
    registry.put(view("light.hall_2", "another"))
    assert registry.free_id("light", "hall") == "light.hall_3"
    assert registry.free_id("plug", "hall") == "plug.hall"


def test_a_renamed_twin_is_found_by_its_new_name_and_source_only(registry: Registry) -> None:
    registry.put(view("light.hall", "entrance lamp", place="hall", source="mqtt:2"))
    assert registry.find("hall lamp") is None
    assert registry.resolve("entrance lamp").id == "light.hall"
    assert registry.of_source("mqtt:1") is None
    found = registry.of_source("mqtt:2")
    assert found is not None
    assert found.id == "light.hall"
    registry.remove("light.hall")
    registry.remove("light.hall")
    assert registry.of_source("mqtt:2") is None
    assert len(registry) == 3


def test_filters(registry: Registry) -> None:
    def found(query: ListTwins) -> list[str]:
        return [twin.id for twin in registry.page(query).items]

    assert found(ListTwins()) == ["freezer.garage", "light.hall", "light.kitchen"]
    assert found(ListTwins(type="light")) == ["light.hall", "light.kitchen"]
    assert found(ListTwins(place="Kitchen")) == ["light.kitchen"]
    assert found(ListTwins(status="archived")) == ["lock.old"]
    assert found(ListTwins(q="lamp hall")) == ["light.hall"]
    assert found(ListTwins(q="corridor")) == ["light.hall"]


def test_pages_follow_each_other_even_when_twins_go_in_between(registry: Registry) -> None:
    for number in range(20):
        registry.put(view(f"plug.p{number:02}", f"plug {number:02}"))
    first = registry.page(ListTwins(type="plug", limit=8))
    assert (first.total, len(first.items)) == (20, 8)
    registry.remove(first.items[-1].id)
    second = registry.page(ListTwins(type="plug", limit=8, cursor=first.cursor))
    third = registry.page(ListTwins(type="plug", limit=8, cursor=second.cursor))
    seen = [twin.name for page in (first, second, third) for twin in page.items]

    assert seen == [f"plug {number:02}" for number in range(20)]
    assert third.cursor is None


@pytest.mark.parametrize("cursor", ["x", "e30=", "é", "WzEsMiwzXQ=="])
def test_a_foreign_cursor_is_refused(registry: Registry, cursor: str) -> None:
    with pytest.raises(Rejected, match="cursor"):
        registry.page(ListTwins(cursor=cursor))


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_an_absurd_page_is_refused(registry: Registry, limit: int) -> None:
    with pytest.raises(Rejected, match="A page holds"):
        registry.page(ListTwins(limit=limit))
