-- The outbox. States by number: 0 queued, 1 held, 2 delivered, 3 rejected, 4 unknown, 5 cancelled.
-- "Sending" is not stored: it is an attempt without an end. States lie apart from bodies, so that a change of state
-- touches one dense page.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE endpoint (
    id       INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL
);

-- A file or frame, at one endpoint and for one campaign. "total" counts its rows, by itself: states must add up to it.
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
    UNIQUE (endpoint_id, campaign, fingerprint, sheet)
);

CREATE TABLE response (
    id          INTEGER PRIMARY KEY,
    endpoint_id INTEGER NOT NULL,
    source_id   INTEGER NOT NULL,
    row         INTEGER NOT NULL,
    state       INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
    not_before  REAL,
    changed     REAL NOT NULL,
    reason      TEXT
);
CREATE INDEX response_queued ON response (endpoint_id, id) WHERE state = 0;
CREATE UNIQUE INDEX response_place ON response (source_id, row);

-- What stays for ever, so that a second sending is recognised after every purge.
CREATE TABLE detail (
    id         INTEGER PRIMARY KEY REFERENCES response (id),
    key        BLOB NOT NULL UNIQUE,
    content    BLOB,
    identity   TEXT,
    subject    BLOB,
    note       TEXT,
    corrects   INTEGER REFERENCES response (id)
);
CREATE INDEX detail_identity ON detail (identity) WHERE identity IS NOT NULL;
CREATE INDEX detail_subject ON detail (subject) WHERE subject IS NOT NULL;

-- What a purge removes: the exact bytes to send (without the key), the source's own columns, what a check found.
CREATE TABLE payload (
    id       INTEGER PRIMARY KEY REFERENCES response (id),
    form     BLOB,
    original TEXT,
    problems TEXT
);

CREATE TABLE duplicate (
    source_id   INTEGER NOT NULL REFERENCES source (id),
    row         INTEGER NOT NULL,
    response_id INTEGER NOT NULL REFERENCES response (id),
    added       REAL NOT NULL,
    PRIMARY KEY (source_id, row)
) WITHOUT ROWID;

CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY,
    response_id INTEGER NOT NULL REFERENCES response (id),
    started     REAL NOT NULL,
    ended       REAL,
    outcome     INTEGER,
    status      INTEGER,
    reply       TEXT,
    error       TEXT,
    bytes_left  INTEGER
);
CREATE INDEX attempt_open ON attempt (id) WHERE ended IS NULL;
CREATE INDEX attempt_response ON attempt (response_id);

-- The sender's reservation: rows whose claims and outcomes may not be forced to disk yet.
CREATE TABLE lease (
    endpoint_id INTEGER PRIMARY KEY,
    boot        TEXT NOT NULL,
    responses   TEXT NOT NULL
);

CREATE TABLE decision (
    id          INTEGER PRIMARY KEY,
    response_id INTEGER NOT NULL REFERENCES response (id),
    decision    TEXT NOT NULL,
    was         INTEGER NOT NULL,
    who         TEXT NOT NULL,
    why         TEXT NOT NULL,
    at          REAL NOT NULL
);

-- One line a response, as receipts show it; a claimed one has state -1.
CREATE VIEW receipt AS
SELECT r.id, s.name AS source, r.row, d.key,
    CASE WHEN r.state = 0 AND a.id IS NOT NULL AND a.ended IS NULL THEN -1 ELSE r.state END AS state,
    s.sheet, d.identity, e.name AS endpoint,
    (SELECT count(*) FROM attempt n WHERE n.response_id = r.id) AS attempts,
    r.changed, a.status, a.reply, r.reason, d.note, r.state AS stored, r.source_id, r.endpoint_id
FROM response r
    JOIN detail d ON d.id = r.id
    JOIN source s ON s.id = r.source_id
    JOIN endpoint e ON e.id = r.endpoint_id
    LEFT JOIN attempt a ON a.id = (SELECT max(m.id) FROM attempt m WHERE m.response_id = r.id);
