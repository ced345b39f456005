-- The statements of the outbox, by name. Numbers of states: see schema.sql.

-- name: endpoint_add
INSERT INTO endpoint (identity, name) VALUES (:identity, :name)
ON CONFLICT (identity) DO UPDATE SET name = excluded.name
RETURNING id

-- name: endpoints
SELECT identity, name FROM endpoint ORDER BY id DESC

-- name: secret
SELECT value FROM setting WHERE name = 'secret'

-- name: endpoint_find
SELECT id FROM endpoint WHERE identity = :text OR name = :text

-- name: source_add
INSERT INTO source (endpoint_id, campaign, fingerprint, sheet, name, path, added)
VALUES (:endpoint, :campaign, :fingerprint, :sheet, :name, :path, :now)
ON CONFLICT (endpoint_id, campaign, fingerprint, sheet) DO UPDATE SET name = excluded.name, path = excluded.path
RETURNING id, total, digest

-- name: source_settle
UPDATE source SET total = total + :added, digest = :digest WHERE id = :id

-- name: sources
SELECT s.id, s.name, s.path, s.sheet, s.fingerprint, s.campaign, s.added, s.total, e.name AS endpoint
FROM source s JOIN endpoint e ON e.id = s.endpoint_id
ORDER BY s.id

-- name: source_find
SELECT id FROM source WHERE name = :text OR path = :text OR fingerprint = :text

-- name: source_find_exact
SELECT id FROM source WHERE fingerprint = :fingerprint AND sheet = :sheet

-- name: rows_of_source
SELECT r.row, r.id, r.state, d.content, EXISTS (SELECT 1 FROM attempt a WHERE a.response_id = r.id) AS tried,
    EXISTS (SELECT 1 FROM attempt a WHERE a.response_id = r.id AND a.ended IS NULL) AS sending
FROM response r JOIN detail d ON d.id = r.id
WHERE r.source_id = :source

-- name: duplicates_of_source
SELECT row, response_id FROM duplicate WHERE source_id = :source

-- name: by_key
SELECT r.id, r.source_id, r.row, r.state, s.name
FROM detail d JOIN response r ON r.id = d.id JOIN source s ON s.id = r.source_id
WHERE d.key = :key

-- name: by_identity
SELECT r.id, r.state, r.row, s.name,
    EXISTS (SELECT 1 FROM attempt a WHERE a.response_id = r.id AND a.ended IS NULL) AS sending
FROM detail d JOIN response r ON r.id = d.id JOIN source s ON s.id = r.source_id
WHERE d.identity = :identity AND r.endpoint_id = :endpoint AND s.campaign = :campaign AND r.state <> 5
ORDER BY r.id

-- name: by_subject
SELECT r.id, r.state, r.row, s.name
FROM detail d JOIN response r ON r.id = d.id JOIN source s ON s.id = r.source_id
WHERE d.subject = :subject AND r.state IN (0, 2, 4)
ORDER BY r.id DESC LIMIT 1

-- name: hold
UPDATE response SET state = 1, changed = :now, reason = :reason WHERE id = :id AND state = 0

-- name: note
UPDATE detail SET note = iif(note IS NULL, :note, note || '; ' || :note)
WHERE id = :id

-- name: note_once
UPDATE detail SET note = iif(note IS NULL, :note, note || '; ' || :note)
WHERE id = :id AND NOT EXISTS (SELECT 1 FROM response r WHERE r.id = :id AND instr(r.reason, :note))

-- name: last_id
SELECT coalesce(max(id), 0) FROM response

-- name: response_add
INSERT INTO response (id, endpoint_id, source_id, row, state, changed, reason) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: detail_add
INSERT INTO detail (id, key, content, identity, subject, note, corrects) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: payload_add
INSERT INTO payload (id, form, original, problems) VALUES (?, ?, ?, ?)

-- name: duplicate_add
INSERT INTO duplicate (source_id, row, response_id, added) VALUES (?, ?, ?, ?)

-- name: response_renew
UPDATE response SET state = :state, changed = :now, reason = :reason, not_before = NULL WHERE id = :id

-- name: detail_renew
UPDATE detail SET key = :key, content = :content, identity = :identity, subject = :subject, note = :note,
    corrects = coalesce(:corrects, corrects)
WHERE id = :id

-- name: payload_renew
UPDATE payload SET form = :form, original = :original, problems = :problems WHERE id = :id

-- name: response_forget
DELETE FROM response WHERE id = :id

-- name: detail_forget
DELETE FROM detail WHERE id = :id

-- name: payload_forget
DELETE FROM payload WHERE id = :id

-- name: decisions_forget
DELETE FROM decision WHERE response_id = :id

-- name: replace
UPDATE response SET state = 5, changed = :now, reason = :reason WHERE id = :id AND state IN (0, 1)

-- name: window
SELECT r.id, s.name, s.sheet, r.row, d.key, d.identity, coalesce(d.note, '') AS note,
    (SELECT count(*) FROM attempt a WHERE a.response_id = r.id) AS attempts, p.form
FROM response r
    JOIN detail d ON d.id = r.id
    JOIN payload p ON p.id = r.id
    JOIN source s ON s.id = r.source_id
WHERE r.state = 0 AND r.endpoint_id = :endpoint AND r.id <> :pending AND (r.not_before IS NULL OR r.not_before <= :now)
ORDER BY r.id LIMIT :size

-- name: next_moment
SELECT min(not_before) FROM response WHERE state = 0 AND endpoint_id = :endpoint AND not_before IS NOT NULL

-- name: waiting
SELECT count(*) FROM response WHERE state = 0 AND endpoint_id = :endpoint

-- name: proven
SELECT EXISTS (
    SELECT 1 FROM response r
    WHERE r.state = 2 AND r.source_id = (SELECT q.source_id FROM response q WHERE q.id = :id)
)

