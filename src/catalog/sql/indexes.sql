-- Indexes. This is read by every CREATE TABLE: a subquery here costs each of them, used or not.
SELECT 'index', n.nspname || '.' || ic.relname,
       pg_catalog.concat('{"definition":', pg_catalog.to_json(pg_catalog.pg_get_indexdef(i.indexrelid)),
                         ',"table":', pg_catalog.to_json(rel.name),
                         CASE WHEN NOT i.indisvalid THEN ',"valid":false' END,
                         CASE WHEN ic.relispartition THEN ',"partition_of":' ||
                           pg_catalog.to_json(pg_catalog.pg_partition_root(i.indexrelid)::text)::text END,
                         CASE WHEN i.indisreplident THEN ',"replica_identity":true' END, '}')::json,
       '1259:' || i.indexrelid || ':0', rel.grp
  FROM rel JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
 WHERE {{new i}} OR {{new ic}}
