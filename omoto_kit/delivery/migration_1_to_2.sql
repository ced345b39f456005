-- From version 1, which kept keys of 32 bytes in a table of their own and counted by looking at every row. Its tables
-- were renamed to old_...; the new ones are there and empty. occurrence(content, key) finds the number that
-- is part of a key; a row that turned out to be another one's double had the key of its place.

INSERT INTO setting SELECT name, value FROM old_setting;

INSERT INTO endpoint (id, identity, name, live) SELECT id, identity, name, iif(identity = 'sandbox', 0, NULL)
FROM old_endpoint;

INSERT INTO source (id, endpoint_id, campaign, fingerprint, sheet, name, path, added, total, digest)
SELECT id, endpoint_id, campaign, fingerprint, sheet, name, path, added, total, digest FROM old_source;

CREATE TEMP TABLE tried AS
SELECT response_id, count(*) FILTER (WHERE ended IS NOT NULL) AS tries, max(iif(ended IS NULL, NULL, id)) AS newest
FROM old_attempt GROUP BY response_id;

CREATE TEMP TABLE answer AS
SELECT d.id, d.content,
    iif(d.content IS NULL OR (r.state = 5 AND r.reason = 'the same answer stands in another row'), NULL,
        occurrence(d.content, d.key)) AS occurrence
FROM old_detail d JOIN old_response r ON r.id = d.id;

CREATE UNIQUE INDEX temp.tried_response ON tried (response_id);

CREATE UNIQUE INDEX temp.answer_id ON answer (id);

INSERT INTO response (id, endpoint_id, source_id, row, state, tries, attempt, changed, not_before, content, occurrence,
    identity, subject, corrects, reason, note)
SELECT r.id, r.endpoint_id, r.source_id, r.row, r.state, coalesce(t.tries, 0), t.newest, r.changed, r.not_before,
    iif(a.occurrence IS NULL, NULL, substr(a.content, 1, 16)), coalesce(a.occurrence, 0),
    d.identity, d.subject, d.corrects, r.reason, d.note
FROM old_response r
    JOIN old_detail d ON d.id = r.id
    JOIN answer a ON a.id = r.id
    LEFT JOIN tried t ON t.response_id = r.id
ORDER BY r.id;

INSERT INTO payload SELECT id, form, original, problems FROM old_payload ORDER BY id;

INSERT INTO duplicate SELECT source_id, row, response_id, added FROM old_duplicate;

INSERT INTO attempt (id, response_id, previous, started, ended, outcome, status, reply, error, bytes_left)
SELECT id, response_id, lag(id) OVER (PARTITION BY response_id ORDER BY id), started, ended, outcome, status, reply,
    error, bytes_left
FROM old_attempt ORDER BY id;

INSERT INTO lease SELECT endpoint_id, boot, responses FROM old_lease;

INSERT INTO decision (id, response_id, decision, was, who, why, at)
SELECT id, response_id, decision, was, who, why, at FROM old_decision;

INSERT INTO tally (source_id, state) SELECT s.id, j.value FROM source s, json_each('[0, 1, 2, 3, 4, 5, 6]') j;

UPDATE tally SET rows = (SELECT count(*) FROM response r WHERE r.source_id = tally.source_id AND r.state = tally.state)
WHERE state < 6;

UPDATE tally SET rows = (SELECT count(*) FROM duplicate d WHERE d.source_id = tally.source_id) WHERE state = 6;

DROP TABLE temp.tried;

DROP TABLE temp.answer;
