-- What windlass installs in a scratch database: event triggers that report every command, with what the catalog
-- says of the touched objects afterwards. catalog/install.h puts the readers of this folder in the places marked.
--
-- Invariants:
--   - Whatever goes wrong in a reading of whole groups becomes a report of its own. The everyday commands have no
--     exception block (it costs a subtransaction): an error there fails the user's statement, and the rule
--     windlass_failed lays it at windlass's door, not at the chain's.
--   - Without the setting pg_windlass.token they do nothing.
--   - Rendered definitions do not depend on the session's settings (the SET clauses below).
--   - A report is ASCII: the session's client_encoding may not know the characters of a name.
SET allow_system_table_mods = on;
CREATE SCHEMA pg_windlass;
RESET allow_system_table_mods;
GRANT USAGE ON SCHEMA pg_windlass TO PUBLIC;

-- Objects whose rendered text may name one of the given ones: {relations, types, functions, others}.
CREATE FUNCTION pg_windlass.dependents(classes oid[], objects oid[], OUT rels oid[], OUT types oid[], OUT funcs oid[], OUT others oid[],
                                       OUT other_ids text[])
LANGUAGE plpgsql STABLE AS $windlass$
#variable_conflict use_column
BEGIN
  WITH given AS (
    SELECT g.c AS cls, g.o AS oid FROM ROWS FROM (pg_catalog.unnest(classes), pg_catalog.unnest(objects)) AS g(c, o)
  ), row_types AS (
    SELECT given.cls, given.oid FROM given
    UNION ALL SELECT 1247, c.reltype FROM given JOIN pg_catalog.pg_class c ON given.cls = 1259 AND c.oid = given.oid
               WHERE c.reltype <> 0
  ), start AS (
    SELECT row_types.cls, row_types.oid FROM row_types
    UNION ALL SELECT 1247, t.typarray FROM row_types JOIN pg_catalog.pg_type t ON row_types.cls = 1247 AND t.oid = row_types.oid
               WHERE t.typarray <> 0
  ), dep AS (
    SELECT DISTINCT d.classid, d.objid
      FROM start JOIN pg_catalog.pg_depend d ON d.refclassid = start.cls AND d.refobjid = start.oid AND d.deptype <> 'e'
  ), found AS (
    SELECT 'r' AS what, 0::oid AS cls, COALESCE(i.indrelid, c.oid) AS oid
      FROM dep JOIN pg_catalog.pg_class c ON dep.classid = 1259 AND c.oid = dep.objid
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    UNION ALL SELECT 't', 0, c.reltype FROM dep JOIN pg_catalog.pg_class c ON dep.classid = 1259 AND c.oid = dep.objid AND c.relkind = 'c'
    UNION ALL SELECT CASE WHEN con.conrelid <> 0 THEN 'r' ELSE 't' END, 0, CASE WHEN con.conrelid <> 0 THEN con.conrelid ELSE con.contypid END
      FROM dep JOIN pg_catalog.pg_constraint con ON dep.classid = 2606 AND con.oid = dep.objid
    UNION ALL SELECT 'r', 0, a.adrelid FROM dep JOIN pg_catalog.pg_attrdef a ON dep.classid = 2604 AND a.oid = dep.objid
    UNION ALL SELECT 'r', 0, r.ev_class FROM dep JOIN pg_catalog.pg_rewrite r ON dep.classid = 2618 AND r.oid = dep.objid
    UNION ALL SELECT 'r', 0, t.tgrelid FROM dep JOIN pg_catalog.pg_trigger t ON dep.classid = 2620 AND t.oid = dep.objid
    UNION ALL SELECT 'r', 0, p.polrelid FROM dep JOIN pg_catalog.pg_policy p ON dep.classid = 3256 AND p.oid = dep.objid
    UNION ALL SELECT 'o', 6104, p.prpubid FROM dep JOIN pg_catalog.pg_publication_rel p ON dep.classid = 6106 AND p.oid = dep.objid
    UNION ALL SELECT 't', 0, dep.objid FROM dep WHERE dep.classid = 1247
    UNION ALL SELECT 'f', 0, dep.objid FROM dep WHERE dep.classid = 1255
    UNION ALL SELECT 'o', dep.classid, dep.objid FROM dep WHERE dep.classid NOT IN (1259, 2606, 2604, 2618, 2620, 3256, 6106, 1247, 1255)
  )
  SELECT pg_catalog.array_agg(DISTINCT found.oid) FILTER (WHERE found.what = 'r'),
         pg_catalog.array_agg(DISTINCT found.oid) FILTER (WHERE found.what = 't'),
         pg_catalog.array_agg(DISTINCT found.oid) FILTER (WHERE found.what = 'f'),
         pg_catalog.array_agg(DISTINCT found.oid) FILTER (WHERE found.what = 'o'),
         pg_catalog.array_agg(DISTINCT found.cls || ':' || found.oid || ':0') FILTER (WHERE found.what = 'o')
    INTO rels, types, funcs, others, other_ids FROM found;
