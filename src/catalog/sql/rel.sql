-- What tables, views and their parts are read from: every other file that says "FROM rel" follows this one.
-- Objects of extensions are left out: the extension itself is the fact.
WITH rel AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relowner, c.relpersistence, c.reloptions, c.relrowsecurity, c.relforcerowsecurity,
         c.relreplident, c.relispopulated, c.relispartition, c.relpartbound, c.relam, c.reltablespace, c.reloftype, c.reltoastrelid,
         n.nspname::text || '.' || c.relname::text AS name, '1259:' || c.oid || ':0' AS grp,
         CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                        ELSE 'table' END AS kind
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid {{only}}
     AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_windlass', 'pg_toast')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND {{no member}} (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 1259 AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e')
)
