--
-- PostgreSQL database dump
--




SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- TOC entry 6 (class 2615 OID 16385)
-- Name: a; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA a;


--
-- TOC entry 856 (class 1247 OID 16406)
-- Name: c; Type: TYPE; Schema: a; Owner: -
--

CREATE TYPE a.c AS (
	a integer,
	b text
);


--
-- TOC entry 852 (class 1247 OID 16402)
-- Name: d; Type: DOMAIN; Schema: a; Owner: -
--

CREATE DOMAIN a.d AS integer DEFAULT 3
	CONSTRAINT d_check CHECK ((VALUE > 0));


--
-- TOC entry 849 (class 1247 OID 16397)
-- Name: e; Type: TYPE; Schema: a; Owner: -
--

CREATE TYPE a.e AS ENUM (
    'a',
    'b'
);


--
-- TOC entry 223 (class 1255 OID 16415)
-- Name: f(); Type: FUNCTION; Schema: a; Owner: -
--

CREATE FUNCTION a.f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN
--
-- TOC entry 4 (class 1259 OID 3)
-- Name: x
--
RETURN NULL; END$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- TOC entry 220 (class 1259 OID 16419)
-- Name: m; Type: MATERIALIZED VIEW; Schema: a; Owner: -
--

CREATE MATERIALIZED VIEW a.m AS
 SELECT 1 AS x
  WITH NO DATA;


--
-- TOC entry 218 (class 1259 OID 16407)
-- Name: p; Type: TABLE; Schema: a; Owner: -
--

CREATE TABLE a.p (
    x integer
)
PARTITION BY LIST (x);


--
-- TOC entry 219 (class 1259 OID 16410)
-- Name: p1; Type: TABLE; Schema: a; Owner: -
--

CREATE TABLE a.p1 (
    x integer
);


--
-- TOC entry 216 (class 1259 OID 16387)
-- Name: t; Type: TABLE; Schema: a; Owner: -
--

CREATE TABLE a.t (
    x integer NOT NULL,
    y text DEFAULT 'x'::text,
    z integer[],
    CONSTRAINT t_y_check CHECK ((y <> ''::text))
);


--
-- TOC entry 221 (class 1259 OID 16423)
-- Name: s; Type: SEQUENCE; Schema: a; Owner: -
--

CREATE SEQUENCE a.s
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- TOC entry 3388 (class 0 OID 0)
-- Dependencies: 221
-- Name: s; Type: SEQUENCE OWNED BY; Schema: a; Owner: -
--

ALTER SEQUENCE a.s OWNED BY a.t.z;


--
-- TOC entry 215 (class 1259 OID 16386)
-- Name: t_x_seq; Type: SEQUENCE; Schema: a; Owner: -
--

ALTER TABLE a.t ALTER COLUMN x ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME a.t_x_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- TOC entry 222 (class 1259 OID 16424)
-- Name: v; Type: VIEW; Schema: a; Owner: -
--

CREATE VIEW a.v AS
 SELECT t.x
   FROM a.t;


--
-- TOC entry 3227 (class 0 OID 0)
-- Name: p1; Type: TABLE ATTACH; Schema: a; Owner: -
--

ALTER TABLE ONLY a.p ATTACH PARTITION a.p1 FOR VALUES IN (1);


--
-- TOC entry 3231 (class 2606 OID 16395)
-- Name: t t_pkey; Type: CONSTRAINT; Schema: a; Owner: -
--

ALTER TABLE ONLY a.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (x);


--
-- TOC entry 3232 (class 1259 OID 16413)
-- Name: p_x_idx; Type: INDEX; Schema: a; Owner: -
--

CREATE INDEX p_x_idx ON ONLY a.p USING btree (x);


--
-- TOC entry 3233 (class 1259 OID 16414)
-- Name: p1_x_idx; Type: INDEX; Schema: a; Owner: -
--

CREATE INDEX p1_x_idx ON a.p1 USING btree (x);


--
-- TOC entry 3234 (class 0 OID 0)
-- Name: p1_x_idx; Type: INDEX ATTACH; Schema: a; Owner: -
--

ALTER INDEX a.p_x_idx ATTACH PARTITION a.p1_x_idx;


--
-- TOC entry 3235 (class 2620 OID 16416)
-- Name: t tr; Type: TRIGGER; Schema: a; Owner: -
--

CREATE TRIGGER tr AFTER INSERT ON a.t FOR EACH ROW EXECUTE FUNCTION a.f();

ALTER TABLE a.t DISABLE TRIGGER tr;


--
-- TOC entry 3380 (class 0 OID 16387)
-- Dependencies: 216
-- Name: t; Type: ROW SECURITY; Schema: a; Owner: -
--

ALTER TABLE a.t ENABLE ROW LEVEL SECURITY;

--
-- TOC entry 3381 (class 6104 OID 16417)
-- Name: pp; Type: PUBLICATION; Schema: -; Owner: -
--

CREATE PUBLICATION pp WITH (publish = 'insert, update, delete, truncate');


--
-- TOC entry 3382 (class 6106 OID 16418)
-- Name: pp t; Type: PUBLICATION TABLE; Schema: a; Owner: -
--

ALTER PUBLICATION pp ADD TABLE ONLY a.t;



--
-- PostgreSQL database dump complete
--


