-- Every other kind, by the name pg_identify_object gives it. Objects below OID 16384 came with the server.
SELECT i.type AS kind, i.identity AS name,
       COALESCE(x.definition, '{}'::jsonb) AS definition, x.classid || ':' || x.oid || ':0' AS id,
       x.classid || ':' || x.oid || ':0' AS grp
  FROM (
    SELECT 3079 AS classid, e.oid, pg_catalog.jsonb_build_object('version', e.extversion, 'schema', n.nspname) AS definition
      FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.oid {{only}}
    UNION ALL
    SELECT 3466, e.oid, pg_catalog.jsonb_build_object('event', e.evtevent, 'function', e.evtfoid::pg_catalog.regproc::text,
             'enabled', e.evtenabled, 'tags', e.evttags)
      FROM pg_catalog.pg_event_trigger e WHERE e.oid {{only}} AND e.evtname !~ '^pg_windlass_'
    UNION ALL
    SELECT 6104, p.oid, pg_catalog.jsonb_build_object('all_tables', p.puballtables, 'publish',
             pg_catalog.concat_ws(',', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                                  CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
             'tables', (SELECT pg_catalog.jsonb_agg(r.prrelid::pg_catalog.regclass::text ORDER BY r.prrelid::pg_catalog.regclass::text)
                          FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid))
      FROM pg_catalog.pg_publication p WHERE p.oid {{only}}
    UNION ALL
    SELECT 3381, s.oid, pg_catalog.jsonb_build_object('definition', pg_catalog.pg_get_statisticsobjdef(s.oid))
      FROM pg_catalog.pg_statistic_ext s WHERE s.oid {{only}}
    UNION ALL
    SELECT 3456, c.oid, pg_catalog.jsonb_build_object('provider', c.collprovider, 'deterministic', c.collisdeterministic)
      FROM pg_catalog.pg_collation c WHERE c.oid {{only}} AND c.collnamespace <> 11
    UNION ALL
    SELECT 2617, o.oid, pg_catalog.jsonb_build_object('function', o.oprcode::pg_catalog.regproc::text)
      FROM pg_catalog.pg_operator o WHERE o.oid {{only}}
    UNION ALL SELECT 2616, o.oid, NULL FROM pg_catalog.pg_opclass o WHERE o.oid {{only}}
    UNION ALL SELECT 2753, o.oid, NULL FROM pg_catalog.pg_opfamily o WHERE o.oid {{only}}
    UNION ALL SELECT 2605, c.oid, pg_catalog.jsonb_build_object('context', c.castcontext, 'method', c.castmethod)
      FROM pg_catalog.pg_cast c WHERE c.oid {{only}}
    UNION ALL SELECT 2612, l.oid, NULL FROM pg_catalog.pg_language l WHERE l.oid {{only}}
    UNION ALL SELECT 3602, t.oid, NULL FROM pg_catalog.pg_ts_config t WHERE t.oid {{only}}
    UNION ALL SELECT 3600, t.oid, pg_catalog.jsonb_build_object('options', t.dictinitoption)
      FROM pg_catalog.pg_ts_dict t WHERE t.oid {{only}}
    UNION ALL SELECT 3601, t.oid, NULL FROM pg_catalog.pg_ts_parser t WHERE t.oid {{only}}
    UNION ALL SELECT 3764, t.oid, NULL FROM pg_catalog.pg_ts_template t WHERE t.oid {{only}}
    UNION ALL SELECT 2328, f.oid, pg_catalog.jsonb_build_object('options', pg_catalog.array_length(f.fdwoptions, 1))
      FROM pg_catalog.pg_foreign_data_wrapper f WHERE f.oid {{only}}
    UNION ALL SELECT 1417, s.oid, pg_catalog.jsonb_build_object('options', s.srvoptions, 'type', s.srvtype)
      FROM pg_catalog.pg_foreign_server s WHERE s.oid {{only}}
    UNION ALL SELECT 1418, u.umid, NULL FROM pg_catalog.pg_user_mappings u WHERE u.umid {{only}}
    UNION ALL SELECT 2607, c.oid, NULL FROM pg_catalog.pg_conversion c WHERE c.oid {{only}}
    UNION ALL SELECT 2601, a.oid, NULL FROM pg_catalog.pg_am a WHERE a.oid {{only}}
    UNION ALL SELECT 3576, t.oid, NULL FROM pg_catalog.pg_transform t WHERE t.oid {{only}}
  ) x, LATERAL pg_catalog.pg_identify_object(x.classid, x.oid, 0) i
 WHERE x.oid >= 16384
   AND (x.classid = 3079 OR NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                     WHERE e.classid = x.classid AND e.objid = x.oid
                       -- The casts of a range to its multirange are part of the type.
                       AND (e.deptype = 'e' OR e.deptype = 'i' AND e.classid = 2605)))
UNION ALL
SELECT 'comment', i.type || ' ' || i.identity, pg_catalog.to_jsonb(d.description),
       'c:' || d.classoid || ':' || d.objoid || ':0', d.classoid || ':' || d.objoid || ':0'
  FROM pg_catalog.pg_description d, LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, 0) i
 WHERE d.objoid {{only}} AND d.objoid >= 16384
   AND d.classoid NOT IN (1259, 2606, 2620, 3256, 2618, 1247, 1255, 2615)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
