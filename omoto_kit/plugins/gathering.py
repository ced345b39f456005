"""From where plugins are looked for to what runs: at the start, and again when a file was written since.

An edit takes the place of what ran before only if it can be loaded, may run, and holds its own examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute

from omoto_kit.campaign import Campaign
from omoto_kit.errors import PluginError
from omoto_kit.plugins.examples import wrong_examples
from omoto_kit.plugins.importing import Plugin, import_all, make_plugin
from omoto_kit.plugins.sources import Candidate, Found, Recipe, discover
from omoto_kit.plugins.steps import EnricherStep

__all__ = ["Gathered", "gather", "gather_again"]

GOES_ON = "Until then it goes on as it was before."


@dataclass
class Gathered:
    """What one look around gave: plugins that run, what could not be loaded, and the list of all that was found."""

    loaded: list[Plugin] = attribute(default_factory=list)
    failed: list[PluginError] = attribute(default_factory=list)
    found: list[Found] = attribute(default_factory=list)


def gather(recipe: Recipe) -> Gathered:
    """Find plugins and load those that may run. Raises PluginError for what is wrong with a file that was named."""
    gathered = Gathered()
    candidates = discover(recipe)
    for candidate, outcome in zip(candidates, _outcomes(candidates, recipe), strict=True):
        if isinstance(outcome, PluginError) and candidate.found.kind == "file":
            raise outcome
        _take(gathered, candidate.found, outcome)
    return gathered


def gather_again(recipe: Recipe, before: Sequence[Plugin]) -> Gathered:
    """Look again; what is as it was stays loaded, and what changed is loaded anew or goes on as it was."""
    old = {plugin.name: plugin for plugin in before if plugin.kind != "live"}
    gone = [path for path in recipe.files if not path.is_file()]
    gathered = Gathered([plugin for plugin in before if plugin.kind == "live"])
    gathered.loaded += [old[path.stem] for path in gone if path.stem in old]
    candidates = discover(replace(recipe, files=tuple(path for path in recipe.files if path not in gone)))
    anew = [candidate for candidate in candidates if not _as_before(candidate.found, old)]
    outcomes = iter(_outcomes(anew, recipe))
    for candidate in candidates:
        kept = old.get(candidate.found.name)
        if candidate in anew:
            _swap(gathered, candidate.found, kept, next(outcomes), recipe)
        else:
            _take(gathered, candidate.found, kept)
    return gathered


def _swap(
    gathered: Gathered, found: Found, kept: Plugin | None, outcome: Plugin | PluginError | None, recipe: Recipe
) -> None:
    """Take what was loaded anew, or go on with what ran before where the edit of it is wrong."""
    replaces = kept is not None and kept.kind == found.kind and found.state != "off"
    wrong = (outcome if isinstance(outcome, PluginError) else _untrue(outcome, recipe)) if replaces else None
    _take(gathered, found, _unswapped(wrong) if wrong else outcome)
    if wrong and kept is not None:
        gathered.loaded.append(kept)


def _take(gathered: Gathered, found: Found, outcome: Plugin | PluginError | None) -> None:
    """Put one outcome where it belongs; None is what was turned off."""
    if isinstance(outcome, Plugin):
        gathered.loaded.append(outcome)
    elif outcome is not None:
        gathered.failed.append(outcome)
        found = replace(found, state="broken" if found.state == "ok" else found.state, why=str(outcome))
    gathered.found.append(found)


def _as_before(found: Found, old: Mapping[str, Plugin]) -> bool:
    """Tell whether a plugin runs already, just as it was found."""
    kept = old.get(found.name)
    if kept is None or kept.kind != found.kind or found.state != "ok":
        return False
    return found.kind == "package" or kept.version == found.version


def _outcomes(candidates: Sequence[Candidate], recipe: Recipe) -> Iterator[Plugin | PluginError | None]:
    """Load candidates, or say why not; None for what was turned off."""
    modules = iter(import_all([candidate for candidate in candidates if candidate.found.state == "ok"]))
    for candidate in candidates:
        if candidate.found.state == "ok":
            yield make_plugin(candidate, next(modules), recipe.settings.get(candidate.found.name, {}))
        else:
            yield _refusal(candidate.found)


def _refusal(found: Found) -> PluginError | None:
    """Say why a plugin is not even loaded; None for what was turned off."""
    if found.state == "off":
        return None
    said = {"untrusted": "You have not trusted this plugin yet.", "changed": "It was changed since you trusted it."}
    if found.state in said:
        advice = f"Read it, then say: omoto plugins trust {found.name}"
        return PluginError(said[found.state], plugin=found.name, where=found.where, advice=advice)
    return PluginError(found.why, plugin=found.name, where=found.where)


def _untrue(plugin: Plugin | None, recipe: Recipe) -> PluginError | None:
    """Say which example of an edited plugin does not hold."""
    for step in plugin.steps if plugin else ():
        if plugin and isinstance(step, EnricherStep):
            signed = plugin.signed(step)
            context = plugin.context(signed, Campaign(id="0"), recipe.workspace)
            for sentence in wrong_examples(signed, context):
                return PluginError(sentence, plugin=plugin.name, where=plugin.where, advice="Mend it.")
    return None


def _unswapped(error: PluginError) -> PluginError:
    """Say of an edit that it is not used yet."""
    advice = f"{error.advice} {GOES_ON}".strip()
    return PluginError(error.what, plugin=error.plugin, where=error.where, advice=advice)
