-- Schemas.
WITH sch AS MATERIALIZED (
  SELECT n.oid, n.nspname::text AS name, n.nspowner, '2615:' || n.oid || ':0' AS id
    FROM pg_catalog.pg_namespace n
   WHERE n.oid {{only}}
     AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
     AND {{no member}} (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 2615 AND e.objid = n.oid AND e.deptype = 'e')
)
SELECT 'schema' AS kind, sch.name,
       pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(sch.nspowner)) AS definition,
       sch.id, sch.id AS grp
  FROM sch
UNION ALL
SELECT 'comment', 'schema ' || sch.name, pg_catalog.to_jsonb(d.description), 'c:' || sch.id, sch.id
  FROM sch JOIN pg_catalog.pg_description d ON d.classoid = 2615 AND d.objoid = sch.oid
