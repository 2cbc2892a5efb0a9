-- Indexes.
SELECT 'index', n.nspname || '.' || ic.relname,
       pg_catalog.concat('{"definition":', pg_catalog.to_json(pg_catalog.pg_get_indexdef(i.indexrelid)),
                         ',"table":', pg_catalog.to_json(rel.name),
                         CASE WHEN NOT i.indisvalid THEN ',"valid":false' END,
                         CASE WHEN ic.relispartition THEN ',"partition_of":' ||
                           (SELECT pg_catalog.to_json(h.inhparent::pg_catalog.regclass::text)::text
                              FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid) END,
                         CASE WHEN i.indexprs IS NOT NULL THEN ',"statistics":' ||
                           (SELECT pg_catalog.json_object_agg(a.attname, a.attstattarget)::text FROM pg_catalog.pg_attribute a
                             WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END,
                         CASE WHEN i.indisreplident THEN ',"replica_identity":true' END, '}')::json,
       '1259:' || i.indexrelid || ':0', rel.grp
  FROM rel JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
 WHERE {{new i}} OR {{new ic}}
