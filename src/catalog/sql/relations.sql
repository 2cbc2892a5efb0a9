-- Tables and views with their columns, constraints and indexes: what nearly every command touches. What fewer relations
-- have is in details.sql, sequences.sql and foreign_tables.sql, so that an event trigger pays for it only where it is.
-- The group is the relation.
-- Constraints that PostgreSQL makes for itself on the partitions that a foreign key refers to come and go with those
-- partitions: no facts.
-- Objects of extensions are left out: the extension itself is the fact.
-- NOT NULL is a property of the column here, on PostgreSQL 18 too, where it is a constraint with a name.
-- Which index a table is clustered by is left out: CLUSTER, which sets it, fires no event trigger.
WITH rel AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relowner, c.relpersistence, c.reloptions, c.relrowsecurity, c.relforcerowsecurity,
         c.relreplident, c.relispopulated, c.relispartition, c.relpartbound, c.relam, c.reltablespace, c.reloftype,
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
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'owner', pg_catalog.pg_get_userbyid(rel.relowner),
         'persistence', CASE rel.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
         'options', rel.reloptions,
         'definition', CASE WHEN rel.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(rel.oid) END,
         'populated', CASE WHEN rel.relkind = 'm' AND NOT rel.relispopulated THEN false END,
         'partitioned_by', CASE WHEN rel.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(rel.oid) END,
         'partition', CASE WHEN rel.relispartition THEN pg_catalog.pg_get_expr(rel.relpartbound, rel.oid) END,
         'parents', CASE WHEN rel.relkind IN ('r', 'p') THEN
           (SELECT pg_catalog.jsonb_agg(i.inhparent::pg_catalog.regclass::text ORDER BY i.inhseqno)
              FROM pg_catalog.pg_inherits i WHERE i.inhrelid = rel.oid) END,
         'row_security', CASE WHEN rel.relrowsecurity THEN CASE WHEN rel.relforcerowsecurity THEN 'forced' ELSE 'enabled' END
                              WHEN rel.relforcerowsecurity THEN 'forced but disabled' END,
         'replica_identity', CASE WHEN rel.relkind IN ('r', 'p') THEN
           CASE rel.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END END,
         'access_method', CASE WHEN rel.relam NOT IN (0, 2) THEN
           (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = rel.relam) END,
         'tablespace', CASE WHEN rel.reltablespace <> 0 THEN
           (SELECT ts.spcname FROM pg_catalog.pg_tablespace ts WHERE ts.oid = rel.reltablespace) END,
         'of_type', CASE WHEN rel.reloftype <> 0 THEN pg_catalog.format_type(rel.reloftype, NULL) END
       )) AS definition, rel.grp AS id, rel.grp
  FROM rel WHERE rel.relkind <> 'f'
UNION ALL
SELECT 'column', rel.name || '.' || a.attname,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
         'not_null', CASE WHEN a.attnotnull THEN true END,
         'default', CASE WHEN a.atthasdef AND a.attgenerated = '' THEN pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) END,
         'generated', CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) END,
         'generated_kind', CASE WHEN a.attgenerated = 'v' THEN 'virtual' END,
         'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
         'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::pg_catalog.regcollation::text END,
         'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END,
         'compression', CASE WHEN {{compression}} <> '' THEN {{compression}}::text END,
         'statistics', CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,
         'inherited', CASE WHEN a.attinhcount > 0 AND NOT a.attislocal THEN true END,
         'options', a.attfdwoptions)),
       '1259:' || rel.oid || ':' || a.attnum, rel.grp
  FROM rel
  JOIN pg_catalog.pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
 WHERE rel.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'constraint', rel.name || '.' || con.conname,
       pg_catalog.jsonb_build_object('definition', pg_catalog.pg_get_constraintdef(con.oid))
       || CASE WHEN con.convalidated THEN '{}'::jsonb ELSE '{"valid": false}' END,
       '2606:' || con.oid || ':0', rel.grp
  FROM rel JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype IN ('c', 'f', 'p', 'u', 'x')
   -- A foreign key to a partitioned table has a hidden copy for each partition there.
   AND NOT (con.contype = 'f' AND con.conparentid <> 0 AND EXISTS (
     SELECT FROM pg_catalog.pg_constraint up
      WHERE up.oid = con.conparentid AND (up.confrelid <> con.confrelid OR up.conrelid = con.conrelid)))
UNION ALL
SELECT 'index', n.nspname || '.' || ic.relname,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'definition', pg_catalog.pg_get_indexdef(i.indexrelid),
         'table', rel.name,
         'valid', CASE WHEN i.indisvalid THEN NULL ELSE false END,
         'replica_identity', CASE WHEN i.indisreplident THEN true END)),
       '1259:' || i.indexrelid || ':0', rel.grp
  FROM rel JOIN pg_catalog.pg_index i ON i.indrelid = rel.oid
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
