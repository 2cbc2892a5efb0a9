-- What a read of a real database asks first: where it is, how much there is, and what is there besides the facts.
-- Rows (what, name, count, note).
SELECT 'database' AS what, pg_catalog.current_database()::text AS name, NULL::bigint AS count,
       pg_catalog.pg_is_in_recovery()::text AS note
UNION ALL
SELECT 'relations', NULL, pg_catalog.count(*), NULL FROM pg_catalog.pg_class c WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL
SELECT 'functions', NULL, pg_catalog.count(*), NULL FROM pg_catalog.pg_proc p WHERE p.oid >= 16384
UNION ALL
SELECT 'extension', e.extname::text, pg_catalog.count(*), NULL
  FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
 WHERE d.refclassid = 3079 AND d.deptype = 'e' AND e.oid >= 16384 GROUP BY e.extname
UNION ALL
SELECT 'windlass', NULL, pg_catalog.count(*), NULL
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'pg_windlass'
UNION ALL
SELECT 'large objects', NULL, pg_catalog.count(*), NULL FROM pg_catalog.pg_largeobject_metadata
UNION ALL
-- The options of a mapping are for its user, the server's owner and superusers.
SELECT 'user mapping', u.usename || ' on server ' || u.srvname, NULL, NULL
  FROM pg_catalog.pg_user_mappings u
 WHERE u.umoptions IS NULL AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)
UNION ALL
SELECT 'subscriptions', NULL, NULL, pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'oid', 'SELECT')::text
UNION ALL
SELECT 'subscription', s.subname::text, NULL, NULL
  FROM pg_catalog.pg_subscription s
 WHERE NOT pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'oid', 'SELECT')
   AND s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
UNION ALL
-- A catalog of objects that came with a newer server than the readers know.
SELECT 'catalog', c.relname::text, NULL, NULL
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid'
 WHERE c.relnamespace = 11 AND c.relkind = 'r'
   AND c.relname <> ALL (ARRAY['pg_am', 'pg_amop', 'pg_amproc', 'pg_attrdef', 'pg_auth_members', 'pg_authid', 'pg_cast', 'pg_class',
     'pg_collation', 'pg_constraint', 'pg_conversion', 'pg_database', 'pg_default_acl', 'pg_enum', 'pg_event_trigger', 'pg_extension',
     'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_language', 'pg_largeobject_metadata', 'pg_namespace', 'pg_opclass',
     'pg_operator', 'pg_opfamily', 'pg_parameter_acl', 'pg_policy', 'pg_proc', 'pg_publication', 'pg_publication_namespace',
     'pg_publication_rel', 'pg_rewrite', 'pg_statistic_ext', 'pg_subscription', 'pg_tablespace', 'pg_transform', 'pg_trigger',
     'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template', 'pg_type', 'pg_user_mapping'])
