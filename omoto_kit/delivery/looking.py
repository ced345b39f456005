"""Looking into an outbox: filters as the queries take them, counts, and rows of the file as receipts and tries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from omoto_kit.batch import Source
from omoto_kit.delivery.database import Database
from omoto_kit.delivery.keys import held_key, shown_key
from omoto_kit.delivery.model import CODES, DUPLICATE, STATES, Filter, Run
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.receipt import Attempt, Receipt, State

__all__ = ["PAGE", "as_list", "attempts_of", "count", "moment", "narrowed", "page", "page_at", "runs", "sources_of"]

PAGE = 1000
SENDING = -1  #: the state that a page gives a claimed response


def count(database: Database, wanted: Filter) -> dict[str, int]:
    """Count rows by state, with duplicates and the rows that were put, all at one moment."""
    values = _places(database, wanted)
    with database.reading() as connection:
        tally = dict(connection.execute(QUERIES["count_states"], values).fetchall())
        (sending,) = connection.execute(QUERIES["count_sending"], values).fetchone()
        (rows,) = connection.execute(QUERIES["count_rows"], values).fetchone()
    counts = {state.value: 0 for state in State}
    counts |= {state.value: tally.get(code, 0) for state, code in CODES.items()}
    counts[State.QUEUED] -= sending
    return {**counts, State.SENDING.value: sending, "duplicate": tally.get(DUPLICATE, 0), "rows": rows}


def page(database: Database, wanted: Filter, after: int, size: int) -> list[Receipt]:
    """Give receipts in order of id, those after one id."""
    values = narrowed(database, wanted) | {"after": after, "size": size, "ids": as_list(wanted.ids)}
    return [_receipt(row) for row in database.ask("page" if wanted.ids is None else "page_of", values)]


def page_at(database: Database, wanted: Filter, skip: int, size: int, *, newest: bool) -> tuple[list[Receipt], int]:
    """Give so many receipts from a place on, and how many there are in all."""
    values = narrowed(database, wanted) | {"skip": skip, "size": size}
    rows = database.ask("page_newest" if newest else "page_oldest", values)
    counted = {name: getattr(wanted, name) for name in ("states", "source", "endpoint", "campaign")}
    if wanted == Filter(**counted):
        counts = count(database, wanted)
        chosen = list(State) if wanted.states is None else set(wanted.states)
        total = sum(counts[state.value] for state in chosen)
    else:
        total = database.ask("page_total", values)[0][0]
    return [_receipt(row) for row in rows], total


def _attempts_of(database: Database, run: int) -> tuple[int, int]:
    """Give the first and the last try of a run; of one that is not there, such as hold none."""
    found = database.ask("runs", {"id": run, "size": 1})
    return found[0][5:7] if found else (0, -1)


def narrowed(database: Database, wanted: Filter) -> dict[str, Any]:
    """Turn a filter into what the queries take; a run that is not there lets nothing through."""
    states = None if wanted.states is None else [CODES.get(state, SENDING) for state in wanted.states]
    codes = None if states is None else [max(code, 0) for code in states]  # what is being sent is stored as queued
    values = _places(database, wanted) | {"states": as_list(states), "codes": as_list(codes)}
    first, last = _attempts_of(database, wanted.run) if wanted.run is not None else (None, None)
    unit = None
    if wanted.unit is not None:
        unit = quote_plus(f'"unitname":{json.dumps(wanted.unit, ensure_ascii=False)}').encode("ascii")
    values |= {"first": first, "last": last, "unit": unit, "text": None, "quoted": None, "written": None}
    if wanted.text:
        inside = json.dumps(wanted.text, ensure_ascii=False)[1:-1]
        values |= {"text": _like(wanted.text), "quoted": _like(quote_plus(inside)), "written": _like(inside)}
    return values


def _like(text: str) -> str:
    """Make the pattern that finds a text anywhere, and takes none of its signs for a wildcard."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"


def _places(database: Database, wanted: Filter) -> dict[str, Any]:
    """Turn a filter's source, campaign and endpoint into numbers."""
    endpoints = None
    if wanted.endpoint is not None:
        endpoints = [row[0] for row in database.ask("endpoint_find", {"text": wanted.endpoint})]
    sources = sources_of(database, wanted.source)
    if wanted.campaign is not None:
        mine = [row[0] for row in database.ask("sources") if row[5] == wanted.campaign]
        sources = [one for one in mine if sources is None or one in sources]
    return {"sources": as_list(sources), "endpoints": as_list(endpoints)}


def sources_of(database: Database, wanted: Source | str | None) -> list[int] | None:
    """Give the numbers of the sources that are meant; None means all."""
    if wanted is None:
        return None
    if isinstance(wanted, Source):
        exact = {"fingerprint": wanted.fingerprint, "sheet": wanted.sheet}
        return [row[0] for row in database.ask("source_find_exact", exact)]
    return [row[0] for row in database.ask("source_find", {"text": wanted})]


def attempts_of(database: Database, response: int) -> list[Attempt]:
    """Give the tries of one response, oldest first."""
    return [
        Attempt(
            started=moment(started),
            ended=None if ended is None else moment(ended),
            outcome=None if outcome is None else STATES[outcome],
            status=status,
            reply=reply or "",
            error=error or "",
            bytes_left=None if left is None else bool(left),
        )
        for started, ended, outcome, status, reply, error, left in database.ask("attempts", {"id": response})
    ]


def runs(database: Database, size: int) -> list[Run]:
    """Give the last runs, newest first, each with what its tries came to."""
    found = []
    for number, endpoint, started, ended, stopped, first, last in database.ask("runs", {"id": None, "size": size}):
        outcomes = dict(database.ask("run_outcomes", {"first": first, "last": last}))
        told = (State.DELIVERED, State.REJECTED, State.UNKNOWN, State.QUEUED)
        counts = {state.value: outcomes.get(CODES[state], 0) for state in told}
        counts["tried"] = sum(outcomes.values())
        end = None if ended is None else moment(ended)
        found.append(Run(number, endpoint, moment(started), end, stopped, counts))
    return found


def as_list(values: Iterable[Any] | None) -> str | None:
    """Write values as the JSON list that a query takes apart; None stays."""
    return None if values is None else json.dumps(list(values))


def moment(seconds: float) -> datetime:
    """Give the time in UTC of a number in the file."""
    return datetime.fromtimestamp(seconds, UTC)


def _receipt(row: Sequence[Any]) -> Receipt:
    """Make a receipt of one row of a page."""
    (number, source, place, content, occurrence, where, fingerprint, state, sheet, identity, endpoint, attempts,
     changed, status, reply, reason, note, corrects) = row  # fmt: skip
    known = content is not None
    key = shown_key(content, occurrence) if known else held_key(where, fingerprint, sheet, place)
    return Receipt(
        id=number,
        source=source,
        row=place,
        key=key.hex(),
        state=State.SENDING if state == SENDING else STATES[state],
        sheet=sheet,
        identity=identity,
        endpoint=endpoint,
        attempts=attempts,
        at=moment(changed),
        status=status,
        reply=reply,
        reason="; ".join(filter(None, (reason, note))),
        corrects=corrects,
    )