END
$windlass$;

-- A table and the sequences it owns are one group: whoever reads one reads all.
CREATE FUNCTION pg_windlass.with_sequences(v_rels oid[]) RETURNS oid[] LANGUAGE plpgsql STABLE AS $windlass$
#variable_conflict use_column
BEGIN
  v_rels := v_rels || ARRAY(
    SELECT o.refobjid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_depend o ON o.classid = 1259 AND o.objid = c.oid
     WHERE c.oid = ANY (v_rels) AND c.relkind = 'S' AND o.refclassid = 1259 AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0);
  RETURN v_rels || ARRAY(
    SELECT o.objid FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_class c ON c.oid = o.objid AND c.relkind = 'S'
     WHERE o.refclassid = 1259 AND o.refobjid = ANY (v_rels) AND o.classid = 1259 AND o.deptype IN ('a', 'i'));
END
$windlass$;

-- What the catalog says now of these objects: "groups": [...], "facts": [[kind, name, definition, id, group], ...], as
-- JSON text without the braces around it. all_privileges: every privilege of the database is read (group "acl:*").
CREATE FUNCTION pg_windlass.read(v_rels oid[], v_types oid[], v_funcs oid[], v_schemas oid[], v_others oid[], v_other_ids text[],
                                 all_privileges boolean) RETURNS text
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $windlass$
#variable_conflict use_column
DECLARE
  v_facts text;
  v_found text;
  v_groups text;
  v_any oid[];
  v_sequences boolean;
  v_plain boolean;
  v_details boolean;
  v_acl boolean;
BEGIN
  IF v_rels <> '{}' THEN
    SELECT pg_catalog.bool_or(c.relkind = 'S'), pg_catalog.bool_or(c.relkind <> 'S'),
           pg_catalog.bool_or(c.relkind <> 'S' AND (
             c.relhastriggers AND EXISTS (
               -- Before PostgreSQL 15 what a partition has of its table's trigger is called internal.
               SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND (NOT t.tgisinternal OR t.tgparentid <> 0))
             OR c.relhasrules AND c.relkind NOT IN ('v', 'm')
             OR c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid)
             OR c.relhasrules AND EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN')
             OR EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid)
             OR EXISTS (SELECT FROM pg_catalog.pg_description d WHERE d.objoid >= 16384))),
           pg_catalog.bool_or(c.relacl IS NOT NULL
             OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL))
      INTO v_sequences, v_plain, v_details, v_acl
      FROM pg_catalog.pg_class c WHERE c.oid = ANY (v_rels);
    v_groups := pg_catalog.concat_ws(',', v_groups, '"1259:' || pg_catalog.array_to_string(v_rels, ':0","1259:') || ':0"');
  END IF;
  IF v_plain THEN
{{relations}}
  END IF;
  IF v_details THEN
{{details}}
  END IF;
  IF v_sequences THEN
{{sequences}}
  END IF;
  IF v_types <> '{}' THEN
{{types}}
    v_groups := pg_catalog.concat_ws(',', v_groups, '"1247:' || pg_catalog.array_to_string(v_types, ':0","1247:') || ':0"');
  END IF;
  IF v_funcs <> '{}' THEN
{{functions}}
    v_groups := pg_catalog.concat_ws(',', v_groups, '"1255:' || pg_catalog.array_to_string(v_funcs, ':0","1255:') || ':0"');
  END IF;
  IF v_schemas <> '{}' THEN
{{schemas}}
    v_groups := pg_catalog.concat_ws(',', v_groups, '"2615:' || pg_catalog.array_to_string(v_schemas, ':0","2615:') || ':0"');
  END IF;
  IF v_others <> '{}' THEN
{{others}}
  END IF;
  IF v_other_ids <> '{}' THEN
    v_groups := pg_catalog.concat_ws(',', v_groups, '"' || pg_catalog.array_to_string(v_other_ids, '","') || '"');
  END IF;
  IF all_privileges THEN
    v_groups := pg_catalog.concat_ws(',', v_groups, '"acl:*"');
  END IF;
  IF all_privileges THEN
{{all privileges}}
  ELSIF v_acl
     OR v_types <> '{}' AND EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = ANY (v_types) AND t.typacl IS NOT NULL)
     OR v_funcs <> '{}' AND EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.oid = ANY (v_funcs) AND p.proacl IS NOT NULL)
     OR v_schemas <> '{}' AND EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.oid = ANY (v_schemas) AND n.nspacl IS NOT NULL)
  THEN
    v_any := v_rels || v_types || v_funcs || v_schemas;
{{privileges}}
  END IF;
  RETURN '"groups":[' || COALESCE(v_groups, '') || '],"facts":[' || COALESCE(v_facts, '') || ']';
