-- Every other kind, by the name pg_identify_object gives it. Objects below OID 16384 came with the server.
-- Values of options that may be secrets are left out, as are all values of a user mapping's but its user.
SELECT i.type AS kind, {{identity}} AS name,
       pg_catalog.jsonb_strip_nulls(x.definition) AS definition, x.classid || ':' || x.oid || ':0' AS id,
       x.classid || ':' || x.oid || ':0' AS grp
  FROM (
    SELECT 3079 AS classid, e.oid, pg_catalog.jsonb_build_object('version', e.extversion, 'schema', n.nspname,
             'owner', pg_catalog.pg_get_userbyid(e.extowner)) AS definition
      FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.oid {{only}}
    UNION ALL
    SELECT 3466, e.oid, pg_catalog.jsonb_build_object('event', e.evtevent, 'function', e.evtfoid::pg_catalog.regproc::text,
             'enabled', CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END, 'tags', e.evttags, 'owner', pg_catalog.pg_get_userbyid(e.evtowner))
      FROM pg_catalog.pg_event_trigger e WHERE e.oid {{only}} AND e.evtname !~ '^pg_windlass_'
    UNION ALL
    SELECT 6104, p.oid, pg_catalog.jsonb_build_object('all_tables', p.puballtables, 'publish',
             pg_catalog.concat_ws(',', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                                  CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
             'via_root', NULLIF(p.pubviaroot, false),
             'generated_columns', CASE pg_catalog.to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' END, 'owner', pg_catalog.pg_get_userbyid(p.pubowner),
             'schemas', {{publication schemas}},
             'tables', (SELECT pg_catalog.jsonb_agg({{publication table}} ORDER BY r.prrelid::pg_catalog.regclass::text)
                          FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid))
      FROM pg_catalog.pg_publication p WHERE p.oid {{only}}
    UNION ALL
    SELECT 6100, s.oid, pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(s.subowner), 'enabled', s.subenabled,
             'slot', s.subslotname, 'synchronous_commit', s.subsynccommit, 'publications', s.subpublications) || {{subscription properties}}
      FROM {{subscriptions}} s
     WHERE s.oid {{only}}
       AND s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
    UNION ALL
    SELECT 3381, s.oid, pg_catalog.jsonb_build_object('definition', pg_catalog.pg_get_statisticsobjdef(s.oid),
             'statistics', NULLIF(s.stxstattarget, -1), 'owner', pg_catalog.pg_get_userbyid(s.stxowner))
      FROM pg_catalog.pg_statistic_ext s WHERE s.oid {{only}}
    UNION ALL
    SELECT 3456, c.oid, pg_catalog.jsonb_build_object('provider', CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc'
                                                           WHEN 'b' THEN 'builtin' ELSE 'default' END, 'deterministic', c.collisdeterministic,
             -- Before 15 an ICU locale is kept where the library's two are.
             'collate', CASE WHEN c.collprovider <> 'i' THEN c.collcollate END,
             'ctype', CASE WHEN c.collprovider <> 'i' THEN c.collctype END,
             'locale', COALESCE(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale',
                                CASE WHEN c.collprovider = 'i' THEN c.collcollate END),
             'rules', pg_catalog.to_jsonb(c) -> 'collicurules', 'owner', pg_catalog.pg_get_userbyid(c.collowner))
      FROM pg_catalog.pg_collation c WHERE c.oid {{only}} AND c.collnamespace <> 11
    UNION ALL
    SELECT 2617, o.oid, pg_catalog.jsonb_build_object('function', o.oprcode::pg_catalog.regproc::text,
             'commutator', NULLIF(o.oprcom, 0)::pg_catalog.regoperator::text,
             'negator', NULLIF(o.oprnegate, 0)::pg_catalog.regoperator::text,
             'restrict', NULLIF(o.oprrest, 0)::pg_catalog.regproc::text, 'join', NULLIF(o.oprjoin, 0)::pg_catalog.regproc::text,
             'hashes', NULLIF(o.oprcanhash, false), 'merges', NULLIF(o.oprcanmerge, false),
             'owner', pg_catalog.pg_get_userbyid(o.oprowner))
      FROM pg_catalog.pg_operator o WHERE o.oid {{only}}
    UNION ALL
    SELECT 2616, o.oid, pg_catalog.jsonb_build_object('type', pg_catalog.format_type(o.opcintype, NULL),
             'default', o.opcdefault, 'stored_as', pg_catalog.format_type(NULLIF(o.opckeytype, 0), NULL),
             'family', (pg_catalog.pg_identify_object(2753, o.opcfamily, 0)).identity, 'owner', pg_catalog.pg_get_userbyid(o.opcowner))
      FROM pg_catalog.pg_opclass o WHERE o.oid {{only}}
    UNION ALL
    SELECT 2753, o.oid, pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(o.opfowner),
             'operators', (SELECT pg_catalog.jsonb_agg(m.amopstrategy || ' ' || m.amopopr::pg_catalog.regoperator ||
                                    CASE m.amoppurpose WHEN 'o' THEN ' for order by ' ||
                                      (pg_catalog.pg_identify_object(2753, m.amopsortfamily, 0)).identity ELSE '' END
                                    ORDER BY m.amopstrategy, m.amopopr::pg_catalog.regoperator::text)
                             FROM pg_catalog.pg_amop m WHERE m.amopfamily = o.oid),
             'functions', (SELECT pg_catalog.jsonb_agg(m.amprocnum || ' (' || pg_catalog.format_type(m.amproclefttype, NULL) || ', '
                                    || pg_catalog.format_type(m.amprocrighttype, NULL) || ') ' || m.amproc::pg_catalog.regprocedure
                                    ORDER BY m.amprocnum, pg_catalog.format_type(m.amproclefttype, NULL),
                                             pg_catalog.format_type(m.amprocrighttype, NULL))
                             FROM pg_catalog.pg_amproc m WHERE m.amprocfamily = o.oid))
      FROM pg_catalog.pg_opfamily o WHERE o.oid {{only}}
    UNION ALL
    SELECT 2605, c.oid, pg_catalog.jsonb_build_object(
             'context', CASE c.castcontext WHEN 'e' THEN 'explicit' WHEN 'a' THEN 'assignment' ELSE 'implicit' END,
             'method', CASE c.castmethod WHEN 'f' THEN 'function' WHEN 'i' THEN 'inout' ELSE 'binary' END,
             'function', NULLIF(c.castfunc, 0)::pg_catalog.regprocedure::text)
      FROM pg_catalog.pg_cast c WHERE c.oid {{only}}
    UNION ALL
    SELECT 2612, l.oid, pg_catalog.jsonb_build_object('trusted', l.lanpltrusted, 'handler', l.lanplcallfoid::pg_catalog.regproc::text,
             'inline', NULLIF(l.laninline, 0)::pg_catalog.regproc::text, 'validator', NULLIF(l.lanvalidator, 0)::pg_catalog.regproc::text,
             'owner', pg_catalog.pg_get_userbyid(l.lanowner))
      FROM pg_catalog.pg_language l WHERE l.oid {{only}}
    UNION ALL
    SELECT 3602, t.oid, pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(t.cfgowner),
             'parser', (pg_catalog.pg_identify_object(3601, t.cfgparser, 0)).identity,
             'mappings', (SELECT pg_catalog.jsonb_agg(k.alias || ': ' || m.dicts ORDER BY k.alias)
                            FROM (SELECT m.maptokentype, pg_catalog.string_agg(m.mapdict::pg_catalog.regdictionary::text, ', '
                                                                               ORDER BY m.mapseqno) AS dicts
                                    FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = t.oid GROUP BY m.maptokentype) m
                            JOIN pg_catalog.ts_token_type(t.cfgparser) k ON k.tokid = m.maptokentype))
      FROM pg_catalog.pg_ts_config t WHERE t.oid {{only}} AND t.oid >= 16384
    UNION ALL
    SELECT 3600, t.oid, pg_catalog.jsonb_build_object('options', t.dictinitoption, 'owner', pg_catalog.pg_get_userbyid(t.dictowner),
             'template', (pg_catalog.pg_identify_object(3764, t.dicttemplate, 0)).identity)
      FROM pg_catalog.pg_ts_dict t WHERE t.oid {{only}}
    UNION ALL
    SELECT 3601, t.oid, pg_catalog.jsonb_build_object('start', t.prsstart::text, 'token', t.prstoken::text, 'end', t.prsend::text,
             'headline', t.prsheadline::text, 'types', t.prslextype::text)
      FROM pg_catalog.pg_ts_parser t WHERE t.oid {{only}}
    UNION ALL
    SELECT 3764, t.oid, pg_catalog.jsonb_build_object('init', t.tmplinit::text, 'lexize', t.tmpllexize::text)
      FROM pg_catalog.pg_ts_template t WHERE t.oid {{only}}
    UNION ALL
    SELECT 2328, f.oid, pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(f.fdwowner),
             'handler', NULLIF(f.fdwhandler, 0)::pg_catalog.regproc::text, 'validator', NULLIF(f.fdwvalidator, 0)::pg_catalog.regproc::text,
             'options', {{options f.fdwoptions}})
      FROM pg_catalog.pg_foreign_data_wrapper f WHERE f.oid {{only}}
    UNION ALL
    SELECT 1417, s.oid, pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(s.srvowner), 'type', s.srvtype,
             'version', s.srvversion, 'options', {{options s.srvoptions}},
             'wrapper', (SELECT f.fdwname FROM pg_catalog.pg_foreign_data_wrapper f WHERE f.oid = s.srvfdw))
      FROM pg_catalog.pg_foreign_server s WHERE s.oid {{only}}
    UNION ALL
    SELECT 1418, u.umid, pg_catalog.jsonb_build_object('options',
             (SELECT pg_catalog.jsonb_agg(CASE WHEN o LIKE 'user=%' THEN o ELSE pg_catalog.split_part(o, '=', 1) END)
                FROM pg_catalog.unnest(u.umoptions) o))
      FROM pg_catalog.pg_user_mappings u WHERE u.umid {{only}}
    UNION ALL
    SELECT 2607, c.oid, pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(c.conowner), 'function', c.conproc::text,
             'from', pg_catalog.pg_encoding_to_char(c.conforencoding), 'to', pg_catalog.pg_encoding_to_char(c.contoencoding),
             'default', c.condefault)
      FROM pg_catalog.pg_conversion c WHERE c.oid {{only}}
    UNION ALL
    SELECT 2601, a.oid, pg_catalog.jsonb_build_object('type', CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END, 'handler', a.amhandler::text)
      FROM pg_catalog.pg_am a WHERE a.oid {{only}}
    UNION ALL
    SELECT 3576, t.oid, pg_catalog.jsonb_build_object('from_sql', NULLIF(t.trffromsql::oid, 0)::pg_catalog.regprocedure::text,
             'to_sql', NULLIF(t.trftosql::oid, 0)::pg_catalog.regprocedure::text)
      FROM pg_catalog.pg_transform t WHERE t.oid {{only}}
  ) x, LATERAL pg_catalog.pg_identify_object(x.classid, x.oid, 0) i
 WHERE x.oid >= 16384
   AND ({{extension itself}} {{no member}} (SELECT FROM pg_catalog.pg_depend e
                     WHERE e.classid = x.classid AND e.objid = x.oid
                       -- The casts of a range to its multirange are part of the type.
                       AND (e.deptype = 'e' OR e.deptype = 'i' AND e.classid = 2605)))
UNION ALL
SELECT 'comment', i.type || ' ' || {{identity}}, pg_catalog.to_jsonb(d.description),
       'c:' || d.classoid || ':' || d.objoid || ':0', d.classoid || ':' || d.objoid || ':0'
  FROM pg_catalog.pg_description d, LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, 0) i
 WHERE d.objoid {{only}} AND d.objoid >= 16384
   -- A dropped subscription leaves its comment behind: a comment on nothing.
   AND d.classoid NOT IN (1259, 2606, 2620, 3256, 2618, 1247, 1255, 2615, 6100)
   AND {{no member}} (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
UNION ALL
SELECT 'comment', 'subscription ' || i.identity, pg_catalog.to_jsonb(d.description), 'c:6100:' || s.oid || ':0', '6100:' || s.oid || ':0'
  FROM {{subscriptions}} s JOIN pg_catalog.pg_description d ON d.classoid = 6100 AND d.objoid = s.oid,
       LATERAL pg_catalog.pg_identify_object(6100, s.oid, 0) i
 WHERE s.oid {{only}}
   AND s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
