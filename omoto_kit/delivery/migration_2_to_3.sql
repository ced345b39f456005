-- From version 2, which could leave a row marked as the repetition of a response that says something else by now, or is
-- gone. Where it is gone, the row is held until its file is put again; the other files are looked at row by row then.

INSERT INTO setting (name, value)
SELECT 'last_id', max(coalesce((SELECT max(id) FROM response), 0), coalesce((SELECT max(response_id) FROM duplicate), 0));

CREATE TEMP TABLE lost AS
SELECT d.source_id, d.row, s.endpoint_id FROM duplicate d JOIN source s ON s.id = d.source_id
WHERE NOT EXISTS (SELECT 1 FROM response r WHERE r.id = d.response_id)
ORDER BY d.source_id, d.row;

INSERT INTO response (id, endpoint_id, source_id, row, state, changed, reason)
SELECT (SELECT value FROM setting WHERE name = 'last_id') + l.rowid, l.endpoint_id, l.source_id, l.row, 1,
    unixepoch('now'), 'it repeated a row that is gone: put its file again'
FROM lost l;

INSERT INTO payload (id)
SELECT r.id FROM response r WHERE r.id > (SELECT value FROM setting WHERE name = 'last_id');

DELETE FROM duplicate WHERE (source_id, row) IN (SELECT source_id, row FROM lost);

UPDATE tally SET rows = (SELECT count(*) FROM response r WHERE r.source_id = tally.source_id AND r.state = 1)
WHERE state = 1 AND source_id IN (SELECT source_id FROM lost);

UPDATE tally SET rows = (SELECT count(*) FROM duplicate d WHERE d.source_id = tally.source_id)
WHERE state = 6 AND source_id IN (SELECT source_id FROM lost);

UPDATE source SET digest = NULL;

DROP TABLE temp.lost;
