-- The statements of the outbox, by name. Numbers of states: see schema.sql. ":list" stands for as many as are asked for,
-- "{part}" for a part of that name, which several statements share.

-- part: shown
id, source, row, content, occurrence, place, fingerprint, state, sheet, identity, endpoint, attempts, changed, status,
    reply, reason, note, corrects

-- part: chosen
((:codes IS NULL OR stored IN (SELECT value FROM json_each(:codes)))
    AND (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
    AND (:sources IS NULL OR source_id IN (SELECT value FROM json_each(:sources)))
    AND (:endpoints IS NULL OR endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:first IS NULL OR id IN (SELECT response_id FROM attempt WHERE id BETWEEN :first AND :last))
    AND (:unit IS NULL OR EXISTS (SELECT 1 FROM payload p WHERE p.id = receipt.id AND instr(p.form, :unit)))
    AND (:text IS NULL OR source LIKE :text ESCAPE '!' OR identity LIKE :text ESCAPE '!' OR reason LIKE :text ESCAPE '!'
        OR EXISTS (
            SELECT 1 FROM payload p WHERE p.id = receipt.id
                AND (CAST(p.form AS TEXT) LIKE :quoted ESCAPE '!' OR p.original LIKE :written ESCAPE '!')
        )))

-- part: restored
(r.state IN (1, 3, 5) AND (
        SELECT d.decision FROM decision d WHERE d.response_id = r.id AND d.decision <> 'mend' ORDER BY d.id DESC LIMIT 1
    ) IS 'hold')

-- part: resent
(r.state = 0 AND EXISTS (SELECT 1 FROM decision d WHERE d.response_id = r.id AND d.decision IN ('resend', 'always')))

-- name: endpoint_add
INSERT INTO endpoint (identity, name, live) VALUES (:identity, :name, :live)
ON CONFLICT (identity) DO UPDATE SET name = excluded.name, live = coalesce(excluded.live, live)
RETURNING id

-- name: endpoints
SELECT identity, name, live FROM endpoint ORDER BY id DESC

-- name: endpoint_find
SELECT id FROM endpoint WHERE identity = :text OR name = :text

-- name: secret
SELECT value FROM setting WHERE name = 'secret'

-- name: source_add
INSERT INTO source (endpoint_id, campaign, fingerprint, sheet, name, path, added)
VALUES (:endpoint, :campaign, :fingerprint, :sheet, :name, :path, :now)
ON CONFLICT (endpoint_id, campaign, fingerprint, sheet) DO UPDATE SET name = excluded.name, path = excluded.path
RETURNING id, total, digest, held

-- name: source_tally
INSERT INTO tally (source_id, state) SELECT :source, value FROM json_each('[0, 1, 2, 3, 4, 5, 6]') WHERE true
ON CONFLICT DO NOTHING

-- name: source_settle
UPDATE source SET total = total + :added, digest = :digest, held = :held WHERE id = :id

-- name: source_free
UPDATE source SET held = NULL WHERE id = :id

-- name: sources
SELECT s.id, s.name, s.path, s.sheet, s.fingerprint, s.campaign, s.added, s.total, e.name AS endpoint, s.held
FROM source s JOIN endpoint e ON e.id = s.endpoint_id
ORDER BY s.id

-- name: sources_held
SELECT id, held FROM source
WHERE held IS NOT NULL AND (:sources IS NULL OR id IN (SELECT value FROM json_each(:sources)))
    AND (:endpoints IS NULL OR endpoint_id IN (SELECT value FROM json_each(:endpoints)))

-- name: source_find
SELECT id FROM source WHERE name = :text OR path = :text OR fingerprint = :text

-- name: source_find_exact
SELECT id FROM source WHERE fingerprint = :fingerprint AND sheet = :sheet

-- name: last_id
SELECT max(coalesce((SELECT max(id) FROM response), 0), coalesce((SELECT value FROM setting WHERE name = 'last_id'), 0))

-- name: last_id_keep
INSERT INTO setting (name, value) VALUES ('last_id', :id)
ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)

-- name: known_rows
SELECT r.row, r.id, r.state, r.content, r.occurrence, r.tries, r.id IS (SELECT response_id FROM sending) AS sending,
    r.mended, r.state = 5 AND r.reason = 'the same answer stands in another row' AS repeats,
    iif(r.state = 1 AND (SELECT c.state FROM response c WHERE c.id = r.corrects) IN (2, 4), r.reason, NULL) AS waits,
    EXISTS (SELECT 1 FROM decision d WHERE d.response_id = r.id) AS decided, {restored} AS restored
FROM response r WHERE r.row IN (:list) AND r.source_id = ?

