-- Tables and views with their columns, constraints and indexes: what nearly every command touches. What fewer relations
-- have is in details.sql, sequences.sql and foreign_tables.sql, so that an event trigger pays for it only where it is.
-- The group is the relation.
-- Constraints that PostgreSQL makes for itself on the partitions that a foreign key refers to come and go with those
-- partitions: no facts.
-- Definitions are put together as text: it costs a tenth of what jsonb_build_object does. The marks named new keep,
-- in an event trigger, the rows that the command under way has written.
-- Objects of extensions are left out: the extension itself is the fact.
-- NOT NULL is a property of the column here, on PostgreSQL 18 too, where it is a constraint with a name.
-- Which index a table is clustered by is left out: CLUSTER, which sets it, fires no event trigger.
WITH rel AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relowner, c.relpersistence, c.reloptions, c.relrowsecurity, c.relforcerowsecurity,
         c.relreplident, c.relispopulated, c.relispartition, c.relpartbound, c.relam, c.reltablespace, c.reloftype, {{new c}} AS written,
         n.nspname::text || '.' || c.relname::text AS name, '1259:' || c.oid || ':0' AS grp,
         CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                        ELSE 'table' END AS kind
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid {{only}}
     AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_windlass', 'pg_toast')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 1259 AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e')
)
SELECT rel.kind, rel.name,
       pg_catalog.concat(
         '{"owner":', pg_catalog.to_json(pg_catalog.pg_get_userbyid(rel.relowner)),
         CASE rel.relpersistence WHEN 'u' THEN ',"persistence":"unlogged"' WHEN 't' THEN ',"persistence":"temporary"' END,
         ',"options":' || pg_catalog.to_json(rel.reloptions)::text,
         CASE WHEN rel.relkind IN ('v', 'm') THEN ',"definition":' || pg_catalog.to_json(pg_catalog.pg_get_viewdef(rel.oid))::text END,
         CASE WHEN rel.relkind = 'm' AND NOT rel.relispopulated THEN ',"populated":false' END,
         CASE WHEN rel.relkind = 'p' THEN ',"partitioned_by":' || pg_catalog.to_json(pg_catalog.pg_get_partkeydef(rel.oid))::text END,
         CASE WHEN rel.relispartition THEN ',"partition":' || pg_catalog.to_json(pg_catalog.pg_get_expr(rel.relpartbound, rel.oid))::text END,
         CASE WHEN rel.relkind IN ('r', 'p') THEN ',"parents":' ||
           (SELECT pg_catalog.json_agg(i.inhparent::pg_catalog.regclass::text ORDER BY i.inhseqno)::text
              FROM pg_catalog.pg_inherits i WHERE i.inhrelid = rel.oid) END,
         CASE WHEN rel.relrowsecurity THEN CASE WHEN rel.relforcerowsecurity THEN ',"row_security":"forced"'
                                                ELSE ',"row_security":"enabled"' END
              WHEN rel.relforcerowsecurity THEN ',"row_security":"forced but disabled"' END,
         CASE WHEN rel.relkind IN ('r', 'p') THEN
           CASE rel.relreplident WHEN 'f' THEN ',"replica_identity":"full"' WHEN 'n' THEN ',"replica_identity":"nothing"'
                                 WHEN 'i' THEN ',"replica_identity":"index"' END END,
         CASE WHEN rel.relam NOT IN (0, 2) THEN ',"access_method":' ||
           (SELECT pg_catalog.to_json(am.amname)::text FROM pg_catalog.pg_am am WHERE am.oid = rel.relam) END,
         CASE WHEN rel.reltablespace <> 0 THEN ',"tablespace":' ||
           (SELECT pg_catalog.to_json(ts.spcname)::text FROM pg_catalog.pg_tablespace ts WHERE ts.oid = rel.reltablespace) END,
         CASE WHEN rel.reloftype <> 0 THEN ',"of_type":' || pg_catalog.to_json(pg_catalog.format_type(rel.reloftype, NULL))::text END,
         '}')::json AS definition, rel.grp AS id, rel.grp
  -- The text of a replaced view stands in another row.
  FROM rel WHERE rel.relkind <> 'f' AND (rel.written OR rel.relkind = 'v')
UNION ALL
SELECT 'column', rel.name || '.' || a.attname,
       pg_catalog.concat(
         '{"type":', pg_catalog.to_json(pg_catalog.format_type(a.atttypid, a.atttypmod)),
         CASE WHEN a.attnotnull THEN ',"not_null":true' END,
         CASE WHEN a.atthasdef THEN CASE WHEN a.attgenerated = '' THEN ',"default":' ELSE ',"generated":' END ||
           pg_catalog.to_json(pg_catalog.pg_get_expr(ad.adbin, ad.adrelid))::text END,
         CASE WHEN a.attgenerated = 'v' THEN ',"generated_kind":"virtual"' END,
         CASE a.attidentity WHEN 'a' THEN ',"identity":"always"' WHEN 'd' THEN ',"identity":"by default"' END,
         CASE WHEN a.attcollation <> t.typcollation THEN
           ',"collation":' || pg_catalog.to_json(a.attcollation::pg_catalog.regcollation::text)::text END,
         CASE WHEN a.attstorage <> t.typstorage THEN ',"storage":"' || a.attstorage::text || '"' END,
         CASE WHEN {{compression}} <> '' THEN ',"compression":"' || {{compression}}::text || '"' END,
         CASE WHEN a.attstattarget >= 0 THEN ',"statistics":' || a.attstattarget::text END,
         CASE WHEN a.attinhcount > 0 AND NOT a.attislocal THEN ',"inherited":true' END,
         ',"options":' || pg_catalog.to_json(a.attfdwoptions)::text,
         '}')::json,
       '1259:' || rel.oid || ':' || a.attnum, rel.grp
  FROM rel
  JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef ad ON a.atthasdef AND ad.adrelid = a.attrelid AND ad.adnum = a.attnum
 WHERE rel.relkind IN ('r', 'p', 'f') AND ({{new a}} OR {{new ad}})
UNION ALL
SELECT 'constraint', rel.name || '.' || con.conname,
       pg_catalog.concat('{"definition":', pg_catalog.to_json(pg_catalog.pg_get_constraintdef(con.oid)),
                         CASE WHEN NOT con.convalidated THEN ',"valid":false' END, '}')::json,
       '2606:' || con.oid || ':0', rel.grp
  FROM rel JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype IN ('c', 'f', 'p', 'u', 'x')
   -- A foreign key to a partitioned table has a hidden copy for each partition there.
   AND NOT (con.contype = 'f' AND con.conparentid <> 0 AND EXISTS (
     SELECT FROM pg_catalog.pg_constraint up
      WHERE up.oid = con.conparentid AND (up.confrelid <> con.confrelid OR up.conrelid = con.conrelid)))
 WHERE {{new con}}
UNION ALL
SELECT 'index', n.nspname || '.' || ic.relname,
       pg_catalog.concat('{"definition":', pg_catalog.to_json(pg_catalog.pg_get_indexdef(i.indexrelid)),
                         ',"table":', pg_catalog.to_json(rel.name),
                         CASE WHEN NOT i.indisvalid THEN ',"valid":false' END,
                         CASE WHEN i.indisreplident THEN ',"replica_identity":true' END, '}')::json,
       '1259:' || i.indexrelid || ':0', rel.grp
  FROM rel JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
 WHERE {{new i}} OR {{new ic}}
