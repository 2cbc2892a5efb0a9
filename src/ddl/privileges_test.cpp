#include "ddl/privileges.h"

#include <gtest/gtest.h>

namespace windlass::ddl {

namespace {

using Statements = std::vector<std::string>;

const Named kTable{"table", "public.t"};

TEST(Privileges, FromTheDefaultAndBack) {
  const std::string granted = R"(["=r/app","app=arwdDxt/app"])";
  EXPECT_EQ(privilege_statements(kTable, "app", 15, "", granted),
            Statements{"GRANT SELECT ON TABLE public.t TO PUBLIC"});
  EXPECT_EQ(privilege_statements(kTable, "app", 15, granted, ""),
            Statements{"REVOKE SELECT ON TABLE public.t FROM PUBLIC"});
}

TEST(Privileges, WhatTheOwnerLacks) {
  EXPECT_EQ(
      privilege_statements(kTable, "app", 15, "", R"(["app=r/app"])"),
      Statements{"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE public.t FROM app"});
  EXPECT_EQ(privilege_statements({"function", "public.f()"}, "app", 15, "", R"(["app=X/app"])"),
            Statements{"REVOKE EXECUTE ON ROUTINE public.f() FROM PUBLIC"});
}

TEST(Privileges, OfSeventeenAnOwnerMaintains) {
  EXPECT_TRUE(privilege_statements(kTable, "app", 17, "", R"(["app=arwdDxtm/app"])").empty());
  EXPECT_EQ(privilege_statements(kTable, "app", 17, "", R"(["app=arwdDxt/app"])"),
            Statements{"REVOKE MAINTAIN ON TABLE public.t FROM app"});
}

TEST(Privileges, GrantOptionsComeAndGo) {
  const std::string plain = R"(["app=arwdDxt/app","r=ra/app"])",
                    option = R"(["app=arwdDxt/app","r=r*a/app"])";
  EXPECT_EQ(privilege_statements(kTable, "app", 15, plain, option),
            Statements{"GRANT SELECT ON TABLE public.t TO r WITH GRANT OPTION"});
  EXPECT_EQ(privilege_statements(kTable, "app", 15, option, plain),
            Statements{"REVOKE GRANT OPTION FOR SELECT ON TABLE public.t FROM r"});
}

TEST(Privileges, RolesAndColumnsOfAnyName) {
  EXPECT_EQ(privilege_statements({"table column", R"(public."a.b"."the ""c""")"}, "app", 15, "",
                                 R"(["\"The \"\"R\"\"\"=w/app"])"),
            Statements{R"(GRANT UPDATE ("the ""c""") ON TABLE public."a.b" TO "The ""R""")"});
}

TEST(Privileges, OfWhatIsMadeLater) {
  EXPECT_EQ(default_privilege_statements("default for app in schema a on tables", 15, "", R"(["r=r/app"])"),
            Statements{"ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA a GRANT SELECT ON TABLES TO r"});
  EXPECT_EQ(
      default_privilege_statements("default for app on large objects", 18, "", R"(["app=rw/app","r=r/app"])"),
      Statements{"ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON LARGE OBJECTS TO r"});
  // Those of all schemas take the place of what everybody has anyway.
  EXPECT_EQ(default_privilege_statements("default for app on functions", 15, "", R"(["app=X/app"])"),
            Statements{"ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"});
}

TEST(Privileges, OnWhatHasNone) {
  EXPECT_TRUE(privilege_statements({"trigger", "x on t"}, "app", 15, "", "[]").empty());
}

}  // namespace

}  // namespace windlass::ddl
