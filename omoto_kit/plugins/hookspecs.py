"""The hooks that a plugin may have. Each argument is opt-in: an implementation names those that it wants.

Most plugins never name a hook: `@enricher`, `@rule` and `@reader` build the first three. The others are plain
functions below `@hookimpl`. Hooks hand over steps and answers; they never run over the rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pluggy

from omoto_kit.campaign import Campaign
from omoto_kit.plugins.outcomes import Suggest
from omoto_kit.receipt import Receipt
from omoto_kit.response import Response

__all__ = ["NAMESPACE", "HookSpecs", "hookimpl", "hookspec"]

NAMESPACE = "omoto_kit"
hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


class HookSpecs:
    """Every hook, by name."""

    @hookspec
    def enrichers(self) -> Iterable[Any]:
        """Give enrichers: functions below `@enricher`, made here where they depend on something.

        >>> from omoto_kit.plugins import Plugins, enricher, hookimpl
        >>> @hookimpl
        ... def enrichers():
        ...     @enricher("namevaluemap.country")
        ...     def country(city):
        ...         return {"Dubai": "AE"}.get(city)
        ...     return [country]
        >>> [step.name for step in Plugins().with_functions(enrichers).enrichers]
        ['country']
        """
        raise NotImplementedError

    @hookspec
    def rules(self) -> Iterable[Any]:
        """Give rules: functions below `@rule`.

        >>> from omoto_kit.plugins import Finding, Plugins, hookimpl, rule
        >>> @hookimpl
        ... def rules():
        ...     @rule("comment")
        ...     def said_something(comment):
        ...         return None if comment else Finding("comment_missing", "There is no comment.")
        ...     return [said_something]
        >>> Plugins().with_functions(rules).rules[0].field
        'comment'
        """
        raise NotImplementedError

    @hookspec
    def readers(self) -> Iterable[Any]:
        """Give readers: functions below `@reader`.

        >>> from omoto_kit.plugins import Plugins, hookimpl, reader
        >>> @hookimpl
        ... def readers():
        ...     @reader(".sav")
        ...     def spss(path):
        ...         return [{"Overall Rating": "9"}]
        ...     return [spss]
        >>> Plugins().with_functions(readers).readers[0].suffixes
        ('.sav',)
        """
        raise NotImplementedError

    @hookspec
    def column_guesses(self, columns: Sequence[str], campaign: Campaign) -> Mapping[str, str]:
        """Guess which source column feeds which field: header to field. A guess is shown, and weaker than a rule.

        >>> from omoto_kit.plugins import Plugins, hookimpl
        >>> @hookimpl
        ... def column_guesses(columns):
        ...     return {name: "npsrating" for name in columns if name == "Note globale"}
        >>> plugins = Plugins().with_functions(column_guesses)
        >>> [answer.value for answer in plugins.call("column_guesses", columns=["Note globale"], campaign=None)]
        [{'Note globale': 'npsrating'}]
        """
        raise NotImplementedError

    @hookspec
    def explain_reject(self, response: Response, reply: str) -> str | Suggest | None:
        """Say what Omoto may have disliked about a response that it rejected, in words for an analyst.

        >>> from omoto_kit.plugins import Plugins, hookimpl
        >>> @hookimpl
        ... def explain_reject(reply):
        ...     return "Is the unit's name the standard one?" if "parseerror" in reply else None
        >>> plugins = Plugins().with_functions(explain_reject)
        >>> plugins.call("explain_reject", response=None, reply='{"response":"parseerror"}')[0].value
        "Is the unit's name the standard one?"
        """
        raise NotImplementedError

    @hookspec
    def reconcile(self, receipt: Receipt) -> str | None:
        """Find out whether an unknown response arrived: "delivered", "queued" (it did not), or None for no idea.

        The answer is shown to the person who decides; it never decides by itself.

        >>> from omoto_kit.plugins import Plugins, hookimpl
        >>> @hookimpl
        ... def reconcile(receipt):
        ...     return "delivered"
        >>> Plugins().with_functions(reconcile).call("reconcile", receipt=None)[0].value
        'delivered'
        """
        raise NotImplementedError

    @hookspec
    def before_send(self, response: Response) -> str | None:
        """Hold a response by giving the reason; None lets it go. The response cannot be changed any more.

        >>> from omoto_kit.plugins import Plugins, hookimpl
        >>> @hookimpl
        ... def before_send(response):
        ...     return "This customer asked to be forgotten."
        >>> Plugins().with_functions(before_send).call("before_send", response=None)[0].value
        'This customer asked to be forgotten.'
        """
        raise NotImplementedError

    @hookspec
    def after_send(self, receipt: Receipt) -> None:
        """Learn the outcome of a response. What it returns is not used.

        >>> from omoto_kit.plugins import Plugins, hookimpl
        >>> seen = []
        >>> @hookimpl
        ... def after_send(receipt):
        ...     seen.append(receipt)
        >>> _ = Plugins().with_functions(after_send).call("after_send", receipt="row 2: delivered")
        >>> seen
        ['row 2: delivered']
        """
        raise NotImplementedError

    @hookspec
    def commands(self, cli: Any) -> None:
        """Add commands to the command line; `cli` is its typer application.

        >>> import typer
        >>> from omoto_kit.plugins import Plugins, hookimpl
        >>> @hookimpl
        ... def commands(cli):
        ...     @cli.command("stores")
        ...     def stores() -> None: ...
        >>> cli = typer.Typer()
        >>> _ = Plugins().with_functions(commands).call("commands", cli=cli)
        >>> cli.registered_commands[0].name
        'stores'
        """
        raise NotImplementedError

    @hookspec
    def studio_panels(self, studio: Any) -> Iterable[tuple[str, Any]]:
        """Give panels for the studio: titles and widgets. `studio` is its state, which knows no widget.

        >>> from omoto_kit.plugins import Plugins, hookimpl
        >>> @hookimpl
        ... def studio_panels(studio):
        ...     return [("Stores", "a widget")]
        >>> Plugins().with_functions(studio_panels).call("studio_panels", studio=None)[0].value
        [('Stores', 'a widget')]
        """
        raise NotImplementedError
