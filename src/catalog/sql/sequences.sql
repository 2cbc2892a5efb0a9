-- Sequences. One that a column owns is of its table's group: dropping an identity column's sequence is reported by
-- nothing but the table's own change.
WITH rel AS MATERIALIZED (
  SELECT c.oid, c.relowner, c.relpersistence, n.nspname::text || '.' || c.relname::text AS name,
         '1259:' || c.oid || ':0' AS id,
         own.refobjid AS owning_table, own.refobjsubid AS owning_column
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_depend own ON own.classid = 1259 AND own.objid = c.oid AND own.objsubid = 0 AND own.refclassid = 1259
     AND own.deptype IN ('a', 'i') AND own.refobjsubid > 0
   WHERE c.oid {{only}}
     AND c.relkind IN ('S')
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_windlass', 'pg_toast')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND {{no member}} (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 1259 AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e')
)
SELECT 'sequence' AS kind, rel.name,
       pg_catalog.concat(
         '{"owner":', pg_catalog.to_json(pg_catalog.pg_get_userbyid(rel.relowner)),
         CASE WHEN rel.relpersistence = 'u' THEN ',"persistence":"unlogged"' END,
         (SELECT pg_catalog.concat(
             ',"sequence":{"type":', pg_catalog.to_json(pg_catalog.format_type(s.seqtypid, NULL)), ',"start":', s.seqstart,
             ',"increment":', s.seqincrement, ',"min":', s.seqmin, ',"max":', s.seqmax, ',"cache":', s.seqcache,
             ',"cycle":', CASE WHEN s.seqcycle THEN 'true' ELSE 'false' END, '}')
           FROM pg_catalog.pg_sequence s WHERE s.seqrelid = rel.oid),
         ',"owned_by":' || (SELECT pg_catalog.to_json(tn.nspname || '.' || t.relname || '.' || a.attname)::text
           FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
           JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = rel.owning_column
          WHERE t.oid = rel.owning_table), '}')::json AS definition,
       rel.id, '1259:' || COALESCE(rel.owning_table, rel.oid) || ':0' AS grp
  FROM rel
UNION ALL
SELECT 'comment', 'sequence ' || rel.name, pg_catalog.to_json(d.description), 'c:' || rel.id,
       '1259:' || COALESCE(rel.owning_table, rel.oid) || ':0'
  FROM rel JOIN pg_catalog.pg_description d ON d.classoid = 1259 AND d.objoid = rel.oid AND d.objsubid = 0
