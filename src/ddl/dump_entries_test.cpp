#include "ddl/dump_entries.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace windlass::ddl {

namespace {

constexpr const char* kDump = R"(SET row_security = off;

--
-- TOC entry 6 (class 2615 OID 16385)
-- Name: a; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA a;


--
-- TOC entry 223 (class 1255 OID 16415)
-- Dependencies: 6
-- Name: f(); Type: FUNCTION; Schema: a; Owner: -
--

CREATE FUNCTION a.f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN
--
-- TOC entry 4 (class 1259 OID 3)
-- Name: x; Type: TABLE; Schema: a; Owner: -
--
RETURN NULL; END$$;


SET default_tablespace = '';

--
-- TOC entry 3235 (class 2620 OID 16416)
-- Name: t; Type: odd; Type: TRIGGER; Schema: a b; Owner: -
--

CREATE TRIGGER tr AFTER INSERT ON a."t; Type: odd" FOR EACH ROW EXECUTE FUNCTION a.f();

ALTER TABLE a."t; Type: odd" DISABLE TRIGGER tr;


-- Completed on 2026-11-26 17:27:07 UTC
\unrestrict x
)";

TEST(DumpEntries, EachWithItsRowAndItsStatements) {
  const std::vector<DumpEntry> entries = dump_entries(kDump);
  ASSERT_EQ(entries.size(), 3);
  EXPECT_EQ(entries[0].id, "2615:16385");
  EXPECT_EQ(entries[0].type, "SCHEMA");
  EXPECT_EQ(entries[0].statements, std::vector<std::string>{"CREATE SCHEMA a"});
  EXPECT_EQ(entries[2].id, "2620:16416");
  EXPECT_EQ(entries[2].statements.size(), 2);
}

TEST(DumpEntries, AHeadingInABodyIsNone) {
  const std::vector<DumpEntry> entries = dump_entries(kDump);
  ASSERT_EQ(entries.size(), 3);
  ASSERT_EQ(entries[1].statements.size(), 1);
  EXPECT_NE(entries[1].statements[0].find("-- TOC entry 4 (class 1259 OID 3)"), std::string::npos);
}

TEST(DumpEntries, NamesThatLookLikeAHeading) {
  const std::vector<DumpEntry> entries = dump_entries(kDump);
  ASSERT_EQ(entries.size(), 3);
  EXPECT_EQ(entries[2].name, "t; Type: odd");
  EXPECT_EQ(entries[2].type, "TRIGGER");
  EXPECT_EQ(entries[2].schema, "a b");
}

RC_GTEST_PROP(DumpEntries, OfAnyTextNothingButWhatStandsThere, (const std::string& text)) {
  size_t length = 0;
  for (const DumpEntry& entry : dump_entries(text))
    for (const std::string& statement : entry.statements) length += statement.size();
  RC_ASSERT(length <= text.size());
}

RC_GTEST_PROP(DumpEntries, AnyEndOfADumpIsReadAsFarAsItGoes, ()) {
  const std::string dump = kDump;
  const auto cut = *rc::gen::inRange<size_t>(0, dump.size());
  const std::vector<DumpEntry> whole = dump_entries(dump), part = dump_entries(dump.substr(0, cut));
  RC_ASSERT(part.size() <= whole.size());
  for (size_t i = 0; i + 1 < part.size(); ++i) RC_ASSERT(part[i].statements == whole[i].statements);
}

}  // namespace

}  // namespace windlass::ddl
