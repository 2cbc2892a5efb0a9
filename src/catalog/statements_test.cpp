#include "catalog/statements.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace windlass::catalog {
namespace {

constexpr const char* kDump = R"(--
-- PostgreSQL database dump
--

\restrict abc

-- Dumped from database version 15.18
-- Dumped by pg_dump version 18.1 (Debian 18.1-1)

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: app
--

CREATE FUNCTION public.f() RETURNS text
    LANGUAGE sql
    AS $$
-- a line; of its own
\! not a command
SELECT 'x'; $$;


CREATE USER MAPPING FOR app SERVER other OPTIONS (
    password 'sesame'
);

--
-- PostgreSQL database dump complete
--

\unrestrict abc

)";

TEST(Statements, AreThoseOfTheDumpWithoutCommandsAndSecrets) {
  const Statements done = statements_of_dump(kDump);
  EXPECT_EQ(done.by, "pg_dump 18.1");
  EXPECT_EQ(done.left_out, "");
  EXPECT_EQ(done.sql,
            (std::vector<std::string>{
                "SET statement_timeout = 0", "SELECT pg_catalog.set_config('search_path', '', false)",
                "CREATE FUNCTION public.f() RETURNS text\n    LANGUAGE sql\n    AS $$\n-- a line; of its "
                "own\n\\! not a command\nSELECT 'x'; $$",
                "CREATE USER MAPPING FOR app SERVER other OPTIONS (\n    password '***'\n)"}));
  EXPECT_EQ(done.secrets, std::vector<std::string>{"user mapping for app server other"});
}

TEST(Statements, OfTheirScriptAreTheSame) {
  const Statements done = statements_of_dump(kDump);
  const std::string script = script_of(done);
  EXPECT_EQ(statements_of_dump(script).sql, done.sql);
  EXPECT_TRUE(base::contains(script, "-- PostgreSQL database dump complete"));
}

TEST(Statements, OfBytesThatAreNoTextAreLeftOut) {
  const Statements done = statements_of_dump("SELECT 'caf\xe9';");
  EXPECT_TRUE(base::contains(done.left_out, "UTF-8"));
  EXPECT_TRUE(done.sql.empty());
}

}  // namespace
}  // namespace windlass::catalog
