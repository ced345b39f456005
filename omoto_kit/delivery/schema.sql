-- The outbox. States by number: 0 queued, 1 held, 2 delivered, 3 rejected, 4 unknown, 5 cancelled; 6 counts duplicates.
-- "Sending" is not stored: it is an attempt without an end, and only the last attempt can be one. What stands in random
-- order (the keys) is kept narrow, and states lie apart from bodies, so that a change of state touches few pages.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- "live" is null where it was put by name only, or by a version that did not keep it.
CREATE TABLE endpoint (
    id       INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    live     INTEGER
);

-- A file or frame, at one endpoint and for one campaign. "total" counts its rows, by itself: states must add up to it.
-- "held" is the reason for which its ready rows wait as a whole, as it stands in each of them.
CREATE TABLE source (
    id          INTEGER PRIMARY KEY,
    endpoint_id INTEGER NOT NULL REFERENCES endpoint (id),
    campaign    TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    sheet       TEXT NOT NULL,
    name        TEXT NOT NULL,
    path        TEXT NOT NULL,
    added       REAL NOT NULL,
    total       INTEGER NOT NULL DEFAULT 0,
    digest      BLOB,
    held        TEXT,
    UNIQUE (endpoint_id, campaign, fingerprint, sheet)
);

-- How many responses of a source are in a state. Puts add to it; from then on triggers keep it, whoever writes.
CREATE TABLE tally (
    source_id INTEGER NOT NULL REFERENCES source (id),
    state     INTEGER NOT NULL,
    rows      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, state)
) WITHOUT ROWID;

-- What stays for ever, so that a second sending is recognised after every purge. "content" is what makes an answer
-- itself, "occurrence" tells honest identical answers of one source apart; "attempt" is the newest of its tries. One
-- that was "mended" by hand no longer follows its source.
CREATE TABLE response (
    id          INTEGER PRIMARY KEY,
    endpoint_id INTEGER NOT NULL,
    source_id   INTEGER NOT NULL,
    row         INTEGER NOT NULL,
    state       INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
    tries       INTEGER NOT NULL DEFAULT 0,
    attempt     INTEGER,
    changed     REAL NOT NULL,
    not_before  REAL,
    content     BLOB,
    occurrence  INTEGER NOT NULL DEFAULT 0,
    identity    TEXT,
    subject     BLOB,
    corrects    INTEGER REFERENCES response (id),
    mended      INTEGER NOT NULL DEFAULT 0,
    reason      TEXT,
    note        TEXT
);
CREATE INDEX response_queued ON response (endpoint_id, id) WHERE state = 0;
CREATE UNIQUE INDEX response_place ON response (source_id, row);
CREATE UNIQUE INDEX response_content ON response (content, occurrence) WHERE content IS NOT NULL;
CREATE INDEX response_identity ON response (identity) WHERE identity IS NOT NULL;
CREATE INDEX response_subject ON response (subject) WHERE subject IS NOT NULL;
CREATE INDEX response_corrects ON response (corrects) WHERE corrects IS NOT NULL;

CREATE TRIGGER response_moved AFTER UPDATE OF state ON response WHEN new.state <> old.state BEGIN
    UPDATE tally SET rows = rows + iif(state = new.state, 1, -1)
    WHERE source_id = new.source_id AND state IN (old.state, new.state);
END;

CREATE TRIGGER response_gone AFTER DELETE ON response BEGIN
    UPDATE tally SET rows = rows - 1 WHERE source_id = old.source_id AND state = old.state;
END;

-- What a purge removes: the exact bytes to send (without the key), the source's own columns, what a check found.
CREATE TABLE payload (
    id       INTEGER PRIMARY KEY REFERENCES response (id),
    form     BLOB,
    original TEXT,
    problems TEXT
);

-- The bytes that were sent before a response was mended.
CREATE TABLE version (
    id          INTEGER PRIMARY KEY,
    response_id INTEGER NOT NULL REFERENCES response (id),
    form        BLOB,
    until       REAL NOT NULL,
    who         TEXT NOT NULL,
    why         TEXT NOT NULL
);

CREATE TABLE duplicate (
    source_id   INTEGER NOT NULL REFERENCES source (id),
    row         INTEGER NOT NULL,
    response_id INTEGER NOT NULL REFERENCES response (id),
    added       REAL NOT NULL,
    PRIMARY KEY (source_id, row)
) WITHOUT ROWID;

-- Only added to. "previous" is the try before of the same response, so that no index is needed to find them all.
CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY,
    response_id INTEGER NOT NULL REFERENCES response (id),
    previous    INTEGER,
    started     REAL NOT NULL,
    ended       REAL,
    outcome     INTEGER,
    status      INTEGER,
    reply       TEXT,
    error       TEXT,
    bytes_left  INTEGER
);

-- One push: its attempts are those from "first" to "last", both included; "last" is null while it runs.
CREATE TABLE run (
    id          INTEGER PRIMARY KEY,
    endpoint_id INTEGER NOT NULL REFERENCES endpoint (id),
    started     REAL NOT NULL,
    ended       REAL,
    first       INTEGER NOT NULL,
    last        INTEGER,
    stopped     TEXT NOT NULL DEFAULT ''
);

-- The sender's reservation: rows whose claims and outcomes may not be forced to disk yet.
CREATE TABLE lease (
    endpoint_id INTEGER PRIMARY KEY,
    boot        TEXT NOT NULL,
    responses   TEXT NOT NULL
);

-- Who decided what, when and why: about one response, or about a source as a whole.
CREATE TABLE decision (
    id          INTEGER PRIMARY KEY,
    response_id INTEGER REFERENCES response (id),
    source_id   INTEGER REFERENCES source (id),
    decision    TEXT NOT NULL,
    was         INTEGER,
    who         TEXT NOT NULL,
    why         TEXT NOT NULL,
    at          REAL NOT NULL
);
CREATE INDEX decision_response ON decision (response_id) WHERE response_id IS NOT NULL;

-- The response that is being sent, if any.
CREATE VIEW sending AS
SELECT response_id, id AS attempt FROM attempt WHERE id = (SELECT max(id) FROM attempt) AND ended IS NULL;

-- One line a response, as receipts show it; a claimed one has state -1.
CREATE VIEW receipt AS
SELECT r.id, s.name AS source, r.row,
    r.content, r.occurrence, e.identity AS place, s.fingerprint,
    iif(r.state = 0 AND r.id = (SELECT response_id FROM sending), -1, r.state) AS state,
    s.sheet, r.identity, e.name AS endpoint,
    r.tries + (r.id IS (SELECT response_id FROM sending)) AS attempts,
    r.changed, a.status, a.reply, r.reason, r.note, r.corrects,
    r.state AS stored, r.source_id, r.endpoint_id
FROM response r
    JOIN source s ON s.id = r.source_id
    JOIN endpoint e ON e.id = r.endpoint_id
    LEFT JOIN attempt a ON a.id = r.attempt;
