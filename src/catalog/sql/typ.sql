-- Types that somebody made: enums, domains, composites, ranges, base types. Array types, multiranges and the row
-- types of tables follow from other objects and are no facts of their own. What array_in (750) reads is an array type; a base
-- type may have elements, too.
WITH typ AS MATERIALIZED (
  SELECT t.oid, t.typtype, t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typinput, t.typoutput,
         t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, t.typdelim, t.typelem, {{subscript}} AS subscript, t.typowner, t.typrelid, t.typbasetype, t.typtypmod, t.typnotnull, t.typdefault,
         t.typcollation, n.nspname::text || '.' || t.typname::text AS name, '1247:' || t.oid || ':0' AS id
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE t.oid {{only}}
     AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c') OR (t.typtype = 'b' AND (t.typelem = 0 OR t.typinput <> 750))
          OR (t.typtype = 'p' AND NOT t.typisdefined))
     AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_windlass', 'pg_toast')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND {{no member}} (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 1247 AND e.objid = t.oid AND e.objsubid = 0 AND e.deptype = 'e')
)
