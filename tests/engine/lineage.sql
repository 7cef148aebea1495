SELECT * FROM t1 JOIN t2 ON t1.a = t2.a
SELECT * FROM t1 x JOIN t2 y ON x.a = y.a
SELECT * FROM t1 JOIN t2 USING (a)
SELECT * FROM t1 LEFT JOIN t2 USING (a, b)
SELECT * FROM t1 x JOIN t2 y ON x.a = y.a JOIN t3 z ON z.a = x.a
SELECT * FROM t1 x JOIN t2 y USING a JOIN t3 z USING a
SELECT t1.*, t2.* FROM t1 JOIN t2 ON t1.a = t2.a
SELECT t1.a, t2.a FROM t1 JOIN t2 ON t1.a = t2.a
SELECT t1.a, t2.a, t2.d FROM t1 JOIN t2 ON t1.a = t2.a
SELECT * FROM (SELECT t1.a, t2.a FROM t1 JOIN t2 ON t1.a = t2.a)
SELECT x.a FROM t1 AS x
SELECT t1.a FROM t1
SELECT x.a, a FROM t1 AS x
SELECT a, a FROM t1
SELECT * FROM (SELECT a, a FROM t1)
SELECT a, * FROM t1
SELECT * FROM (SELECT a, * FROM t1)
SELECT a+1, a + 1, count(), toString(a) FROM t1 GROUP BY a
SELECT n.x, n, tp.p, tp, m.keys, e.size0 FROM t3
SELECT * FROM t3
SELECT * FROM t3 ARRAY JOIN e
SELECT * FROM t3 ARRAY JOIN e AS f
SELECT *, f FROM t3 ARRAY JOIN e AS f
SELECT * FROM t3 ARRAY JOIN n
SELECT n.x, n.y FROM t3 ARRAY JOIN n
SELECT * FROM t3 ARRAY JOIN n AS k
SELECT k.x FROM t3 ARRAY JOIN n AS k
SELECT * EXCEPT a FROM t1
SELECT * REPLACE (a+1 AS a) FROM t1
SELECT * APPLY(toString) FROM t1
SELECT * APPLY(x -> toString(x)) FROM t1
SELECT * APPLY(max) FROM t1
SELECT COLUMNS('a|b') FROM t1
SELECT COLUMNS(b, a) FROM t1
SELECT t1.COLUMNS('a') FROM t1
SELECT a FROM t1 UNION ALL SELECT d FROM t2
SELECT a FROM t1 UNION ALL SELECT a AS z FROM t2
SELECT * FROM t1 CROSS JOIN t2
SELECT * FROM t1, t2
SELECT * FROM t1 SEMI LEFT JOIN t2 ON t1.a=t2.a
SELECT * FROM t1 ANTI LEFT JOIN t2 ON t1.a=t2.a
SELECT * FROM t1 RIGHT JOIN t2 USING a
SELECT * FROM t1 FULL JOIN t2 USING a
SELECT * FROM t1 ASOF JOIN t2 ON t1.b=t2.b AND t1.a>t2.a
SELECT * FROM (SELECT * FROM t1 x JOIN t2 y ON x.a = y.a)
SELECT * FROM t1 JOIN (SELECT * FROM t2) s ON t1.a = s.a
SELECT a AS b, b FROM t1
SELECT b AS a, a AS b FROM t1
SELECT a AS x, x + 1 AS y FROM t1 WHERE y > 1
SELECT (SELECT 1), (SELECT max(a) AS q FROM t1)
WITH 1 AS z SELECT z
WITH t1 AS (SELECT 1 AS q FROM t1) SELECT * FROM t1
WITH z AS (SELECT a FROM t1) SELECT z.a, y.a FROM z JOIN z y ON z.a=y.a
SELECT number FROM numbers(5)
SELECT * FROM numbers(5)
SELECT tp.*, a FROM t3
SELECT untuple(tp) FROM t3
SELECT a.b FROM (SELECT 1 AS `a.b`)
SELECT (a, b) AS tt, tt.1 FROM t1
SELECT tt.1 FROM (SELECT (a,b) AS tt FROM t1)
SELECT 1 UNION ALL SELECT 'a'
SELECT * FROM t1 AS x, t1 AS y
SELECT x.* FROM t1 AS x JOIN t2 AS y ON x.a = y.a
SELECT b FROM t1 JOIN t2 ON t1.a=t2.a
SELECT y.b FROM t1 x JOIN t2 y ON x.a=y.a
SELECT y.d FROM t1 x JOIN t2 y ON x.a=y.a
WITH z AS (SELECT nonexist FROM t1) SELECT 1
WITH p AS (SELECT * FROM q), q AS (SELECT 1 AS i) SELECT * FROM p
SELECT sum(a) FROM t1
SELECT quantile(0.5)(a), countIf(a > 1), count(*), count(DISTINCT a), sumIf(a, b = 'x') FROM t1
SELECT row_number() OVER (PARTITION BY b ORDER BY a) FROM t1
SELECT arrayMap(x -> x + 1, [a]) FROM t1
SELECT COUNT(a), SUM(a), Max(a), toStartOfDay(now()) FROM t1
SELECT a AS x FROM t1 WHERE a IN (SELECT a FROM t2)
SELECT a IN (SELECT a FROM t2) FROM t1
SELECT m['k'], e[1], tupleElement(tp, 1), tp.1 FROM t3
SELECT a FROM t1 GROUP BY a WITH TOTALS
SELECT x.a AS q, y.a FROM t1 x JOIN t2 y ON x.a = y.a
SELECT x.a + y.a FROM t1 x JOIN t2 y ON x.a = y.a
SELECT x.a + 1, toString(x.b) FROM t1 x
SELECT y.a FROM t1 x JOIN t2 y ON x.a = y.a
SELECT x.a, x.c FROM t1 x JOIN t2 y ON x.a = y.a JOIN t3 z ON z.a = y.a
SELECT a, y.a FROM t1 x JOIN t2 y USING a
SELECT x.*, y.d FROM t1 x JOIN t2 y USING a
SELECT y.* FROM t1 x JOIN t2 y USING a
SELECT a, x.a, y.a FROM t1 x JOIN t2 y USING a
SELECT c, d, e FROM t1 x JOIN t2 y ON x.a = y.a JOIN t3 z ON z.a = y.a
SELECT * FROM t1 x, t2 y, t3 z
SELECT * FROM t1 x INNER JOIN t2 y ON x.a=y.a LEFT JOIN (SELECT a AS k, d AS dd FROM t2) z ON z.k = x.a
SELECT x FROM (SELECT a AS x FROM t1)
SELECT * EXCEPT (nonexist) FROM t1
SELECT * REPLACE (1 AS nonexist) FROM t1
SELECT * EXCEPT('^a') FROM t1
SELECT * APPLY(toString) EXCEPT(a) FROM t1
SELECT * EXCEPT(a) APPLY(toString) FROM t1
SELECT * REPLACE(toString(a) AS a) APPLY(length) FROM t1
SELECT * APPLY(quantile(0.5)) FROM (SELECT a FROM t1)
SELECT * EXCEPT(b) FROM t1 JOIN t2 ON t1.a = t2.a
SELECT COLUMNS('^a') FROM t1 JOIN t2 ON t1.a = t2.a
SELECT COLUMNS('^b$') FROM t1 JOIN t2 USING a
SELECT x.b AS b, y.b AS b2 FROM t1 x JOIN t2 y USING a
SELECT a x, b y FROM t1 ORDER BY x
SELECT `a` FROM t1
SELECT x.a FROM (SELECT a FROM t1) AS x
SELECT * FROM VALUES('a UInt8, b String', (1, 'x'))
SELECT f.a, * FROM t1 f
SELECT a, (SELECT max(y.a) FROM t2 y WHERE y.b = t1.b) AS mx FROM t1
WITH (SELECT max(a) FROM t2) AS mx SELECT a, mx FROM t1
WITH [1,2] AS arr SELECT a FROM t1 WHERE a IN arr
WITH q AS (SELECT a FROM t2) SELECT a FROM t1 WHERE a IN q
SELECT a FROM t1 WHERE a IN t2
SELECT a FROM (SELECT a FROM t1) WHERE a IN (SELECT number FROM numbers(3))
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r
WITH r AS (SELECT a AS n FROM t1) SELECT r.n, r2.n FROM r JOIN r AS r2 ON r.n = r2.n
SELECT tp.p AS z, tp.q FROM t3
SELECT tt.p FROM (SELECT tp AS tt FROM t3)
SELECT t3.tp.p FROM t3
SELECT t3.n.x FROM t3
SELECT c.null, m.keys FROM t1, t3
SELECT exists(SELECT 1), EXISTS(SELECT a FROM t1)
SELECT toTypeName(a) AS b, b AS d FROM t1
SELECT *, a FROM t1
SELECT * FROM (SELECT *, a + 1 AS a FROM t1)
SELECT * FROM (SELECT *, a + 1 AS z, z AS y FROM t1)
SELECT a FROM (SELECT *, toString(a) AS a FROM t1)
SELECT *, toString(a) AS a FROM t1
SELECT b, *, toString(a) AS a FROM t1
SELECT t1.*, toString(a) AS a FROM t1
SELECT toDate(a) AS a, a AS raw FROM t1
SELECT a AS raw, toString(a) AS a FROM t1
SELECT ts, host FROM ev
SELECT toDate(ts) AS day2, host, count() AS hits FROM ev GROUP BY day2, host
SELECT toStartOfHour(ts) AS hour, uniqState(user_id) AS users, sumState(amount) AS total FROM ev GROUP BY hour
SELECT * EXCEPT (tags, amount) FROM ev
SELECT *, toDate(ts) AS other_day FROM ev
SELECT ev.*, us.name FROM ev LEFT JOIN us ON ev.user_id = us.user_id
SELECT ev.*, us.* FROM ev LEFT JOIN us ON ev.user_id = us.user_id
SELECT e.host, u.country FROM ev AS e JOIN us AS u USING (user_id)
SELECT * FROM ev JOIN us USING (user_id)
SELECT user_id, name FROM ev JOIN us USING user_id
SELECT host, tag FROM ev ARRAY JOIN tags AS tag
SELECT tag, count() AS hits FROM ev ARRAY JOIN tags AS tag WHERE tag != '' GROUP BY tag ORDER BY hits DESC LIMIT 3
SELECT arrayJoin(tags) AS tag FROM ev
SELECT host, arrayMap(t -> concat(t, host), tags) AS mapped FROM ev
SELECT host, arrayFilter(host -> host != '', tags) AS kept FROM ev
WITH base AS (SELECT * FROM ev WHERE ts > '2020-01-01'), days AS (SELECT toDate(ts) AS d2, count() AS n FROM base GROUP BY d2) SELECT d2, n FROM days
WITH base AS (SELECT * FROM ev) SELECT b.host, c.n FROM base AS b JOIN (SELECT host, count() AS n FROM base GROUP BY host) AS c ON b.host = c.host
WITH toDate('2020-01-01') AS start SELECT host FROM ev WHERE day > start
WITH (SELECT max(ts) FROM ev) AS latest SELECT host, latest FROM ev WHERE ts = latest
SELECT host FROM ev WHERE user_id IN (SELECT user_id FROM us WHERE country = 'ES')
SELECT host FROM ev WHERE user_id NOT IN (SELECT user_id FROM us)
SELECT host, (SELECT count() FROM us) AS people FROM ev
SELECT host FROM ev GROUP BY host HAVING sum(amount) > 10
SELECT host, sum(amount) AS s FROM ev GROUP BY host HAVING s > 10 ORDER BY s
SELECT host, row_number() OVER (PARTITION BY host ORDER BY ts) AS rn FROM ev
SELECT host, sum(amount) OVER w AS running FROM ev WINDOW w AS (PARTITION BY host ORDER BY ts)
SELECT host, any(day) AS d2 FROM ev GROUP BY ALL
SELECT DISTINCT host FROM ev
SELECT DISTINCT ON (host) host, ts FROM ev
SELECT host FROM ev LIMIT 1 BY user_id
SELECT host FROM ev ORDER BY ts LIMIT 5
SELECT host FROM ev PREWHERE day > '2020-01-01' WHERE amount > 3
SELECT host AS h, upper(h) AS H FROM ev
SELECT host AS h FROM ev WHERE h = 'a'
SELECT lower(host) AS host, count() AS n FROM ev GROUP BY host
SELECT ts, host FROM ev UNION ALL SELECT ts, host FROM ev
SELECT ts, host FROM ev UNION ALL SELECT toDateTime(day), name FROM ev JOIN us USING user_id
SELECT * FROM ev UNION ALL SELECT * FROM ev
SELECT user_id FROM ev UNION DISTINCT SELECT user_id FROM us
SELECT user_id FROM ev EXCEPT SELECT user_id FROM us
SELECT user_id FROM ev INTERSECT SELECT user_id FROM us
SELECT h FROM (SELECT host AS h, ts FROM ev) WHERE ts > now()
SELECT q.h FROM (SELECT host AS h FROM ev) AS q
SELECT * FROM (SELECT * FROM (SELECT * FROM ev))
SELECT host FROM (SELECT * FROM (SELECT * FROM ev))
SELECT host FROM (SELECT * EXCEPT (ts) FROM (SELECT * FROM ev))
SELECT x.host FROM (SELECT * FROM ev) AS x JOIN us AS y ON x.user_id = y.user_id
SELECT x.*, y.country FROM (SELECT * FROM ev) AS x JOIN (SELECT user_id, country FROM us) AS y ON x.user_id = y.user_id
SELECT host, if(amount > 10, 'big', 'small') AS size FROM ev
SELECT host, CASE WHEN amount > 10 THEN 'big' ELSE 'small' END AS size FROM ev
SELECT host, multiIf(amount > 10, 1, amount > 5, 2, 3) AS size FROM ev
SELECT countIf(amount > 10) AS big, sumIf(amount, host = 'a') AS a FROM ev
SELECT argMax(host, ts) AS last_host, user_id FROM ev GROUP BY user_id
SELECT quantile(0.9)(amount) AS p90 FROM ev
SELECT host, tags[1] AS first_tag, length(tags) AS n FROM ev
SELECT (host, ts) AS pair FROM ev
SELECT pair.1 AS h FROM (SELECT (host, ts) AS pair FROM ev)
SELECT host::String AS h, CAST(user_id AS UInt32) AS u FROM ev
SELECT e.host AS host, u.name AS name FROM ev e, us u WHERE e.user_id = u.user_id
SELECT u.name AS name, coalesce(u.country, '') AS country FROM us u
SELECT name, country FROM us WHERE country IS NOT NULL
SELECT max(ts) AS ts, host FROM ev GROUP BY host
SELECT host, max(ts) FROM ev GROUP BY host
SELECT host, count(), sum(amount), toDate(ts) FROM ev GROUP BY host, ts
SELECT toStartOfDay(ts), count() FROM ev GROUP BY toStartOfDay(ts)
SELECT ev.host, ev.ts FROM ev
SELECT COLUMNS('^(host|ts)$') FROM ev
SELECT COLUMNS('^h') APPLY(upper) FROM ev
SELECT host, * EXCEPT (host) FROM ev
SELECT * REPLACE (upper(host) AS host) FROM ev
SELECT * REPLACE (toDate(ts) AS ts, 1 AS amount) FROM ev
SELECT a.user_id, b.user_id FROM ev AS a ASOF JOIN ev AS b ON a.host = b.host AND a.ts >= b.ts
SELECT user_id FROM ev AS l ANY LEFT JOIN us AS r ON l.user_id = r.user_id
SELECT name FROM ev RIGHT JOIN us ON ev.user_id = us.user_id
SELECT name, host FROM ev FULL OUTER JOIN us ON ev.user_id = us.user_id
SELECT number AS n, number % 2 AS odd FROM numbers(10)
SELECT n.number FROM numbers(10) AS n
SELECT toDate('2020-01-01') + number AS d FROM numbers(10)
SELECT host, n.number FROM ev CROSS JOIN numbers(3) AS n
SELECT n.x, n.y FROM t3
SELECT nx FROM t3 ARRAY JOIN n.x AS nx
SELECT k.y, a FROM t3 ARRAY JOIN n AS k
SELECT e2, a FROM t3 ARRAY JOIN arrayMap(z -> z + 1, e) AS e2
SELECT e FROM t3 LEFT ARRAY JOIN e
SELECT tp.p + 1 AS p FROM t3
SELECT m['a'] AS v FROM t3
SELECT mapKeys(m) AS ks FROM t3
WITH x AS (SELECT a FROM t1), y AS (SELECT a FROM x) SELECT y.a FROM y JOIN t2 ON y.a = t2.a
WITH t1 AS (SELECT a AS q FROM t2) SELECT q FROM t1
WITH a AS (SELECT b FROM t1) SELECT b FROM a WHERE b IN (SELECT b FROM t2)
SELECT b FROM t1 WHERE a IN (SELECT a FROM t2 WHERE t2.b = 'x')
SELECT t1.b FROM t1 WHERE (a, b) IN (SELECT a, b FROM t2)
SELECT b FROM t1 WHERE a = (SELECT max(a) FROM t2)
SELECT d FROM t1 JOIN t2 ON t1.a = t2.a AND t1.b = t2.b
SELECT t1.b, d FROM t1 JOIN t2 ON t1.a = t2.a WHERE c IS NULL
SELECT c FROM t1 JOIN t2 USING (a, b) WHERE d > '2020-01-01'
SELECT x, y FROM (SELECT a AS x, b AS y FROM t1 UNION ALL SELECT a, b FROM t2)
SELECT a FROM t1 WHERE b = 'd'
SELECT a /* b */ FROM t1 -- c
SELECT 'b' AS b2, a FROM t1
SELECT a AS b, c FROM t1
SELECT count() AS a FROM t1
SELECT count(*) AS n, count(1) AS k FROM t1
SELECT b, groupArray(a) AS list FROM t1 GROUP BY b WITH ROLLUP
SELECT b, a FROM t1 ORDER BY c DESC NULLS LAST
SELECT `a`, "b" FROM t1
SELECT a AS `weird name`, b AS "x.y" FROM t1
SELECT `x.y` FROM (SELECT b AS `x.y` FROM t1)
SELECT CAST(a AS String), a::UInt8, CAST(a, 'Int64') FROM t1
SELECT a AND a AND a, a OR a = 1 OR a = 2, a = 1 AND (a = 2 OR a = 3) FROM t1
SELECT a BETWEEN 1 AND 2, a > 1, b LIKE '%x', NOT a, a IS NULL, -a, a % 2, a || b FROM t1
SELECT count(), count(*), countIf(a > 1), sum(a), uniq(a), uniqExact(a), avg(a), min(a), max(b), any(b), groupArray(a) FROM t1
SELECT uniqState(a), sumState(a), countState(), uniqStateIf(a, a > 1), argMaxState(b, a), maxSimpleState(a) FROM t1
SELECT toDate(ts), toStartOfHour(ts), toYYYYMM(ts), toStartOfInterval(ts, INTERVAL 5 MINUTE), now(), today() FROM ev
SELECT upper(host), lower(host), length(tags), concat(host, '-', host), if(amount > 1, 'a', 'b'), multiIf(amount > 1, 1, 2), coalesce(host, '') FROM ev
SELECT ts + INTERVAL 1 DAY, ts - INTERVAL 2 HOUR, ts + 1, amount * 2, amount / 2, -1, 1.5, 'text', NULL FROM ev
SELECT JSONExtractString(host, 'a'), JSONExtract(host, 'b', 'Int32'), splitByChar(',', host), has(tags, 'a'), arrayJoin(tags) FROM ev
SELECT quantiles(0.5, 0.9)(amount), topK(3)(host), quantileTDigest(0.9)(user_id) FROM ev
SELECT dateDiff('day', ts, now()), formatDateTime(ts, '%Y'), dateDiff(day, ts, now()) FROM ev
SELECT e.host, count() FROM ev e JOIN us u ON e.user_id = u.user_id GROUP BY e.host
SELECT toString(u.user_id), upper(name) FROM ev e JOIN us u ON e.user_id = u.user_id
SELECT * FROM ev e JOIN us u ON e.user_id = u.user_id
SELECT date_trunc('day', ts), substring(host, 1, 2), DATE(ts) FROM ev
SELECT SUM(amount), Count() FROM ev
SELECT round(amount, 2), floor(amount), ceil(amount), abs(amount), intDiv(user_id, 2), greatest(user_id, 1), least(user_id, 1) FROM ev
SELECT ifNull(c, ''), assumeNotNull(c), nullIf(b, ''), empty(b), notEmpty(b), trim(b), replaceAll(b, 'a', 'b') FROM t1
SELECT toUInt8(1), toString(1), toDateTime('2020-01-01 00:00:00') FROM t1
SELECT 1, 'a', 1 + 1, 0.1 FROM t1
SELECT cityHash64(a, b), toTypeName(a) FROM t1
SELECT max(a) + 1, sum(a) / count(), round(sum(a) / count(), 2) FROM t1
SELECT a = 1 ? 1 : 2, e[1], m['a'] FROM t3
SELECT a FROM t1 WHERE a IN (SELECT a FROM t2 WHERE d > '2020-01-01' AND b = 'x')
SELECT a, b FROM t1 UNION ALL SELECT * EXCEPT (d) FROM t2
