# Statements that the engine may accept, one a line; \n is a line end. What it accepts must be read;
# what is marked with ! it accepts and the grammar leaves out.
SELECT 1
SELECT ALL a FROM t
SELECT DISTINCT a, b FROM t
SELECT DISTINCT ON (a, b) a, b, c FROM t
SELECT a, b, FROM t
SELECT (a), ((b)) FROM t
FROM t SELECT a
FROM t SELECT DISTINCT a WHERE b
SELECT a FROM t FINAL
SELECT a FROM t AS x FINAL
SELECT a FROM t SAMPLE 0.1
SELECT a FROM t SAMPLE 1 / 10 OFFSET 1 / 2
SELECT a FROM t FINAL SAMPLE 0.1
SELECT a FROM db.t
SELECT a FROM `db`.`t`
SELECT a FROM "db"."t" AS "x y"
SELECT a FROM t x
SELECT t.a, t.* FROM t
SELECT db.t.a FROM db.t
SELECT db.t.* FROM db.t
SELECT * EXCEPT a FROM t
SELECT * EXCEPT (a, b) FROM t
SELECT * EXCEPT STRICT (a, b) FROM t
SELECT * EXCEPT STRICT a FROM t
SELECT * EXCEPT ('a.*') FROM t
SELECT * EXCEPT 'a.*' FROM t
SELECT * REPLACE (a + 1 AS a) FROM t
SELECT * REPLACE a + 1 AS a FROM t
SELECT * REPLACE STRICT (a + 1 AS a, b AS c) FROM t
SELECT * APPLY sum FROM t
SELECT * APPLY (sum) FROM t
SELECT * APPLY(quantile(0.5)) FROM t
SELECT * APPLY(x -> x + 1) FROM t
SELECT * EXCEPT a REPLACE (b AS c) APPLY toString FROM t
SELECT t.* EXCEPT (a) APPLY max FROM t
SELECT COLUMNS('a.*') FROM t
SELECT COLUMNS('a.*') EXCEPT (ab) APPLY toString FROM t
SELECT COLUMNS(a, b) FROM t
SELECT t.COLUMNS('a') FROM t
SELECT columns FROM t
SELECT a AS x, x + 1 AS y FROM t
SELECT a x, b y FROM t
SELECT (a AS x) + 1 FROM t
SELECT sum(a AS x) + x FROM t
SELECT a AS `x y`, b AS "z" FROM t
SELECT a AS from FROM t
SELECT count() AS rows FROM t
SELECT count() rows FROM t
SELECT max(a) last, min(a) first FROM t
SELECT a end FROM t
SELECT a step, b fill FROM t
SELECT a type, b value, c key FROM t
SELECT date, timestamp, interval, type, key, value, values, first, last, row, rows, range, groups, end, format, offset, top, index, partition, set, sets, time, year, day FROM t
SELECT date AS date, timestamp AS timestamp FROM t
SELECT group, order, limit FROM t
SELECT any, all, asof, left, right, full FROM t
SELECT array, map, tuple, if, replace, apply, over, window, filter, final FROM t
SELECT trailing, leading, both FROM t
!SELECT case FROM t
SELECT a.b, a.b.c, a.1, a.1.2, a.b.1 FROM t
SELECT tuple(1, 2).1, (1, 2).2, f(x).y.z FROM t
SELECT a[1], a[-1], a[1][2], m['k'], [1, 2][1], f(x)[1] FROM t
SELECT json.a.b::Int64, json.a.:Int64, json.^a, json.a[].b, json.a.:`Array(JSON)` FROM t
SELECT json.a.b.:String AS s FROM t
SELECT -a, +a, - -a, -1, -1.5e-3, +1, a - -1 FROM t
SELECT 1, 1.5, .5, 5., 1e10, 1E-5, 0xFF, 0b1010, 1_000_000, inf, nan, NULL, true, FALSE
SELECT 0x1p4, 0xA.8p1, 18446744073709551616, 1.7976931348623157e308
SELECT 'a', 'it''s', 'it\'s', 'a\\b', '', 'tab\t', 'naïve', '日本'
SELECT $$a'b$$, $tag$a $$ b$tag$, $_$ x $_$
SELECT x'ABCD', b'0101'
SELECT a + b * c - d / e % f FROM t
SELECT a DIV b, a MOD b FROM t
SELECT a || b || 'c' FROM t
SELECT a = b, a == b, a != b, a <> b, a < b, a <= b, a > b, a >= b, a <=> b FROM t
SELECT a AND b OR NOT c AND (d OR e) FROM t
SELECT not a, NOT NOT a, NOT (a), not(a) FROM t
SELECT a BETWEEN 1 AND 2 AND b NOT BETWEEN 3 + 1 AND 4 FROM t
SELECT a IN (1, 2), a NOT IN (1), a IN b, a GLOBAL IN (SELECT 1), a GLOBAL NOT IN (2) FROM t
SELECT (a, b) IN ((1, 2), (3, 4)), a IN [1, 2], a IN tuple(1), a IN (SELECT 1 UNION ALL SELECT 2) FROM t
SELECT a LIKE 'x%', a NOT LIKE 'y', a ILIKE 'z', a NOT ILIKE 'w', a REGEXP 'r' FROM t
SELECT a IS NULL, a IS NOT NULL, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b FROM t
SELECT a ? b : c, a ? b ? 1 : 2 : 3, a > 1 ? 'x' : 'y' AS z FROM t
SELECT CASE WHEN a THEN 1 END, CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' ELSE 'z' END AS c FROM t
SELECT CASE WHEN a = 1 AND b THEN CASE WHEN c THEN 1 ELSE 2 END ELSE 3 END FROM t
SELECT CAST(a AS String), CAST(a, 'UInt8'), CAST(a AS Nullable(Decimal(10, 2))), a::String, a::Array(UInt8), '1'::UInt8 FROM t
SELECT CAST(a AS DateTime64(3, 'UTC')), CAST((1, 'a') AS Tuple(x UInt8, y String)), CAST(a AS Enum8('a' = 1, 'b' = -2)) FROM t
SELECT CAST(a AS x, 'String') FROM t
SELECT CAST(a AS DOUBLE PRECISION), CAST(a AS INT UNSIGNED), a::Map(String, Array(Nullable(UInt8))) FROM t
SELECT CAST(a AS JSON(max_dynamic_paths = 8, x.y UInt8, SKIP z, SKIP REGEXP 'q')) FROM t
SELECT CAST(a AS AggregateFunction(quantiles(0.5, 0.9), Float64)) FROM t
SELECT -1::Int8, (-1)::Int8, - a::Int8, 1.5::Decimal(9, 2), [1]::Array(UInt8), (1, 2)::Tuple(UInt8, UInt8) FROM t
SELECT TRY_CAST(a AS String) FROM t
SELECT a::String::UInt8 AS x, NOT a::Bool FROM t
SELECT INTERVAL 1 DAY, INTERVAL '1' DAY, INTERVAL '1 day', INTERVAL a + 1 HOUR, INTERVAL -1 DAY, INTERVAL (a) MONTH FROM t
SELECT interval 5 minutes, INTERVAL 2 WEEKS, INTERVAL 1 QUARTER, INTERVAL 1 SQL_TSI_DAY, INTERVAL 3 MS, INTERVAL 1 NANOSECOND
SELECT now() - INTERVAL 1 DAY - INTERVAL 2 HOUR, toDate(a) + INTERVAL f(x) DAY FROM t
SELECT INTERVAL '1 day 2 hours'
SELECT interval, interval - 1, interval + a, (interval) FROM t
SELECT INTERVAL 1 YEAR + INTERVAL 2 MONTH AS d
SELECT DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00', date '2024-01-01' + 1
SELECT date(a), timestamp(a), date + 1, timestamp - 1 FROM t
SELECT f(), f(a), f(a, b), f(*), count(*), count(DISTINCT a), count(DISTINCT a, b), f(a,) FROM t
SELECT quantile(0.5)(a), quantiles(0.5, 0.9)(a), topK(3)(a), sumIf(a, b), groupArray(10)(a), sumMap(a, b) FROM t
SELECT windowFunnel(3600)(ts, e = 'a', e = 'b'), sequenceMatch('(?1)(?2)')(ts, a, b) FROM t
SELECT sum(DISTINCT a), groupUniqArray(DISTINCT a) FROM t
SELECT sum(a) FILTER (WHERE b > 1), count() FILTER(WHERE c) FROM t
SELECT first_value(a) IGNORE NULLS, any(a) RESPECT NULLS, last_value(a) IGNORE NULLS OVER (ORDER BY b) FROM t
SELECT row_number() OVER (), rank() OVER w, sum(a) OVER (PARTITION BY b) FROM t WINDOW w AS (ORDER BY c)
SELECT sum(a) OVER (PARTITION BY b, c ORDER BY d DESC, e ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t
SELECT sum(a) OVER (ORDER BY b RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING), sum(a) OVER (ROWS 3 PRECEDING) FROM t
SELECT sum(a) OVER (w ROWS CURRENT ROW), lag(a, 1, 0) OVER (w ORDER BY c) FROM t WINDOW w AS (PARTITION BY b), v AS (w ORDER BY c)
SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS s, max(s) OVER w FROM t WINDOW w AS ()
SELECT avg(x) OVER (PARTITION BY toStartOfHour(ts) ORDER BY ts ASC NULLS LAST RANGE BETWEEN 3600 PRECEDING AND CURRENT ROW) FROM t
SELECT lagInFrame(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) FROM t
SELECT arrayMap(x -> x + 1, a), arrayFilter((x, y) -> x > y, a, b), arraySort(x -> -x, a), arrayMap((x) -> x, a) FROM t
SELECT arrayMap(x -> (x, 1), a), arrayMap(x -> arrayMap(y -> x + y, b), a), arrayMap(() -> 1, a) FROM t
SELECT arrayReduce('sum', [1, 2]), [1, 2, 3], [], [[1], [2]], (1, 'a'), (1,), tuple(), array(), (), map('a', 1), {'a': 1, 'b': 2}, {} FROM t
SELECT extract(YEAR FROM a), EXTRACT(day FROM a), extract(a, 'x'), trim(a), TRIM(BOTH 'x' FROM a), trim(LEADING 'x' FROM a), ltrim(a) FROM t
SELECT substring(a FROM 1 FOR 2), substring(a FROM 2), substring(a, 1, 2), position('a' IN b), position(a, 'b') FROM t
SELECT date_add(DAY, 1, a), date_add(a, INTERVAL 1 DAY), dateAdd(MONTH, 2, a), date_sub(HOUR, 1, a), timestampadd(WEEK, 1, a) FROM t
SELECT dateDiff('day', a, b), dateDiff(day, a, b), date_diff(HOUR, a, b), timestampdiff(SECOND, a, b), age('day', a, b) FROM t
SELECT exists(SELECT 1), EXISTS (SELECT 1 FROM t), NOT EXISTS (SELECT 1), (SELECT 1), (SELECT max(a) FROM t) AS m
SELECT a > ANY (SELECT 1), a = ALL (SELECT 2), a < ALL(SELECT 3) FROM t
SELECT left(a, 1), right(a, 2), replace(a, 'x', 'y'), if(a, b, c), any(a), anyLast(a), not(a), in(a, (1, 2)), like(a, 'x'), mod(a, 2), format('{}', a) FROM t
SELECT array(1, 2), map('a', 1), values(a), set(a), index(a), partition(a) FROM t
!SELECT interval(a), case(a) FROM t
SELECT top(a), first(a), last(a), all(a), cast(a, 'String'), and(a, b), or(a, b), xor(a, b) FROM t
SELECT cast(a as String), Cast(a As String), COUNT(*), Sum(a) FROM t
SELECT current_timestamp, CURRENT_DATE, now(), today() FROM t
SELECT `a`, `a b`, "c", `t`.`a`, "t"."b", `a\`b`, `a``b` FROM t
SELECT a$b, _a, a1, __x FROM t
SELECT 1a FROM t
SELECT t.1a, 2x.b FROM 2x
!SELECT @@version
SELECT a -- comment\nFROM t
SELECT a /* comment */ FROM /* x */ t
SELECT a /* multi\nline ** / */ FROM t
SELECT a # comment\nFROM t
SELECT a #! comment\nFROM t
SELECT a // comment\nFROM t
SELECT a --comment without blank\nFROM t
SELECT a -- last
SELECT a /* nested /* inner */ FROM t
SELECT a FROM t WHERE a = 1
SELECT a FROM t PREWHERE b WHERE c
SELECT a FROM t WHERE a = 1 GROUP BY a HAVING count() > 1 ORDER BY a LIMIT 1
SELECT a, count() FROM t GROUP BY ALL
SELECT a, count() FROM t GROUP BY a, b WITH ROLLUP
SELECT a, count() FROM t GROUP BY a, b WITH CUBE
SELECT a, count() FROM t GROUP BY a, b WITH TOTALS
SELECT a, count() FROM t GROUP BY a, b WITH ROLLUP WITH TOTALS
SELECT a, count() FROM t GROUP BY ROLLUP(a, b)
SELECT a, count() FROM t GROUP BY CUBE(a, b)
SELECT a, count() FROM t GROUP BY GROUPING SETS ((a, b), (a), ())
SELECT a, grouping(a) FROM t GROUP BY GROUPING SETS (a, (b, c))
SELECT a, count() FROM t GROUP BY 1, 2
SELECT a, count() FROM t GROUP BY (a, b)
SELECT a, count() FROM t GROUP BY toDate(a) AS d, d + 1
SELECT a FROM t HAVING a > 1
SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1
SELECT a FROM t WINDOW w AS (ORDER BY b) QUALIFY rank() OVER w = 1 ORDER BY a
SELECT a FROM t ORDER BY a
SELECT a FROM t ORDER BY a ASC, b DESC, c
SELECT a FROM t ORDER BY a DESC NULLS FIRST, b NULLS LAST
SELECT a FROM t ORDER BY a ASCENDING, b DESCENDING
SELECT a FROM t ORDER BY a COLLATE 'en', b DESC COLLATE 'de'
SELECT a FROM t ORDER BY ALL
SELECT a FROM t ORDER BY ALL DESC NULLS LAST
SELECT a FROM t ORDER BY (a, b) DESC
SELECT a FROM t ORDER BY a + 1 AS x DESC
SELECT a FROM t ORDER BY a WITH FILL
SELECT a FROM t ORDER BY a WITH FILL FROM 1 TO 10 STEP 2
SELECT a FROM t ORDER BY a DESC WITH FILL FROM toDate('2024-01-01') TO toDate('2024-02-01') STEP INTERVAL 1 DAY
SELECT a FROM t ORDER BY a WITH FILL STEP 1 STALENESS 5
SELECT a, b FROM t ORDER BY a WITH FILL INTERPOLATE
SELECT a, b FROM t ORDER BY a WITH FILL INTERPOLATE (b AS b + 1)
SELECT a, b FROM t ORDER BY a WITH FILL FROM 1 INTERPOLATE (b, c AS c * 2)
SELECT a, b FROM t ORDER BY a WITH FILL INTERPOLATE ()
SELECT a FROM t LIMIT 1
SELECT a FROM t LIMIT 1, 2
SELECT a FROM t LIMIT 10 OFFSET 5
SELECT a FROM t OFFSET 5
SELECT a FROM t OFFSET 5 ROWS
SELECT a FROM t OFFSET 1 ROW FETCH FIRST 3 ROWS ONLY
SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 3 ROWS WITH TIES
SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS ONLY
SELECT a FROM t LIMIT 1 BY a
SELECT a FROM t LIMIT 2 OFFSET 1 BY a, b
SELECT a FROM t LIMIT 1, 2 BY a LIMIT 10
SELECT a FROM t LIMIT 1 BY a LIMIT 5 OFFSET 2
SELECT a FROM t LIMIT 1 BY ALL
SELECT a FROM t ORDER BY a LIMIT 5 WITH TIES
SELECT a FROM t LIMIT 1 + 1
SELECT a FROM t LIMIT 0.5
SELECT a FROM t LIMIT -1
!SELECT TOP 5 a FROM t
SELECT a FROM t LIMIT 1 SETTINGS max_threads = 1
SELECT a FROM t SETTINGS a = 1, b = 'x', c = -1, d = 1.5, e = true, f = NULL
SELECT a FROM t SETTINGS additional_table_filters = {'t': 'x = 1'}
SELECT a FROM t SETTINGS x = [1, 2]
SELECT a FROM a, b
SELECT a FROM a, b, c WHERE a.x = b.x
SELECT a FROM a JOIN b ON a.x = b.x
SELECT a FROM a INNER JOIN b ON a.x = b.x AND a.y > b.y
SELECT a FROM a LEFT JOIN b USING x
SELECT a FROM a LEFT JOIN b USING (x, y)
SELECT a FROM a LEFT OUTER JOIN b USING x, y
SELECT a FROM a RIGHT JOIN b ON a.x = b.x FULL JOIN c ON b.x = c.x
SELECT a FROM a FULL OUTER JOIN b USING (x)
SELECT a FROM a CROSS JOIN b
SELECT a FROM a ANY LEFT JOIN b USING x
SELECT a FROM a LEFT ANY JOIN b USING x
SELECT a FROM a ALL INNER JOIN b USING x
SELECT a FROM a SEMI LEFT JOIN b USING x
SELECT a FROM a LEFT ANTI JOIN b USING x
SELECT a FROM a ASOF JOIN b ON a.x = b.x AND a.t >= b.t
SELECT a FROM a ASOF LEFT JOIN b USING (x, t)
SELECT a FROM a LEFT ASOF JOIN b USING (x, t)
SELECT a FROM a PASTE JOIN b
SELECT a FROM a GLOBAL JOIN b USING x
SELECT a FROM a GLOBAL ANY LEFT JOIN b USING x
SELECT a FROM a LOCAL JOIN b USING x
SELECT a FROM a AS x JOIN b AS y ON x.k = y.k JOIN (SELECT 1 AS k) z ON z.k = y.k
SELECT a FROM a NATURAL JOIN b
SELECT a FROM (SELECT 1)
SELECT a FROM (SELECT 1) AS x
SELECT a FROM (SELECT 1) x FINAL
SELECT a FROM ((SELECT 1))
SELECT a FROM (SELECT 1 UNION ALL SELECT 2)
SELECT a FROM (WITH x AS (SELECT 1) SELECT * FROM x) AS y
!SELECT a FROM (a JOIN b USING x) JOIN c USING x
SELECT a FROM (FROM t SELECT b)
SELECT a FROM numbers(10)
SELECT a FROM numbers(1, 10) AS n
SELECT a FROM values('a UInt8, b String', (1, 'x'), (2, 'y'))
SELECT a FROM VALUES('a UInt8', 1, 2)
SELECT a FROM s3('http://x', 'CSV', 'a String', headers('x' = 'y'))
SELECT a FROM remote('127.0.0.1', system.one)
SELECT a FROM cluster('c', view(SELECT 1 AS a)) x
SELECT a FROM view(SELECT 1 AS a)
SELECT a FROM merge('db', '^t')
SELECT a FROM generateRandom('a UInt8', 1, 10, 2) LIMIT 1
SELECT a FROM postgresql('h:1', 'd', 't', 'u', 'p') SETTINGS x = 1
SELECT a FROM iceberg(nc, filename = 'x')
SELECT a FROM input('a UInt8')
!SELECT a FROM viewIfPermitted(SELECT 1 AS a ELSE null('a UInt8'))
SELECT a FROM t ARRAY JOIN b
SELECT a FROM t ARRAY JOIN b AS c, d
SELECT a FROM t LEFT ARRAY JOIN b AS c
SELECT a FROM t INNER ARRAY JOIN b
SELECT a FROM t ARRAY JOIN arrayMap(x -> x, b) AS c, arrayEnumerate(b) AS n WHERE c
SELECT a FROM t ARRAY JOIN [1, 2] AS x JOIN u USING a
SELECT a FROM t JOIN u USING a ARRAY JOIN b
SELECT a FROM t ARRAY JOIN b c
SELECT arrayJoin([1, 2]) AS x
WITH 1 AS x SELECT x
WITH x AS (SELECT 1) SELECT * FROM x
WITH x AS (SELECT 1), y AS (SELECT * FROM x) SELECT * FROM y
WITH x AS (SELECT 1), 2 AS y, (SELECT 3) AS z SELECT * FROM x
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE n < 5) SELECT * FROM x
WITH x AS MATERIALIZED (SELECT 1) SELECT * FROM x
WITH x AS NOT MATERIALIZED (SELECT 1) SELECT * FROM x
WITH x(a, b) AS (SELECT 1, 2) SELECT * FROM x
WITH (a, b) -> a + b AS f SELECT f(1, 2)
WITH x -> x + 1 AS f SELECT f(1)
WITH toDate('2024-01-01') AS d, d + 1 AS e SELECT e
WITH `x y` AS (SELECT 1) SELECT * FROM `x y`
WITH x AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM x
WITH x AS (WITH y AS (SELECT 1) SELECT * FROM y) SELECT * FROM x
WITH (SELECT 1) AS x SELECT x
WITH 'a' AS type, 1 AS `end` SELECT type
WITH x AS (SELECT 1) SELECT * FROM x UNION ALL SELECT 2
SELECT 1 UNION ALL SELECT 2
SELECT 1 UNION DISTINCT SELECT 2
SELECT 1 UNION SELECT 2
SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
(SELECT 1) UNION ALL (SELECT 2)
(SELECT 1 UNION ALL SELECT 2) UNION DISTINCT SELECT 3
SELECT 1 EXCEPT SELECT 2
SELECT 1 EXCEPT ALL SELECT 2
SELECT 1 EXCEPT DISTINCT SELECT 2
SELECT 1 INTERSECT SELECT 2
SELECT 1 INTERSECT ALL SELECT 2
SELECT 1 INTERSECT DISTINCT SELECT 2
SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4
SELECT 1 UNION ALL WITH x AS (SELECT 2) SELECT * FROM x
((SELECT 1))
SELECT 1 LIMIT 1 UNION ALL SELECT 2 ORDER BY 1
SELECT * FROM a EXCEPT SELECT * FROM b
SELECT a FROM t WHERE (a, b) IN (SELECT a, b FROM u)
SELECT a FROM t WHERE a IN u
SELECT a FROM t WHERE a IN (1) AND b NOT IN ('x', 'y') OR c
SELECT a FROM t WHERE NOT a IN (1)
SELECT a FROM t WHERE a LIKE concat('%', b, '%')
SELECT a FROM t WHERE a = 'x' AND (b = 1 OR c = 2) AND d BETWEEN toDate('2024-01-01') AND today()
SELECT a FROM t WHERE ts >= now() - INTERVAL 7 DAY AND ts < now()
SELECT if(a = 1, 'x', if(a = 2, 'y', 'z')) AS r, multiIf(a, 1, b, 2, 3) FROM t
SELECT JSONExtractString(data, 'a', 'b') AS x, JSON_VALUE(data, '$.a') FROM t
SELECT sumState(a), countMerge(b), uniqIfMerge(c), argMaxIf(a, b, c), sumSimpleState(x) FROM t
SELECT dictGet('d', 'a', toUInt64(1)), dictGetOrDefault('d', ('a', 'b'), tuple(k), ('x', 'y')) FROM t
SELECT joinGet('db.t', 'a', k), toTypeName(a), materialize(1) FROM t
SELECT formatDateTime(ts, '%Y-%m-%d'), toStartOfInterval(ts, INTERVAL 15 MINUTE), toStartOfInterval(ts, toIntervalHour(1)) FROM t
SELECT splitByChar(',', a)[1], length(a), a[length(a)], tupleElement(x, 1), x.a.b[1].c FROM t
SELECT count() * 100.0 / sum(count()) OVER () FROM t GROUP BY a
SELECT a, sum(b) AS s FROM t GROUP BY a ORDER BY s DESC LIMIT 5
!SELECT a FROM t FORMAT JSON
SELECT a ISNULL FROM t
SELECT toDateTime('2024-01-01 00:00:00', 'UTC') AS ts, ts::Date AS d
SELECT lambda(tuple(x), x + 1)
SELECT a.*, b.* EXCEPT (k) FROM a JOIN b USING k
SELECT a FROM t AS `x.y`
SELECT a FROM t WHERE x.y.z = 1 AND `x.y` = 2
SELECT a AS b, b AS c FROM t WHERE c GROUP BY b
SELECT 1 AS a, a AS a FROM t
SELECT max(ts) - min(ts) AS duration, duration / 60 AS minutes FROM t
SELECT a FROM system.tables
SELECT a FROM default.t AS t1, default.t AS t2
SELECT ((a, b), c).1.2, ((1, 2)).1 FROM t
SELECT f(a -> a.1, b), f((a, b) -> (a.1, b.2), c)
SELECT [a, b][1], [x -> x][1]
!SELECT * FROM t WHERE a = 'x';
SELECT toStartOfHour(ts) AS h, uniqExact(user_id) AS users FROM events WHERE ts > now() - INTERVAL 1 DAY GROUP BY h ORDER BY h
SELECT * FROM (SELECT a, row_number() OVER (PARTITION BY a ORDER BY b DESC) AS rn FROM t) WHERE rn = 1
SELECT a, argMax(b, ts) AS b, max(ts) AS ts FROM t GROUP BY a HAVING count() > 1
SELECT countIf(status = 'ok') / count() AS rate, round(rate * 100, 2) AS pct FROM t
SELECT JSONExtract(payload, 'items', 'Array(Tuple(id String, n UInt32))') AS items FROM t ARRAY JOIN items AS item
SELECT t1.*, t2.name FROM a AS t1 LEFT JOIN (SELECT id, name FROM b) AS t2 ON t1.id = t2.id WHERE t2.id IS NULL
SELECT toDate(ts) AS d, sumMerge(total) AS total FROM mv GROUP BY d ORDER BY d WITH FILL FROM toDate('2024-01-01') TO toDate('2024-02-01')
SELECT a, groupArray((b, c)) AS pairs, arraySort(x -> x.1, pairs)[1].2 AS first FROM t GROUP BY a
SELECT splitByChar('/', path)[-1] AS file, extractAll(path, '[a-z]+') AS words FROM t
SELECT * FROM t WHERE (a, b) NOT IN (SELECT a, b FROM u) AND c GLOBAL NOT IN v
SELECT least(a, b), greatest(a, b), abs(a - b) < 0.1 AND NOT isNaN(a) OR isInfinite(b) FROM t
SELECT a, b, if(b = 0, NULL, a / b)::Nullable(Float64) AS ratio FROM t
SELECT toUnixTimestamp64Milli(ts) AS ms, fromUnixTimestamp64Milli(ms) AS back FROM t
SELECT uniqState(a) AS u, avgState(b) AS v, quantilesState(0.5, 0.9)(c) AS q FROM t GROUP BY d
SELECT * FROM t WHERE has(['a', 'b'], c) AND hasAny(d, [1, 2]) AND arrayExists(x -> x > 1, d)
SELECT a.b.c AS x, a['k'].d AS y, a.1[2].3 AS z FROM t
WITH (SELECT max(ts) FROM t) AS last, last - INTERVAL 1 HOUR AS start SELECT * FROM t WHERE ts BETWEEN start AND last
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT a.x, b.y FROM a, b
SELECT multiIf(a < 10, 'low', a < 100, 'mid', 'high') AS band, count() FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 3 BY band
SELECT 'x' AS `a.b`, `a.b` || 'y' AS "c d" FROM t
SELECT ts, runningDifference(v) AS dv, neighbor(v, -1) AS pv FROM (SELECT ts, v FROM t ORDER BY ts)
SELECT tumbleStart(ts, INTERVAL '10' MINUTE), hop(ts, INTERVAL 1 MINUTE, INTERVAL 5 MINUTE) FROM t
SELECT * FROM t1 ANY LEFT JOIN t2 USING (a) SEMI LEFT JOIN t3 ON t1.b = t3.b
SELECT bitAnd(a, 0xFF), bitShiftLeft(b, 2), intDiv(a, 3), a % 3, -a % 3, - (a + b) * 2 FROM t
SELECT a FROM t WHERE a IN ('x') AND (b IS NULL OR b != '') AND NOT (c > 1 AND d < 2)
SELECT toTypeName(tuple(a AS x, b AS y)), (a AS p, b AS q).1 FROM t
SELECT sum(if(a > 1, b, 0)) OVER (PARTITION BY c ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) / 7 AS avg7 FROM t
SELECT arrayStringConcat(groupArray(toString(a)), ','), arrayZip(b, c), mapKeys(m), m['x'] FROM t GROUP BY b, c, m
SELECT extractURLParameter(url, 'utm_source') AS src, cutQueryString(url), domainWithoutWWW(url) FROM t
SELECT decrypt('aes-256-ofb', unhex('00'), 'k'), base64Decode('YQ=='), hex('a'), MD5('x'), sipHash64(a, b) FROM t
