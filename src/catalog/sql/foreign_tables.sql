-- Foreign tables themselves; their columns and constraints are read with the other relations'.
WITH rel AS MATERIALIZED (
  SELECT c.oid, c.relowner, n.nspname::text || '.' || c.relname::text AS name, '1259:' || c.oid || ':0' AS grp
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid {{only}}
     AND c.relkind IN ('f')
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_windlass', 'pg_toast')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 1259 AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e')
)
SELECT 'foreign table' AS kind, rel.name,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'owner', pg_catalog.pg_get_userbyid(rel.relowner),
         'parents', (SELECT pg_catalog.jsonb_agg(i.inhparent::pg_catalog.regclass::text ORDER BY i.inhseqno)
                       FROM pg_catalog.pg_inherits i WHERE i.inhrelid = rel.oid),
         'server', (SELECT fs.srvname FROM pg_catalog.pg_foreign_table ft
                      JOIN pg_catalog.pg_foreign_server fs ON fs.oid = ft.ftserver WHERE ft.ftrelid = rel.oid),
         'options', (SELECT ft.ftoptions FROM pg_catalog.pg_foreign_table ft WHERE ft.ftrelid = rel.oid))) AS definition,
       rel.grp AS id, rel.grp
  FROM rel
