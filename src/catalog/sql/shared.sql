-- What belongs to the whole server: roles, databases, tablespaces, their settings, comments and privileges. No event
-- trigger tells of them. Passwords are left out.
SELECT 'role' AS kind, r.rolname::text AS name,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'superuser', NULLIF(r.rolsuper, false), 'inherit', NULLIF(r.rolinherit, true), 'create_role', NULLIF(r.rolcreaterole, false),
         'create_database', NULLIF(r.rolcreatedb, false), 'login', NULLIF(r.rolcanlogin, false),
         'replication', NULLIF(r.rolreplication, false), 'bypass_row_security', NULLIF(r.rolbypassrls, false),
         'connection_limit', NULLIF(r.rolconnlimit, -1), 'valid_until', r.rolvaliduntil,
         'member_of', (SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_userbyid(m.roleid) || CASE WHEN m.admin_option THEN ' with admin' ELSE '' END
                                                   || CASE WHEN pg_catalog.to_jsonb(m) -> 'inherit_option' = 'false' THEN ' without inherit' ELSE '' END
                                                   || CASE WHEN pg_catalog.to_jsonb(m) -> 'set_option' = 'false' THEN ' without set' ELSE '' END
                                ORDER BY pg_catalog.pg_get_userbyid(m.roleid), m.admin_option)
                         FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid),
         'settings', (SELECT pg_catalog.jsonb_agg(COALESCE('in ' || d.datname || ': ', '') || one ORDER BY d.datname, one)
                        FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,
                             pg_catalog.unnest(s.setconfig) one WHERE s.setrole = r.oid))) AS definition,
       '1260:' || r.oid || ':0' AS id, '1260:' || r.oid || ':0' AS grp
  FROM pg_catalog.pg_roles r WHERE r.oid >= 16384
UNION ALL
SELECT 'role', 'all', pg_catalog.jsonb_build_object('settings', s.setconfig), '1260:0:0', '1260:0:0'
  FROM pg_catalog.pg_db_role_setting s WHERE s.setrole = 0 AND s.setdatabase = 0
UNION ALL
SELECT 'database', d.datname::text,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'owner', pg_catalog.pg_get_userbyid(d.datdba), 'encoding', pg_catalog.pg_encoding_to_char(d.encoding),
         'collate', d.datcollate, 'ctype', d.datctype, 'template', NULLIF(d.datistemplate, false),
         'connections', NULLIF(d.datallowconn, true), 'connection_limit', NULLIF(d.datconnlimit, -1),
         'tablespace', (SELECT t.spcname FROM pg_catalog.pg_tablespace t WHERE t.oid = d.dattablespace AND t.oid >= 16384),
         'settings', (SELECT pg_catalog.to_jsonb(s.setconfig) FROM pg_catalog.pg_db_role_setting s
                       WHERE s.setdatabase = d.oid AND s.setrole = 0))),
       '1262:' || d.oid || ':0', '1262:' || d.oid || ':0'
  FROM pg_catalog.pg_database d
UNION ALL
SELECT 'tablespace', t.spcname::text,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(t.spcowner), 'options', t.spcoptions)),
       '1213:' || t.oid || ':0', '1213:' || t.oid || ':0'
  FROM pg_catalog.pg_tablespace t WHERE t.oid >= 16384
UNION ALL
SELECT 'comment', x.name, pg_catalog.to_jsonb(d.description), 'c:' || d.classoid || ':' || d.objoid || ':0', d.classoid || ':' || d.objoid || ':0'
  FROM pg_catalog.pg_shdescription d
  JOIN (SELECT 1260 AS class, r.oid, 'role ' || r.rolname AS name FROM pg_catalog.pg_roles r
        UNION ALL SELECT 1262, b.oid, 'database ' || b.datname FROM pg_catalog.pg_database b
        UNION ALL SELECT 1213, t.oid, 'tablespace ' || t.spcname FROM pg_catalog.pg_tablespace t) x
    ON x.class = d.classoid AND x.oid = d.objoid
UNION ALL
SELECT 'privilege', x.name,
       (SELECT pg_catalog.jsonb_agg(item::text ORDER BY item::text COLLATE "C") FROM pg_catalog.unnest(x.acl) item),
       'a:' || x.id, x.id
  FROM (SELECT '1262:' || b.oid || ':0' AS id, 'database ' || b.datname AS name, b.datacl AS acl,
               pg_catalog.acldefault('d', b.datdba) AS usual FROM pg_catalog.pg_database b
        UNION ALL SELECT '1213:' || t.oid || ':0', 'tablespace ' || t.spcname, t.spcacl, pg_catalog.acldefault('t', t.spcowner) FROM pg_catalog.pg_tablespace t
        {{parameters}}) x
 WHERE x.acl IS NOT NULL AND (x.usual IS NULL OR NOT (x.acl @> x.usual AND x.usual @> x.acl))
