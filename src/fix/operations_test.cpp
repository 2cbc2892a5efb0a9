#include "fix/operations.h"

#include <gtest/gtest.h>

namespace windlass::fix {
namespace {

run::TakenStep taken(std::vector<std::string> statements, bool apart = false) {
  run::TakenStep step;
  step.step.statements = std::move(statements);
  step.step.apart = apart;
  return step;
}

TEST(Operations, WhatReachesTheServerIsTheSql) {
  EXPECT_EQ(op_execute("ALTER TABLE public.\"Order\" DROP CONSTRAINT x"),
            "op.execute(\"ALTER TABLE public.\\\"Order\\\" DROP CONSTRAINT x\")");
  EXPECT_EQ(op_execute("SELECT E'\\n'"), "op.execute(\"SELECT E'\\\\n'\")");
  EXPECT_EQ(op_execute("CREATE FUNCTION f()\r\nAS $$ \"x\" $$"),
            "op.execute(\"\"\"CREATE FUNCTION f()\\r\nAS $$ \\\"x\\\" $$\"\"\")");
}

TEST(Operations, ColonsAreNoParameters) {
  // A cast, a time and what has a backslash already are none for SQLAlchemy.
  EXPECT_EQ(op_execute("SELECT 'a'::text, '10:30'"), "op.execute(\"SELECT 'a'::text, '10:30'\")");
  EXPECT_EQ(op_execute("COMMENT ON TABLE t IS 'see :id'"),
            "op.execute(\"COMMENT ON TABLE t IS 'see \\\\:id'\")");
  EXPECT_EQ(op_execute(":\xC3\xA9"), "op.execute(\"\\\\:\xC3\xA9\")");
}

TEST(Operations, WhatIsCommittedFirstStandsInABlock) {
  const auto steps = std::vector{taken({"CREATE TABLE a ()", "CREATE INDEX b ON a ((1))"}),
                                 taken({"ALTER TYPE mood ADD VALUE 'wild'"}, true)};
  EXPECT_EQ(operations_of(steps),
            (std::vector<std::string>{"op.execute(\"CREATE TABLE a ()\")",
                                      "op.execute(\"CREATE INDEX b ON a ((1))\")",
                                      "with op.get_context().autocommit_block():\n"
                                      "    op.execute(\"ALTER TYPE mood ADD VALUE 'wild'\")"}));
  EXPECT_EQ(statements_of(steps), (std::vector<std::string>{"CREATE TABLE a ()", "CREATE INDEX b ON a ((1))",
                                                            "ALTER TYPE mood ADD VALUE 'wild'"}));
}

}  // namespace
}  // namespace windlass::fix