-- name: last_attempt
SELECT coalesce(max(id), 0) FROM attempt

-- name: claim
INSERT INTO attempt (id, response_id, started)
SELECT ?, id, ? FROM response WHERE id = ? AND state = 0

-- name: settle_attempt
UPDATE attempt SET ended = ?, outcome = ?, status = ?, reply = ?, error = ?, bytes_left = ? WHERE id = ?

-- name: settle_response
UPDATE response SET state = ?, changed = ?, reason = ?, not_before = ? WHERE id = ?

-- name: lease_take
INSERT INTO lease (endpoint_id, boot, responses) VALUES (?, ?, ?)
ON CONFLICT (endpoint_id) DO UPDATE SET boot = excluded.boot, responses = excluded.responses

-- name: lease_clear
DELETE FROM lease WHERE endpoint_id = ?

-- name: leases_clear
DELETE FROM lease

-- name: unfinished
SELECT EXISTS (SELECT 1 FROM lease) OR EXISTS (SELECT 1 FROM attempt WHERE ended IS NULL)

-- name: recover_leased
UPDATE response SET state = 4, changed = :now, reason = :reason
WHERE state = 0 AND id IN (
    SELECT j.value FROM lease l, json_each(l.responses) j WHERE l.boot = '' OR :boot = '' OR l.boot <> :boot
)

-- name: recover_claimed
UPDATE response SET state = 4, changed = :now, reason = :reason
WHERE state = 0 AND id IN (SELECT response_id FROM attempt WHERE ended IS NULL)

-- name: recover_attempts
UPDATE attempt SET ended = :now, outcome = 4, error = :reason WHERE ended IS NULL

-- name: count_states
SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2),
    count(*) FILTER (WHERE state = 3), count(*) FILTER (WHERE state = 4), count(*) FILTER (WHERE state = 5)
FROM response
WHERE (:endpoints IS NULL OR endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR source_id IN (SELECT value FROM json_each(:sources)))

-- name: count_sending
SELECT count(DISTINCT r.id) FROM attempt a JOIN response r ON r.id = a.response_id
WHERE a.ended IS NULL AND r.state = 0
    AND (:endpoints IS NULL OR r.endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR r.source_id IN (SELECT value FROM json_each(:sources)))

-- name: count_duplicates
SELECT count(*) FROM duplicate d JOIN source s ON s.id = d.source_id
WHERE (:endpoints IS NULL OR s.endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR s.id IN (SELECT value FROM json_each(:sources)))

-- name: count_rows
SELECT coalesce(sum(total), 0) FROM source
WHERE (:endpoints IS NULL OR endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR id IN (SELECT value FROM json_each(:sources)))

-- name: page
SELECT id, source, row, key, state, sheet, identity, endpoint, attempts, changed, status, reply, reason, note
FROM receipt
WHERE id > :after
    AND (:codes IS NULL OR stored IN (SELECT value FROM json_each(:codes)))
    AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:sources IS NULL OR source_id IN (SELECT value FROM json_each(:sources)))
    AND (:endpoints IS NULL OR endpoint_id IN (SELECT value FROM json_each(:endpoints)))
ORDER BY id LIMIT :size

-- name: page_of
SELECT id, source, row, key, state, sheet, identity, endpoint, attempts, changed, status, reply, reason, note
FROM receipt
WHERE id IN (SELECT value FROM json_each(:ids) WHERE value > :after)
    AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:sources IS NULL OR source_id IN (SELECT value FROM json_each(:sources)))
    AND (:endpoints IS NULL OR endpoint_id IN (SELECT value FROM json_each(:endpoints)))
ORDER BY id LIMIT :size

-- name: duplicates
SELECT d.source_id, d.row, d.response_id FROM duplicate d
WHERE (:sources IS NULL OR d.source_id IN (SELECT value FROM json_each(:sources)))
    AND (d.source_id, d.row) > (:after_source, :after_row)
ORDER BY d.source_id, d.row LIMIT :size

-- name: attempts
SELECT started, ended, outcome, status, reply, error, bytes_left FROM attempt WHERE response_id = :id ORDER BY id

-- name: payload
SELECT form, original, problems FROM payload WHERE id = :id

-- name: decide
UPDATE response SET state = :state, changed = :now, reason = :reason, not_before = NULL WHERE id = :id

-- name: decision_add
INSERT INTO decision (response_id, decision, was, who, why, at) VALUES (:id, :decision, :was, :who, :why, :now)

-- name: decisions
SELECT decision, was, who, why, at FROM decision WHERE response_id = :id ORDER BY id

-- name: decidable
SELECT r.state, EXISTS (SELECT 1 FROM attempt a WHERE a.response_id = r.id AND a.ended IS NULL), p.form IS NOT NULL
FROM response r JOIN payload p ON p.id = r.id
WHERE r.id = :id

-- name: undecided
SELECT r.id FROM response r
WHERE r.state = 4 AND r.endpoint_id = :endpoint
    AND (SELECT d.decision FROM decision d WHERE d.response_id = r.id ORDER BY d.id DESC LIMIT 1) IS NOT 'never'
ORDER BY r.id

-- name: purge_payloads
UPDATE payload SET form = NULL, original = NULL, problems = NULL
WHERE (form IS NOT NULL OR original IS NOT NULL OR problems IS NOT NULL) AND id IN (
    SELECT id FROM response WHERE state IN (SELECT value FROM json_each(:states)) AND changed <= :before
)

-- name: purge_replies
UPDATE attempt SET reply = NULL
WHERE reply IS NOT NULL AND response_id IN (
    SELECT id FROM response WHERE state IN (SELECT value FROM json_each(:states)) AND changed <= :before
)
