"""Jinja for templates that came over the network: plain data only, bounded in time, memory and output."""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from jinja2 import Template, TemplateError, nodes
from jinja2 import filters as jinja_filters
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from connectors.devices.mqtt import filters
from connectors.devices.mqtt.budget import Budget, OverBudget
from connectors.devices.mqtt.diagnostics import Malformed

MAX_SOURCE = 8_000
_STANDARD_FILTERS = """abs capitalize count d default dictsort escape e first items join last length list lower map
reject rejectattr replace reverse safe select selectattr sort string striptags sum title tojson trim truncate unique
upper urlencode wordcount""".split()
_STRING_METHODS = frozenset(
    """capitalize casefold count endswith find format index isalnum isalpha isdecimal isdigit islower isnumeric isspace
    isupper join lower lstrip partition removeprefix removesuffix replace rfind rindex rpartition rsplit rstrip split
    splitlines startswith strip swapcase title upper""".split()
)
_FORBIDDEN = (
    nodes.Macro,
    nodes.CallBlock,
    nodes.FilterBlock,
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
    nodes.Block,
    nodes.OverlayScope,
    nodes.ExtensionAttribute,
    nodes.ImportedName,
    nodes.InternalName,
)
_INT_BITS = 512


def compile_template(source: str) -> Callable[[dict[str, Any]], str]:
    """A function from variables to the rendered text.

    Raises Malformed for a template that does not parse or uses what is not allowed. The function itself raises
    jinja2.UndefinedError for what is not there, and Malformed for everything else that goes wrong.
    """
    if len(source) > MAX_SOURCE:
        raise Malformed("bad_template", f"a template of {len(source)} characters")
    try:
        template = _compile(source)
    except (TemplateError, SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise Malformed("bad_template", f"{type(error).__name__}: {error}"[:200]) from None
    return functools.partial(_render, template)


def _render(template: Template, variables: dict[str, Any]) -> str:
    _BUDGET.reset()
    context = template.new_context(variables)
    parts: list[str] = []
    for part in template.root_render_func(context):
        _BUDGET.write(0)
        parts.append(part)
    return "".join(parts).strip()


@functools.lru_cache(maxsize=4096)
def _compile(source: str) -> Template:
    tree = _ENVIRONMENT.parse(source)
    for node in tree.find_all(_FORBIDDEN):
        raise TemplateError(f"{type(node).__name__} is not allowed")
    for loop in tree.find_all(nodes.For):
        if loop.recursive:
            raise TemplateError("recursive loops are not allowed")
    code = _ENVIRONMENT.compile(_Meter().visit(tree))
    return Template.from_code(_ENVIRONMENT, code, _ENVIRONMENT.make_globals(None))


class _Meter(NodeTransformer):
    """Puts the budget into the template: around loops, literals, joins and output."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 (the visitor's own names)
        self.generic_visit(node)
        node.iter = _through("metered_steps", node.iter)
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _through("metered_size", node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _through("metered_size", node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _through("metered_size", node) if node.ctx == "load" else node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _through("metered_join", nodes.List(node.nodes, lineno=node.lineno))

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [
            part if isinstance(part, nodes.TemplateData) else _through("metered_text", part) for part in node.nodes
        ]
        return node


class _Environment(ImmutableSandboxedEnvironment):
    """Plain data only; growing operators and calls ask the budget."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _STRING_METHODS
        if isinstance(obj, int) or callable(obj):
            return False  # int.to_bytes(10**9) and the insides of functions
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _BUDGET.step()
        if operator in ("*", "**"):
            _check_product(operator, left, right)
        elif operator == "+" and isinstance(left, (str, list, tuple)):
            _BUDGET.grow(len(left) + (len(right) if isinstance(right, (str, list, tuple)) else 0))
        elif operator == "%" and isinstance(left, str):
            filters.check_format(left)
        made = super().call_binop(context, operator, left, right)
        return made if isinstance(made, (int, float)) else _BUDGET.measured(made)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        _BUDGET.step()
        method = getattr(obj, "__wrapped__", obj)  # Jinja wraps str.format
        owner = getattr(method, "__self__", None)
        if isinstance(owner, str):
            _check_string_call(owner, method.__name__, args)
        return _BUDGET.measured(super().call(context, obj, *args, **kwargs))


def _check_product(operator: str, left: Any, right: Any) -> None:
    if not all(isinstance(side, (int, float)) for side in (left, right)):
        raise OverBudget("only numbers can be multiplied")
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
        if bits > _INT_BITS:
            raise OverBudget("a number of too many digits")


def _check_string_call(owner: str, name: str, args: tuple[Any, ...]) -> None:
    if name == "format":
        filters.check_format(owner)
    elif name == "replace" and len(args) >= 2 and isinstance(args[1], str):
        _BUDGET.grow(len(owner) + (len(owner) + 1) * len(args[1]))
    elif name == "join" and args and isinstance(args[0], (list, tuple, str)):
        _BUDGET.measured(args[0])
        _BUDGET.grow(len(owner) * len(args[0]))


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that counts as a step and whose result is measured where it is not lazy."""

    @functools.wraps(function)
    def applied(*args: Any, **kwargs: Any) -> Any:
        _BUDGET.step()
        made = function(*args, **kwargs)
        return made if isinstance(made, Iterator) else _BUDGET.measured(made)

    return applied


def _replaced(value: Any, old: Any, new: Any, count: int | None = None) -> str:
    text = str(value)
    _BUDGET.grow(len(text) + (len(text) + 1) * len(str(new)))
    return text.replace(str(old), str(new), -1 if count is None else count)


def _joined(values: Iterable[Any], separator: Any = "", attribute: str | None = None) -> str:
    items = [str(_BUDGET.measured(item.get(attribute) if attribute else item)) for item in _steps(values)]
    _BUDGET.grow(sum(map(len, items)) + len(items) * len(str(separator)))
    return str(separator).join(items)


def _truncated(value: Any, length: int = 255, killwords: bool = False, end: str = "...") -> str:
    text = str(value)
    return text if len(text) <= length else text[: max(0, length - len(end))] + end


def _steps(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        _BUDGET.step()
        yield value


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else str(_BUDGET.measured(value))
    _BUDGET.write(len(text))
    return text


def _through(name: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", node), name, [], [], None, None, lineno=node.lineno)


def _make_environment() -> _Environment:
    environment = _Environment(autoescape=False, optimized=False)
    standard: dict[str, Any] = dict(jinja_filters.FILTERS)
    environment.filters = {name: _guarded(standard[name]) for name in _STANDARD_FILTERS}
    ours: dict[str, Callable[..., Any]] = {
        **filters.FILTERS,
        "replace": _replaced,
        "join": _joined,
        "truncate": _truncated,
    }
    environment.filters |= {name: _guarded(filter_) for name, filter_ in ours.items()}
    environment.filters |= {
        "metered_steps": _steps,
        "metered_size": _BUDGET.measured,
        "metered_join": functools.partial(_joined, separator=""),
        "metered_text": _text,
    }
    environment.tests |= filters.TESTS
    kept = {name: environment.globals[name] for name in ("dict", "namespace")}
    environment.globals.clear()
    environment.globals |= kept | filters.FUNCTIONS
    return environment


_BUDGET = Budget()
_ENVIRONMENT = _make_environment()