-- name: known_doubles
SELECT d.row, d.response_id, r.content, r.source_id FROM duplicate d JOIN response r ON r.id = d.response_id
WHERE d.row IN (:list) AND d.source_id = ?

-- name: repeated_by_source
SELECT response_id FROM duplicate WHERE source_id = :source

-- name: repeated_rows
SELECT d.response_id, d.source_id, d.row FROM duplicate d JOIN response r ON r.id = d.response_id
WHERE r.source_id = :source AND (:id IS NULL OR r.id = :id)

-- name: duplicate_part
DELETE FROM duplicate WHERE source_id = ? AND row = ?

-- name: source_unsettle
UPDATE source SET digest = NULL WHERE id = ?

-- name: sources_unsettle
UPDATE source SET digest = NULL
WHERE endpoint_id = :endpoint AND id IN (SELECT source_id FROM tally WHERE state = 5 AND rows > 0)

-- name: by_content
SELECT content, occurrence, id, source_id FROM response WHERE content IN (:list)

-- name: by_identity
SELECT r.identity, r.id, r.state, r.row, s.name, r.id IS (SELECT response_id FROM sending) AS sending,
    {restored} OR {resent} AS maybe_there, r.source_id
FROM response r JOIN source s ON s.id = r.source_id
WHERE r.identity IN (:list) AND r.endpoint_id = ? AND s.campaign = ? AND r.state <> 5

-- name: by_subject
SELECT r.subject, r.id, r.row, s.name
FROM response r JOIN source s ON s.id = r.source_id
WHERE r.subject IN (:list) AND r.state IN (0, 2, 4)