END
$windlass$;

-- Sends one report. The session remembers in a setting, which a rollback (also to a savepoint, also that of a PL/pgSQL
-- exception block) sets back to what it was: the stamp of the report before, the transaction it was sent in, and the
-- number of a command of that transaction whose rows were reported, as all before it.
CREATE FUNCTION pg_windlass.send(token text, last text, command bigint, report text) RETURNS text LANGUAGE plpgsql AS $windlass$
DECLARE
  v_previous bigint := CASE WHEN last <> '' THEN pg_catalog.split_part(last, ' ', 1)::bigint ELSE 0 END;
  v_stamp bigint := GREATEST((EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint, v_previous + 1);
BEGIN
  report := '{"stamp":' || v_stamp || ',"previous":' || v_previous || ',' || report || '}';
  IF pg_catalog.octet_length(report) <> pg_catalog.length(report) OR pg_catalog.getdatabaseencoding() = 'SQL_ASCII' THEN
    report := pg_catalog.encode(pg_catalog.convert_to(report, CASE pg_catalog.getdatabaseencoding()
                WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END), 'base64');
  END IF;
  RAISE INFO USING MESSAGE = 'windlass:' || token || ':' || report;
  RETURN pg_catalog.set_config('pg_windlass.last', v_stamp || ' ' ||
    COALESCE(pg_catalog.pg_current_xact_id_if_assigned()::text, '0') || ' ' || COALESCE(command, -1), false);
END
$windlass$;

-- The report of any command: every group that it may have changed is read anew. NULL: nothing to tell.
CREATE FUNCTION pg_windlass.whole_groups(v_tag text) RETURNS text LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $windlass$
#variable_conflict use_column
DECLARE
  v_touched boolean;
  v_rels oid[] := '{}';
  v_types oid[] := '{}';
  v_funcs oid[] := '{}';
  v_schemas oid[] := '{}';
  v_others oid[] := '{}';
  v_other_ids text[] := '{}';
  v_classes oid[];
  v_objects oid[];
  v_privileges boolean;
  v_parents boolean := false;
  v_partitioned boolean := false;
  v_more record;
  v_all boolean := v_tag LIKE '% EXTENSION' OR v_tag IN ('REASSIGN OWNED', 'DROP OWNED');
  v_text text;
  v_wide boolean := false;
BEGIN
  SELECT pg_catalog.count(*) > 0,
         COALESCE(pg_catalog.array_agg(c.objid) FILTER (WHERE c.classid = 1259 AND (v_tag <> 'CREATE TABLE' OR c.object_type <> 'index')), '{}'),
         COALESCE(pg_catalog.array_agg(c.objid) FILTER (WHERE c.classid = 1247), '{}'),
         COALESCE(pg_catalog.array_agg(c.objid) FILTER (WHERE c.classid = 1255), '{}'),
         COALESCE(pg_catalog.array_agg(c.objid) FILTER (WHERE c.classid = 2615), '{}'),
         COALESCE(pg_catalog.array_agg(c.objid) FILTER (WHERE c.classid NOT IN (1259, 1247, 1255, 2615)), '{}'),
         pg_catalog.bool_or(c.objid IS NULL OR c.classid = 826)
    INTO v_touched, v_rels, v_types, v_funcs, v_schemas, v_others, v_privileges
    FROM pg_catalog.pg_event_trigger_ddl_commands() c
   WHERE NOT c.in_extension OR c.classid = 3079;
  IF NOT v_touched AND NOT v_all THEN RETURN NULL; END IF;
  v_privileges := COALESCE(v_privileges, false);

  IF v_others <> '{}' THEN
    -- Parts of a table or a domain are read with it.
    SELECT v_rels || COALESCE(pg_catalog.array_agg(x.rel) FILTER (WHERE x.rel <> 0), '{}'),
           v_types || COALESCE(pg_catalog.array_agg(x.typ) FILTER (WHERE x.typ <> 0), '{}')
      INTO v_rels, v_types
      FROM (SELECT con.conrelid AS rel, con.contypid AS typ FROM pg_catalog.pg_constraint con WHERE con.oid = ANY (v_others)
            UNION ALL SELECT t.tgrelid, 0 FROM pg_catalog.pg_trigger t WHERE t.oid = ANY (v_others)
            UNION ALL SELECT p.polrelid, 0 FROM pg_catalog.pg_policy p WHERE p.oid = ANY (v_others)
            UNION ALL SELECT r.ev_class, 0 FROM pg_catalog.pg_rewrite r WHERE r.oid = ANY (v_others)
            UNION ALL SELECT a.adrelid, 0 FROM pg_catalog.pg_attrdef a WHERE a.oid = ANY (v_others)) x;
    SELECT v_others || COALESCE(pg_catalog.array_agg(d.refobjid), '{}') INTO v_others
      FROM pg_catalog.pg_depend d WHERE d.classid IN (6106, 6237) AND d.objid = ANY (v_others) AND d.refclassid = 6104;
    SELECT COALESCE(pg_catalog.array_agg(c.classid || ':' || c.objid || ':0'), '{}') INTO v_other_ids
      FROM pg_catalog.pg_event_trigger_ddl_commands() c
     WHERE c.classid NOT IN (1259, 1247, 1255, 2615, 2606, 2620, 3256, 2618, 2604, 826);
  END IF;

  IF v_tag = 'CREATE OPERATOR CLASS' THEN
    -- Its operators join a family, which may be older.
    SELECT v_others || COALESCE(pg_catalog.array_agg(o.opcfamily), '{}') INTO v_others
      FROM pg_catalog.pg_opclass o WHERE o.oid = ANY (v_others);
  END IF;
  IF v_types <> '{}' AND v_tag IN ('ALTER TYPE', 'COMMENT') THEN
    -- A multirange is told of with its range.
    SELECT v_types || COALESCE(pg_catalog.array_agg(d.refobjid), '{}') INTO v_types FROM pg_catalog.pg_depend d
     WHERE d.classid = 1247 AND d.objid = ANY (v_types) AND d.refclassid = 1247 AND d.deptype = 'i';
  END IF;

  -- An ALTER that may rename or move changes the text of what names the object. Whether it may is read from the
  -- client's own text where that is this one command, and taken for granted where it is not.
  IF v_tag LIKE 'ALTER %' AND NOT v_all THEN
    v_text := pg_catalog.current_query();
    v_wide := pg_catalog.length(v_text) > 4000 OR v_text !~* '^\s*alter\s' OR v_text ~* 'rename|schema|owner|tach|\mtype\s|;\s*\S';
  END IF;

  IF v_all THEN
    SELECT COALESCE(pg_catalog.array_agg(c.oid), '{}') INTO v_rels FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_|^information_schema$';
    SELECT COALESCE(pg_catalog.array_agg(t.oid), '{}') INTO v_types FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     WHERE n.nspname !~ '^pg_|^information_schema$' AND t.typelem = 0;
    SELECT COALESCE(pg_catalog.array_agg(p.oid), '{}') INTO v_funcs FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^pg_|^information_schema$';
    SELECT COALESCE(pg_catalog.array_agg(n.oid), '{}') INTO v_schemas FROM pg_catalog.pg_namespace n
     WHERE n.nspname !~ '^pg_|^information_schema$';
    -- Of the rest, every object that somebody owns, and all that an extension brought or let go.
    SELECT COALESCE(pg_catalog.array_agg(DISTINCT d.objid), '{}'), COALESCE(pg_catalog.array_agg(DISTINCT d.classid || ':' || d.objid || ':0'), '{}')
      INTO v_others, v_other_ids
      FROM (SELECT x.classid, x.objid FROM pg_catalog.pg_depend x
            UNION ALL SELECT x.classid, x.objid FROM pg_catalog.pg_shdepend x
             WHERE x.dbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
            UNION ALL SELECT 3079, e.oid FROM pg_catalog.pg_extension e) d
     WHERE d.objid >= 16384
       AND d.classid NOT IN (1259, 1247, 1255, 2615, 2606, 2620, 3256, 2618, 2604, 826, 6106);
    v_privileges := true;
  ELSE
    IF v_wide AND v_schemas <> '{}' THEN
      SELECT v_rels || COALESCE(pg_catalog.array_agg(c.oid), '{}') INTO v_rels
        FROM pg_catalog.pg_class c WHERE c.relnamespace = ANY (v_schemas) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c');
      SELECT v_types || COALESCE(pg_catalog.array_agg(t.oid), '{}') INTO v_types
        FROM pg_catalog.pg_type t WHERE t.typnamespace = ANY (v_schemas) AND t.typelem = 0 AND t.typrelid = 0;
      SELECT v_funcs || COALESCE(pg_catalog.array_agg(p.oid), '{}') INTO v_funcs
        FROM pg_catalog.pg_proc p WHERE p.pronamespace = ANY (v_schemas);
      SELECT v_others || COALESCE(pg_catalog.array_agg(d.objid), '{}'),
             v_other_ids || COALESCE(pg_catalog.array_agg(d.classid || ':' || d.objid || ':0'), '{}')
        INTO v_others, v_other_ids
        FROM pg_catalog.pg_depend d WHERE d.refclassid = 2615 AND d.refobjid = ANY (v_schemas) AND d.classid NOT IN (1259, 1247, 1255);
      SELECT v_others || COALESCE(pg_catalog.array_agg(d.refobjid), '{}') INTO v_others
        FROM pg_catalog.pg_depend d WHERE d.classid = 6237 AND d.objid = ANY (v_others) AND d.refclassid = 6104;
      v_privileges := true;
    END IF;
    IF v_rels <> '{}' AND v_tag <> 'CREATE TABLE' THEN
      -- An index is read with its table, a composite type as a type.
      SELECT COALESCE(pg_catalog.array_agg(DISTINCT COALESCE(i.indrelid, c.oid)), '{}'),
             v_types || COALESCE(pg_catalog.array_agg(c.reltype) FILTER (WHERE c.relkind = 'c'), '{}'),
             COALESCE(pg_catalog.bool_or(c.relhassubclass OR c.relkind = 'I'), false),
             COALESCE(pg_catalog.bool_or(c.relkind = 'p'), false)
        INTO v_rels, v_types, v_parents, v_partitioned
        FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
       WHERE c.oid = ANY (v_rels);
    END IF;
    IF v_wide THEN
      SELECT pg_catalog.array_agg(x.c), pg_catalog.array_agg(x.o) INTO v_classes, v_objects
        FROM (SELECT 1259::oid AS c, r AS o FROM pg_catalog.unnest(v_rels) r
              UNION ALL SELECT 1247, r FROM pg_catalog.unnest(v_types) r
              UNION ALL SELECT 1255, r FROM pg_catalog.unnest(v_funcs) r
              UNION ALL SELECT pg_catalog.split_part(r, ':', 1)::oid, pg_catalog.split_part(r, ':', 2)::oid FROM pg_catalog.unnest(v_other_ids) r) x;
      SELECT d.rels, d.types, d.funcs, d.others, d.other_ids INTO v_more FROM pg_windlass.dependents(v_classes, v_objects) d;
      v_rels := v_rels || v_more.rels;
      v_types := v_types || v_more.types;
      v_funcs := v_funcs || v_more.funcs;
      v_others := v_others || v_more.others;
      v_other_ids := v_other_ids || v_more.other_ids;
      IF v_partitioned THEN
        -- DETACH PARTITION names the parent alone; the detached table was written in this transaction.
        SELECT v_rels || COALESCE(pg_catalog.array_agg(c.oid), '{}') INTO v_rels
          FROM pg_catalog.pg_class c
         WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
           AND pg_catalog.age(c.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::xid);
      END IF;
    END IF;
    IF v_parents THEN
      WITH RECURSIVE below AS (
        SELECT r AS oid FROM pg_catalog.unnest(v_rels) r
        UNION SELECT i.inhrelid FROM below JOIN pg_catalog.pg_inherits i ON i.inhparent = below.oid
      ) SELECT pg_catalog.array_agg(below.oid) INTO v_rels FROM below;
    END IF;
    IF v_rels <> '{}' AND v_tag <> 'CREATE TABLE' THEN
      v_rels := pg_windlass.with_sequences(v_rels);
    END IF;
  END IF;
  RETURN pg_windlass.read(v_rels, v_types, v_funcs, v_schemas, v_others, v_other_ids, v_privileges);
END
$windlass$;

-- The everyday commands, whose every change lies in rows they wrote themselves: those rows are read and nothing else, as
-- facts that replace the facts of the same id. NULL: not such a command. No exception is caught here (a subtransaction
-- costs more than the reading): nothing in it can fail.
CREATE FUNCTION pg_windlass.on_end() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC' SET extra_float_digits = 1 SET bytea_output = 'hex' SET standard_conforming_strings = on
SET plan_cache_mode = force_generic_plan
AS $windlass$
#variable_conflict use_column
DECLARE
  v_token text := pg_catalog.current_setting('pg_windlass.token', true);
  v_last text := pg_catalog.current_setting('pg_windlass.last', true);
  v_text text;
  v_report text;
  v_facts text;
  v_found text;
  v_rel oid;
  v_other oid;
  v_index oid;
  v_name text;
  v_kind "char";
  v_owner name;
  v_sequences oid[];
  v_types oid[];
  v_rows boolean := false;
  v_whole boolean := false;
  v_keys boolean;
  v_xact text;
  v_age integer;
  v_before bigint := -1;
  v_command bigint;
BEGIN
  IF v_token IS NULL OR v_token = '' THEN RETURN; END IF;
  -- A DROP has told everything already; DROP OWNED takes privileges too.
  IF TG_TAG LIKE 'DROP %' AND TG_TAG <> 'DROP OWNED' AND TG_TAG <> 'DROP EXTENSION' THEN RETURN; END IF;

  -- What an ALTER TABLE changes is told by words that it cannot do without; one word too many costs a little time.
  IF TG_TAG IN ('ALTER TABLE', 'CREATE TABLE', 'CREATE INDEX', 'CREATE VIEW', 'CREATE TYPE') THEN
    v_text := pg_catalog.current_query();
    v_rows := pg_catalog.length(v_text) <= 4000 AND CASE TG_TAG
      WHEN 'ALTER TABLE' THEN
        v_text ~* '^\s*alter\s' AND v_text !~* '--|/\*|;\s*\S|\m(rename|schema|owner|attach|detach|type|identity|generated|inherit|logged|trigger|rule|partition)\M'
      WHEN 'CREATE TABLE' THEN v_text ~* '^\s*create\s' AND v_text !~* '\m(like|inherits|partition)\M'
      ELSE v_text ~* '^\s*create\s' END;
  END IF;
  IF v_rows THEN
    SELECT pg_catalog.min(c.objid) FILTER (WHERE c.object_type IN ('table', 'view', 'type')),
           pg_catalog.max(c.objid) FILTER (WHERE c.object_type IN ('table', 'view', 'type')),
           pg_catalog.max(c.objid) FILTER (WHERE c.object_type = 'index'),
           pg_catalog.array_agg(c.objid) FILTER (WHERE c.object_type = 'sequence'),
           pg_catalog.bool_and(c.object_type IN ('table', 'view', 'type', 'index', 'sequence') AND NOT c.in_extension)
      INTO v_rel, v_other, v_index, v_sequences, v_rows
      FROM pg_catalog.pg_event_trigger_ddl_commands() c;
    IF v_rows IS NULL THEN RETURN; END IF;
    v_rows := v_rows AND CASE TG_TAG WHEN 'CREATE INDEX' THEN v_rel IS NULL ELSE v_rel = v_other END;
  END IF;
  IF v_rows AND TG_TAG = 'CREATE TYPE' THEN
    SELECT ARRAY[t.oid] INTO v_types FROM pg_catalog.pg_type t
     WHERE t.oid = v_rel AND t.typtype IN ('e', 'r') AND t.typacl IS NULL;
    v_rows := v_types IS NOT NULL;
  ELSIF v_rows THEN
    IF v_rel IS NULL THEN SELECT i.indrelid INTO v_rel FROM pg_catalog.pg_index i WHERE i.indexrelid = v_index; END IF;
    v_xact := pg_catalog.pg_current_xact_id_if_assigned()::text;
    v_age := pg_catalog.age(v_xact::xid8::xid);
    IF pg_catalog.split_part(v_last, ' ', 2) = v_xact THEN
      v_before := pg_catalog.split_part(v_last, ' ', 3)::bigint;
    END IF;
    SELECT n.nspname || '.' || c.relname, c.relkind, CASE WHEN pg_catalog.age(c.xmin) <= v_age THEN c.cmin::text::bigint END,
           v_xact IS NOT NULL AND c.relkind IN ('r', 'v') AND NOT c.relhassubclass AND NOT c.relispartition
           AND (c.relacl IS NULL OR TG_TAG NOT IN ('CREATE TABLE', 'CREATE VIEW')),
           -- A new table with nothing about it but its owner.
           CASE WHEN TG_TAG = 'CREATE TABLE' AND c.reloptions IS NULL AND c.relam = 2 AND c.reltablespace = 0 AND c.reloftype = 0
                 AND c.relpersistence = 'p' THEN pg_catalog.pg_get_userbyid(c.relowner) END
      INTO v_name, v_kind, v_command, v_rows, v_owner
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = v_rel AND n.nspname !~ '^pg_|^information_schema$';
    IF v_name IS NULL THEN RETURN; END IF;
    IF v_sequences IS NOT NULL AND EXISTS (SELECT FROM pg_catalog.pg_default_acl) THEN v_rows := false; END IF;
  END IF;
  IF v_rows AND v_types IS NOT NULL THEN
{{written types}}
  ELSIF v_rows THEN
    v_whole := TG_TAG IN ('CREATE TABLE', 'CREATE VIEW');
    IF v_owner IS NOT NULL THEN
      v_facts := pg_catalog.json_build_array('table', v_name, pg_catalog.json_build_object('owner', v_owner), '1259:' || v_rel || ':0',
                                              '1259:' || v_rel || ':0');
    ELSIF v_whole OR TG_TAG = 'ALTER TABLE' AND v_text ~* '\m(set|reset|row|replica|of)\M' THEN
{{written tables}}
    END IF;
    IF v_kind = 'r' AND TG_TAG <> 'CREATE INDEX' THEN
{{written columns}}
    END IF;
    v_keys := v_kind = 'r' AND v_text ~* '\m(constraint|unique|primary|references|foreign|check|exclude|index)\M';
    IF v_keys AND TG_TAG <> 'CREATE INDEX' THEN
{{written constraints}}
    END IF;
    -- A foreign key or a check makes no index, and neither comes without its word.
    IF v_kind = 'r' AND v_text ~* '\m(unique|primary|exclude|index)\M' THEN
{{written indexes}}
    END IF;
    IF v_sequences IS NOT NULL THEN
{{written sequences}}
    END IF;
  END IF;
  IF v_rows THEN
    v_report := CASE WHEN v_whole OR v_types IS NOT NULL THEN '"partial":true,"facts":[' ELSE '"partial":true,"known":true,"facts":[' END || COALESCE(v_facts, '') || ']';
  ELSE
    BEGIN
      v_report := pg_windlass.whole_groups(TG_TAG);
      IF v_report IS NULL THEN RETURN; END IF;
    EXCEPTION WHEN OTHERS THEN
      v_report := '"error":' || pg_catalog.to_json(SQLSTATE || ': ' || SQLERRM);
    END;
    v_command := NULL;
  END IF;
  v_last := pg_windlass.send(v_token, v_last, GREATEST(v_before, v_command), '"trigger":"ddl_command_end","tag":"' || TG_TAG || '",' || v_report);
END
$windlass$;

-- What lost a part without being dropped: a column its default, a domain a constraint, a composite type a column, a
-- publication a table, an operator family an operator.
CREATE FUNCTION pg_windlass.what_lost_a_part() RETURNS text LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $windlass$
#variable_conflict use_column
DECLARE
  v_rels oid[];
  v_types oid[];
  v_others oid[];
  v_other_ids text[];
  v_publications boolean;
  v_families boolean;
BEGIN
  SELECT COALESCE(pg_catalog.array_agg(DISTINCT pg_catalog.to_regclass(pg_catalog.quote_ident(d.address_names[1]) || '.'
                                                                       || pg_catalog.quote_ident(d.address_names[2]))::oid)
                    FILTER (WHERE d.object_type = 'default value'), '{}'),
         CASE WHEN pg_catalog.bool_or(d.object_type IN ('domain constraint', 'composite type column')) THEN
           ARRAY(SELECT t.oid FROM pg_catalog.pg_type t WHERE t.oid >= 16384 AND t.typelem = 0 AND t.typtype IN ('c', 'd'))
         ELSE '{}' END,
         pg_catalog.bool_or(d.object_type LIKE 'publication %'), pg_catalog.bool_or(d.object_type LIKE '% of access method')
    INTO v_rels, v_types, v_publications, v_families
    FROM pg_catalog.pg_event_trigger_dropped_objects() d
   WHERE NOT d.is_temporary;
  IF v_publications THEN
    SELECT pg_catalog.array_agg(p.oid), pg_catalog.array_agg('6104:' || p.oid || ':0') INTO v_others, v_other_ids
      FROM pg_catalog.pg_publication p;
  END IF;
  IF v_families THEN
    SELECT v_others || pg_catalog.array_agg(o.oid), v_other_ids || pg_catalog.array_agg('2753:' || o.oid || ':0')
      INTO v_others, v_other_ids
      FROM pg_catalog.pg_opfamily o WHERE o.oid >= 16384;
  END IF;
  v_rels := pg_catalog.array_remove(v_rels, NULL);
  IF v_rels <> '{}' THEN v_rels := pg_windlass.with_sequences(v_rels); END IF;
  RETURN pg_windlass.read(v_rels, v_types, '{}', '{}', COALESCE(v_others, '{}'), COALESCE(v_other_ids, '{}'), false);
END
$windlass$;

CREATE FUNCTION pg_windlass.on_drop() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC' SET extra_float_digits = 1 SET bytea_output = 'hex' SET standard_conforming_strings = on
SET plan_cache_mode = force_generic_plan
AS $windlass$
#variable_conflict use_column
DECLARE
  v_token text := pg_catalog.current_setting('pg_windlass.token', true);
  v_last text := pg_catalog.current_setting('pg_windlass.last', true);
  v_report text;
  v_dropped text;
  v_more boolean;
BEGIN
  IF v_token IS NULL OR v_token = '' THEN RETURN; END IF;
  SELECT pg_catalog.string_agg(pg_catalog.json_build_array(d.object_type, d.schema_name, d.object_name, d.object_identity,
                                d.classid || ':' || d.objid || ':' || d.objsubid, d.address_names)::text, ',')
           FILTER (WHERE d.object_type NOT IN ('toast table', 'default value')),
         pg_catalog.bool_or(d.object_type IN ('default value', 'domain constraint', 'composite type column') OR d.object_type LIKE 'publication %'
                            OR d.object_type LIKE '% of access method')
    INTO v_dropped, v_more
    FROM pg_catalog.pg_event_trigger_dropped_objects() d
   WHERE NOT d.is_temporary;
  IF v_more IS NULL THEN RETURN; END IF;
  v_report := '"trigger":"sql_drop","tag":"' || TG_TAG || '","dropped":[' || COALESCE(v_dropped, '') || ']';
  IF v_more THEN
    BEGIN
      v_report := v_report || ',' || pg_windlass.what_lost_a_part();
    EXCEPTION WHEN OTHERS THEN
      v_report := '"trigger":"sql_drop","tag":"' || TG_TAG || '","error":' || pg_catalog.to_json(SQLSTATE || ': ' || SQLERRM);
    END;
  END IF;
  -- What a command dropped it may also have written: the number of the report before stands.
  v_last := pg_windlass.send(v_token, v_last, CASE WHEN pg_catalog.split_part(v_last, ' ', 2) = pg_catalog.pg_current_xact_id_if_assigned()::text
                                              THEN pg_catalog.split_part(v_last, ' ', 3)::bigint END, v_report);
END
$windlass$;

CREATE EVENT TRIGGER pg_windlass_end ON ddl_command_end EXECUTE FUNCTION pg_windlass.on_end();
CREATE EVENT TRIGGER pg_windlass_drop ON sql_drop EXECUTE FUNCTION pg_windlass.on_drop();
ALTER EVENT TRIGGER pg_windlass_end ENABLE ALWAYS;
ALTER EVENT TRIGGER pg_windlass_drop ENABLE ALWAYS;
