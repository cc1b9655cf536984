-- additive
-- Who wrote an issue, and to whom it went, stay on it as they were at its signing and when they were put on, whatever
-- becomes of units, profiles, consents and the address book. NULL: made by a program that did not know this; what holds
-- now is taken then, and for what is there already once, here.
ALTER TABLE issue ADD COLUMN authors_line TEXT;
ALTER TABLE dispatch ADD COLUMN recipient_name TEXT;
ALTER TABLE dispatch ADD COLUMN recipient_position @int;

UPDATE dispatch SET recipient_name = rc.name, recipient_position = rc.position FROM recipient rc
 WHERE rc.id = dispatch.recipient_id;

-- As the program makes the line: by the order of sources and authors, each credit once.
WITH RECURSIVE credit AS (
  SELECT i.id AS issue_id, row_number() OVER (PARTITION BY i.id ORDER BY s.position, ra.position) AS place,
    CASE WHEN r.name_public = 0 THEN u.name ELSE COALESCE(CASE COALESCE(ra.standing, pf.standing)
        WHEN 'national_member' THEN '全国政协委员' WHEN 'province_member' THEN '省政协委员'
        WHEN 'city_member' THEN '市政协委员' WHEN 'county_member' THEN '县政协委员'
        WHEN 'special_officer' THEN '特邀信息员' WHEN 'key_officer' THEN '骨干信息员' END,
      ra.unit_name, u.name) || ' ' || ra.name END AS text
    FROM issue i JOIN article_source s ON s.article_id = i.article_id JOIN report r ON r.id = s.report_id
    JOIN unit u ON u.id = r.unit_id JOIN report_author ra ON ra.report_id = r.id
    LEFT JOIN profile pf ON pf.account_id = ra.account_id),
once AS (SELECT issue_id, text, min(place) AS place FROM credit GROUP BY issue_id, text),
numbered AS (
  SELECT issue_id, text, row_number() OVER (PARTITION BY issue_id ORDER BY place) AS number,
    count(*) OVER (PARTITION BY issue_id) AS total FROM once),
joined (issue_id, number, total, text) AS (
  SELECT issue_id, number, total, text FROM numbered WHERE number = 1
  UNION ALL
  SELECT j.issue_id, n.number, n.total, j.text || '、' || n.text
    FROM joined j JOIN numbered n ON n.issue_id = j.issue_id AND n.number = j.number + 1)
UPDATE issue SET authors_line = j.text FROM joined j WHERE j.issue_id = issue.id AND j.number = j.total;
UPDATE issue SET authors_line = '' WHERE authors_line IS NULL;