-- name: response_add
INSERT INTO response (id, endpoint_id, source_id, row, state, changed, content, occurrence, identity, subject, corrects,
    reason, note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: payload_add
INSERT INTO payload (id, form, original, problems) VALUES (?, ?, ?, ?)

-- name: duplicate_add
INSERT INTO duplicate (source_id, row, response_id, added) VALUES (?, ?, ?, ?)

-- name: tally_add
UPDATE tally SET rows = rows + ? WHERE source_id = ? AND state = ?

-- name: response_renew
UPDATE response SET state = :state, changed = :now, content = :content, occurrence = :occurrence, identity = :identity,
    subject = :subject, corrects = coalesce(:corrects, corrects), reason = :reason, not_before = NULL,
    note = iif(EXISTS (SELECT 1 FROM decision d WHERE d.response_id = :id AND d.decision IN ('resend', 'always')),
        coalesce(note || coalesce('; ' || :note, ''), :note), :note)
WHERE id = :id

-- name: payload_renew
UPDATE payload SET form = :form, original = :original, problems = :problems WHERE id = :id

-- name: version_add
INSERT INTO version (response_id, form, until, who, why) SELECT id, form, :now, :who, :why FROM payload WHERE id = :id

-- name: response_forget
DELETE FROM response WHERE id = :id

-- name: payload_forget
DELETE FROM payload WHERE id = :id

-- name: replace
UPDATE response SET state = 5, changed = :now, reason = :reason WHERE id = :id AND state IN (0, 1)

-- name: let_go
UPDATE response SET state = :state, changed = :now, reason = :reason
WHERE source_id = :source AND state = 1 AND reason = :held

-- name: window
SELECT r.id, s.name, s.sheet, r.row, r.content, r.occurrence, r.identity, coalesce(r.note, '') AS note, r.tries, p.form,
    r.source_id, r.endpoint_id, r.corrects
FROM response r JOIN payload p ON p.id = r.id JOIN source s ON s.id = r.source_id
WHERE r.state = 0 AND r.endpoint_id = :endpoint AND r.id <> :pending AND (r.not_before IS NULL OR r.not_before <= :now)
ORDER BY r.id LIMIT :size

-- name: next_moment
SELECT min(not_before) FROM response WHERE state = 0 AND endpoint_id = :endpoint AND not_before IS NOT NULL

-- name: waiting
SELECT coalesce(sum(t.rows), 0) FROM tally t JOIN source s ON s.id = t.source_id
WHERE s.endpoint_id = :endpoint AND t.state = 0

-- name: proven
SELECT EXISTS (SELECT 1 FROM tally WHERE source_id = :source AND state = 2 AND rows > 0)

-- name: hold
UPDATE response SET state = 1, changed = :now, reason = :reason WHERE id = :id AND state = 0

-- name: last_attempt
SELECT coalesce(max(id), 0) FROM attempt

-- name: claim
INSERT INTO attempt (id, response_id, previous, started)
SELECT ?, id, attempt, ? FROM response WHERE id = ? AND state = 0 AND content IS ?

-- name: settle_attempt
UPDATE attempt SET ended = ?, outcome = ?, status = ?, reply = ?, error = ?, bytes_left = ? WHERE id = ?

-- name: settle_response
UPDATE response SET state = ?, changed = ?, reason = ?, not_before = ?, tries = tries + 1, attempt = ? WHERE id = ?

-- name: lease_take
INSERT INTO lease (endpoint_id, boot, responses) VALUES (?, ?, ?)
ON CONFLICT (endpoint_id) DO UPDATE SET boot = excluded.boot, responses = excluded.responses

-- name: lease_clear
DELETE FROM lease WHERE endpoint_id = ?

-- name: leases_clear
DELETE FROM lease

-- name: unfinished
SELECT EXISTS (SELECT 1 FROM lease) OR EXISTS (SELECT 1 FROM sending)

-- name: recover_leased
UPDATE response SET state = 4, changed = :now, reason = :reason
WHERE state = 0 AND id IN (
    SELECT j.value FROM lease l, json_each(l.responses) j WHERE l.boot = '' OR :boot = '' OR l.boot <> :boot
)

-- name: recover_claimed
UPDATE response SET state = 4, changed = :now, reason = :reason
WHERE state = 0 AND id IN (SELECT response_id FROM sending)

-- name: recover_tries
UPDATE response SET tries = tries + 1, attempt = (SELECT attempt FROM sending)
WHERE id IN (SELECT response_id FROM sending)

-- name: recover_attempts
UPDATE attempt SET ended = :now, outcome = 4, error = :reason WHERE id IN (SELECT attempt FROM sending)

-- name: run_add
INSERT INTO run (endpoint_id, started, first) SELECT :endpoint, :now, coalesce(max(id), 0) + 1 FROM attempt
RETURNING id

-- name: run_end
UPDATE run SET ended = :now, stopped = :stopped, last = (SELECT coalesce(max(id), 0) FROM attempt) WHERE id = :id

-- name: count_states
SELECT t.state, sum(t.rows) FROM tally t JOIN source s ON s.id = t.source_id
WHERE (:endpoints IS NULL OR s.endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR s.id IN (SELECT value FROM json_each(:sources)))
GROUP BY t.state

-- name: count_sending
SELECT count(*) FROM sending c JOIN response r ON r.id = c.response_id
WHERE r.state = 0
    AND (:endpoints IS NULL OR r.endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR r.source_id IN (SELECT value FROM json_each(:sources)))

-- name: count_rows
SELECT coalesce(sum(total), 0) FROM source
WHERE (:endpoints IS NULL OR endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR id IN (SELECT value FROM json_each(:sources)))

-- name: page
SELECT {shown} FROM receipt
WHERE id > :after
    AND {chosen}
ORDER BY id LIMIT :size

-- name: page_of
SELECT {shown} FROM receipt
WHERE id IN (SELECT value FROM json_each(:ids) WHERE value > :after)
    AND {chosen}
ORDER BY id LIMIT :size

-- name: page_newest
SELECT {shown} FROM receipt
WHERE {chosen}
ORDER BY id DESC LIMIT :size OFFSET :skip

-- name: page_oldest
SELECT {shown} FROM receipt
WHERE {chosen}
ORDER BY id LIMIT :size OFFSET :skip

-- name: page_total
SELECT count(*) FROM receipt
WHERE {chosen}

-- name: duplicates
SELECT d.source_id, d.row, d.response_id FROM duplicate d
WHERE (:sources IS NULL OR d.source_id IN (SELECT value FROM json_each(:sources)))
    AND (d.source_id, d.row) > (:after_source, :after_row)
ORDER BY d.source_id, d.row LIMIT :size

-- name: attempts
WITH RECURSIVE tries (id, previous) AS (
    SELECT id, previous FROM attempt
    WHERE id = coalesce((SELECT attempt FROM sending WHERE response_id = :id),
        (SELECT attempt FROM response WHERE id = :id))
    UNION ALL
    SELECT a.id, a.previous FROM attempt a JOIN tries t ON a.id = t.previous
)
SELECT a.started, a.ended, a.outcome, a.status, a.reply, a.error, a.bytes_left
FROM tries t JOIN attempt a ON a.id = t.id
ORDER BY a.id

-- name: payload
SELECT form, original, problems FROM payload WHERE id = :id

-- name: versions
SELECT form, until, who, why FROM version WHERE response_id = :id ORDER BY id

-- name: decisions
SELECT decision, was, who, why, at FROM decision
WHERE response_id = :id OR source_id = (SELECT source_id FROM response WHERE id = :id)
ORDER BY id

-- name: runs
SELECT r.id, e.name, r.started, r.ended, r.stopped, r.first,
    coalesce(r.last, (SELECT min(n.first) - 1 FROM run n WHERE n.id > r.id), (SELECT max(id) FROM attempt), 0) AS last
FROM run r JOIN endpoint e ON e.id = r.endpoint_id
WHERE :id IS NULL OR r.id = :id
ORDER BY r.id DESC LIMIT :size

-- name: run_outcomes
SELECT outcome, count(*) FROM attempt WHERE id BETWEEN :first AND :last GROUP BY outcome

-- name: daily
SELECT date(r.changed, 'unixepoch') AS day, r.state, count(*) FROM response r
WHERE (:endpoints IS NULL OR r.endpoint_id IN (SELECT value FROM json_each(:endpoints)))
    AND (:sources IS NULL OR r.source_id IN (SELECT value FROM json_each(:sources)))
GROUP BY day, r.state ORDER BY day

-- name: recall
SELECT f.id, r.id FROM response r JOIN response f ON f.id = r.corrects
WHERE r.corrects IS NOT NULL AND r.state = 2 AND f.state IN (2, 4)
    AND (:endpoints IS NULL OR r.endpoint_id IN (SELECT value FROM json_each(:endpoints)))
ORDER BY f.id, r.id

-- name: decide
UPDATE response SET state = :state, changed = :now, reason = :reason, not_before = NULL WHERE id = :id

-- name: decision_add
INSERT INTO decision (response_id, source_id, decision, was, who, why, at)
VALUES (:id, :source, :decision, :was, :who, :why, :now)

-- name: decidable
SELECT r.state, r.id IS (SELECT response_id FROM sending), p.form IS NOT NULL
FROM response r JOIN payload p ON p.id = r.id
WHERE r.id = :id

-- name: restored_now
SELECT r.id FROM response r
WHERE r.state IN (0, 1) AND r.content IS NOT NULL
    AND (:endpoints IS NULL OR r.endpoint_id IN (SELECT value FROM json_each(:endpoints)))
ORDER BY r.id

-- name: restored_later
SELECT r.id, r.state FROM response r
WHERE (r.state = 3 OR (r.state = 1 AND r.content IS NULL))
    AND (:endpoints IS NULL OR r.endpoint_id IN (SELECT value FROM json_each(:endpoints)))

-- name: undecided
SELECT r.id FROM response r
WHERE r.state = 4 AND r.endpoint_id = :endpoint
    AND (SELECT d.decision FROM decision d WHERE d.response_id = r.id ORDER BY d.id DESC LIMIT 1) IS NOT 'never'
ORDER BY r.id

-- name: note
UPDATE response SET note = iif(note IS NULL, :note, note || '; ' || :note) WHERE id = :id

-- name: note_once
UPDATE response SET note = iif(note IS NULL, :note, note || '; ' || :note)
WHERE id = :id AND (reason IS NULL OR NOT instr(reason, :note))

-- name: mendable
SELECT r.row, r.id, r.state, r.content, r.occurrence, r.tries, r.id IS (SELECT response_id FROM sending) AS sending,
    r.mended, {restored} AS restored,
    r.source_id, r.endpoint_id, s.name AS source, s.campaign, e.identity, s.held, r.reason,
    (SELECT c.state FROM response c WHERE c.id = r.corrects) AS corrected
FROM response r JOIN source s ON s.id = r.source_id JOIN endpoint e ON e.id = r.endpoint_id
WHERE r.id = :id

-- name: response_live
SELECT e.live FROM response r JOIN endpoint e ON e.id = r.endpoint_id WHERE r.id = :id

-- name: last_row
SELECT coalesce(max(row), 0) FROM response WHERE source_id = :source

-- name: mended
UPDATE response SET mended = 1 WHERE id = :id

-- name: source_grow
UPDATE source SET total = total + 1 WHERE id = :id

-- name: purge_payloads
UPDATE payload SET form = NULL, original = NULL, problems = NULL
WHERE (form IS NOT NULL OR original IS NOT NULL OR problems IS NOT NULL) AND id IN (
    SELECT id FROM response WHERE state IN (SELECT value FROM json_each(:states)) AND changed <= :before
)

-- name: purge_versions
UPDATE version SET form = NULL
WHERE form IS NOT NULL AND response_id IN (
    SELECT id FROM response WHERE state IN (SELECT value FROM json_each(:states)) AND changed <= :before
)

-- name: purge_replies
UPDATE attempt SET reply = NULL
WHERE reply IS NOT NULL AND response_id IN (
    SELECT id FROM response WHERE state IN (SELECT value FROM json_each(:states)) AND changed <= :before
)

-- name: bodiless
SELECT value FROM json_each(:ids) WHERE value NOT IN (SELECT id FROM payload WHERE form IS NOT NULL)
