-- The types themselves.
SELECT 'type' AS kind, typ.name,
       pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
         'is', CASE typ.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range'
                                WHEN 'c' THEN 'composite' WHEN 'p' THEN 'shell' ELSE 'base' END,
         'owner', pg_catalog.pg_get_userbyid(typ.typowner),
         'labels', CASE WHEN typ.typtype = 'e' THEN
           (SELECT COALESCE(pg_catalog.jsonb_agg(e.enumlabel ORDER BY e.enumsortorder), '[]')
              FROM pg_catalog.pg_enum e WHERE e.enumtypid = typ.oid) END,
         'of', CASE WHEN typ.typtype = 'd' THEN pg_catalog.format_type(typ.typbasetype, typ.typtypmod) END,
         'not_null', CASE WHEN typ.typtype = 'd' AND typ.typnotnull THEN true END,
         'not_null_constraint', CASE WHEN typ.typtype = 'd' AND typ.typnotnull THEN
           (SELECT con.conname FROM pg_catalog.pg_constraint con WHERE con.contypid = typ.oid AND con.contype = 'n') END,
         'default', CASE WHEN typ.typtype IN ('d', 'b') THEN typ.typdefault END,
         'checks', CASE WHEN typ.typtype = 'd' THEN
           (SELECT pg_catalog.jsonb_object_agg(con.conname, pg_catalog.pg_get_constraintdef(con.oid))
              FROM pg_catalog.pg_constraint con WHERE con.contypid = typ.oid AND con.contype = 'c') END,
         'collation', CASE WHEN typ.typtype = 'd' THEN
           (SELECT cn.nspname || '.' || co.collname FROM pg_catalog.pg_collation co
              JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
              JOIN pg_catalog.pg_type b ON b.oid = typ.typbasetype
             WHERE co.oid = typ.typcollation AND typ.typcollation <> b.typcollation) END,
         'attributes', CASE WHEN typ.typtype = 'c' THEN
           (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
                       || CASE WHEN a.attcollation <> at.typcollation
                            THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation ELSE '' END)
                     ORDER BY a.attnum)
              FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
             WHERE a.attrelid = typ.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END,
         'range', CASE WHEN typ.typtype = 'r' THEN
           (SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                     'subtype', pg_catalog.format_type(r.rngsubtype, NULL),
                     'operator_class', CASE WHEN NOT (SELECT o.opcdefault FROM pg_catalog.pg_opclass o WHERE o.oid = r.rngsubopc) THEN
                       (pg_catalog.pg_identify_object(2616, r.rngsubopc, 0)).identity END,
                     'canonical', NULLIF(r.rngcanonical::oid, 0)::pg_catalog.regproc::text,
                     'difference', NULLIF(r.rngsubdiff::oid, 0)::pg_catalog.regproc::text,
                     'collation', NULLIF(NULLIF(r.rngcollation, 0), s.typcollation)::pg_catalog.regcollation::text,
                     'multirange', pg_catalog.format_type(NULLIF((pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid, 0), NULL)))
              FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype WHERE r.rngtypid = typ.oid) END,
         'base', CASE WHEN typ.typtype = 'b' THEN pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
           'input', typ.typinput::text, 'output', typ.typoutput::text, 'receive', typ.typreceive::text, 'send', typ.typsend::text,
           'modifiers', typ.typmodin::text || ' ' || typ.typmodout, 'analyze', typ.typanalyze::text, 'length', typ.typlen,
           'by_value', typ.typbyval, 'alignment', typ.typalign, 'storage', typ.typstorage, 'category', typ.typcategory,
           'preferred', typ.typispreferred, 'delimiter', NULLIF(typ.typdelim, ','),
           'element', pg_catalog.format_type(NULLIF(typ.typelem, 0), NULL), 'collatable', NULLIF(typ.typcollation <> 0, false),
           'subscript', typ.subscript)) END
       )) AS definition, typ.id, typ.id AS grp
  FROM typ
