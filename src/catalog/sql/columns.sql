-- Columns. NOT NULL is a property of the column, on PostgreSQL 18 too, where it is a constraint
-- with a name, which is a property as well.
SELECT 'column', rel.name || '.' || a.attname,
       pg_catalog.concat(
         '{"type":', pg_catalog.to_json(pg_catalog.format_type(a.atttypid, a.atttypmod)),
         CASE WHEN a.attnotnull THEN ',"not_null":true' END,
         {{not null}}
         CASE WHEN a.atthasdef THEN CASE WHEN a.attgenerated = '' THEN ',"default":' ELSE ',"generated":' END ||
           (SELECT pg_catalog.to_json(pg_catalog.pg_get_expr(ad.adbin, ad.adrelid))::text FROM pg_catalog.pg_attrdef ad
            WHERE ad.adrelid = a.attrelid AND ad.adnum = a.attnum) END,
         CASE WHEN a.attgenerated = 'v' THEN ',"generated_kind":"virtual"' END,
         CASE a.attidentity WHEN 'a' THEN ',"identity":"always"' WHEN 'd' THEN ',"identity":"by default"' END,
         CASE WHEN a.attcollation <> t.typcollation THEN
           ',"collation":' || pg_catalog.to_json(a.attcollation::pg_catalog.regcollation::text)::text END,
         CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN ',"storage":"plain"' WHEN 'e' THEN ',"storage":"external"'
                                                          WHEN 'm' THEN ',"storage":"main"' ELSE ',"storage":"extended"' END END,
         CASE {{compression}} WHEN 'p' THEN ',"compression":"pglz"' WHEN 'l' THEN ',"compression":"lz4"' END,
         CASE WHEN a.attstattarget >= 0 THEN ',"statistics":' || a.attstattarget::text END,
         CASE WHEN a.attinhcount > 0 AND NOT a.attislocal THEN ',"inherited":true' END,
         -- Some builds keep a random number of their own there.
         ',"settings":' || pg_catalog.to_json(pg_catalog.string_to_array(NULLIF(pg_catalog.ltrim(pg_catalog.regexp_replace(
           pg_catalog.array_to_string(a.attoptions, ','), ',?pg_attver=[0-9]+', ''), ','), ''), ','))::text,
         ',"options":' || pg_catalog.to_json(a.attfdwoptions)::text,
         '}')::json,
       '1259:' || rel.oid || ':' || a.attnum, rel.grp
  FROM rel
  JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE rel.relkind IN ('r', 'p', 'f') AND ({{new a}}{{new not null}})
