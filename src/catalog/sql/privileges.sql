-- Privileges that differ from the default, whether or not the catalog spells it out, one fact an object. The group is "acl:" and the object's id (for a column
-- its table's), so that a GRANT, which does not tell what it touched, can have all of them read anew.
WITH acl AS MATERIALIZED (
  SELECT '1259:' || c.oid || ':0' AS id, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
           WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'table' END || ' ' || n.nspname || '.' || c.relname AS name,
         c.relacl AS acl, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner) AS usual
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid {{only}} AND c.relacl IS NOT NULL AND n.nspname !~ '^pg_|^information_schema$'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1259 AND e.objid = c.oid AND e.deptype = 'e')
  UNION ALL
  SELECT '1259:' || c.oid || ':' || a.attnum, 'column ' || n.nspname || '.' || c.relname || '.' || a.attname, a.attacl, NULL
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid {{only}} AND a.attacl IS NOT NULL AND NOT a.attisdropped AND n.nspname !~ '^pg_|^information_schema$'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1259 AND e.objid = c.oid AND e.deptype = 'e')
  UNION ALL
  SELECT '1247:' || t.oid || ':0', 'type ' || n.nspname || '.' || t.typname, t.typacl, pg_catalog.acldefault('T', t.typowner)
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
   WHERE t.oid {{only}} AND t.typacl IS NOT NULL AND n.nspname !~ '^pg_|^information_schema$'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1247 AND e.objid = t.oid AND e.deptype = 'e')
  UNION ALL
  SELECT '1255:' || p.oid || ':0', CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END || ' '
           || n.nspname || '.' || p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')', p.proacl, pg_catalog.acldefault('f', p.proowner)
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE p.oid {{only}} AND p.proacl IS NOT NULL AND n.nspname !~ '^pg_|^information_schema$'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 1255 AND e.objid = p.oid AND e.deptype = 'e')
  UNION ALL
  SELECT '2615:' || n.oid || ':0', 'schema ' || n.nspname, n.nspacl, pg_catalog.acldefault('n', n.nspowner)
    FROM pg_catalog.pg_namespace n
   WHERE n.oid {{only}} AND n.nspacl IS NOT NULL AND n.nspname !~ '^pg_|^information_schema$'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 2615 AND e.objid = n.oid AND e.deptype = 'e')
  UNION ALL
  SELECT '2612:' || l.oid || ':0', 'language ' || l.lanname, l.lanacl, pg_catalog.acldefault('l', l.lanowner)
    FROM pg_catalog.pg_language l WHERE l.oid {{only}} AND l.lanacl IS NOT NULL
  UNION ALL
  SELECT '2328:' || w.oid || ':0', 'foreign-data wrapper ' || w.fdwname, w.fdwacl, pg_catalog.acldefault('F', w.fdwowner)
    FROM pg_catalog.pg_foreign_data_wrapper w WHERE w.oid {{only}} AND w.fdwacl IS NOT NULL
  UNION ALL
  SELECT '1417:' || s.oid || ':0', 'server ' || s.srvname, s.srvacl, pg_catalog.acldefault('S', s.srvowner)
    FROM pg_catalog.pg_foreign_server s WHERE s.oid {{only}} AND s.srvacl IS NOT NULL
  UNION ALL
  SELECT '826:' || d.oid || ':0', 'default for ' || pg_catalog.pg_get_userbyid(d.defaclrole)
           || COALESCE(' in schema ' || n.nspname, '') || ' on ' || CASE d.defaclobjtype WHEN 'r' THEN 'tables'
             WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'L' THEN 'large objects'
             ELSE 'schemas' END, d.defaclacl, NULL
    FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
   WHERE d.oid {{only}}
)
SELECT 'privilege' AS kind, acl.name,
       (SELECT pg_catalog.jsonb_agg(item::text ORDER BY item::text COLLATE "C") FROM pg_catalog.unnest(acl.acl) item) AS definition,
       'a:' || acl.id AS id, 'acl:' || pg_catalog.regexp_replace(acl.id, ':[0-9]+$', ':0') AS grp
  FROM acl WHERE acl.usual IS NULL OR NOT (acl.acl @> acl.usual AND acl.usual @> acl.acl)
