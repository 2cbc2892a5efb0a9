// A report built by hand for the renderers' tests: the case of a type that is created twice.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "diagnose/test_evidence.h"
#include "report/check_report.h"
#include "report/check_text.h"

namespace windlass::report {

class ReportTest : public ::testing::Test {
 protected:
  ReportTest() {
    run_.revision("007").revision("008", {"007"}, "versions/008.py");
    run_.begin();
    run_.in("007", 10, "create_table").sql("CREATE TABLE people ()").creates("table", "public.people");
    run_.finished("007");
    run_.started("008");
    run_.enum_seen("mood", "sqlalchemy.Enum", false, "008", 13);
    run_.in("008", 24).sql(
        "DO $$ BEGIN CREATE TYPE mood AS ENUM ('A', 'B'); EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    run_.creates("type", "public.mood");
    run_.in("008", 38, "create_table", "auto").sql("CREATE TYPE mood AS ENUM ('A', 'B')");
    run_.fails("42710", "type \"mood\" already exists").raises();
    run_.evidence.tool.python = "3.11.2";
    run_.evidence.isolation = run::Isolation::Namespace;
    run_.evidence.seconds = 0.61;
    report_.evidence = &run_.evidence;
    report_.findings = run_.findings();
    report_.verdict = run_.verdict();
    report_.place = "PostgreSQL 15.18 (/usr/lib/postgresql/15/bin)";
    report_.interpreter = ".venv";
    report_.source = [](const base::Location& at) {
      return at.line == 38 ? "    op.create_table(" : std::string();
    };
  }
  std::string text(TextStyle style = {}) const { return check_text(report_, style); }

  /// One more finding, in words of its own: nothing but what the renderers go by.
  diagnose::Finding& add(const std::string& code, const std::string& revision, base::Location at = {}) {
    diagnose::Finding finding;
    finding.id = static_cast<int>(report_.findings.size()) + 1;
    finding.code = code;
    finding.revision = revision;
    finding.location = std::move(at);
    finding.cause = "Cause of " + code + ".";
    finding.fingerprint = "f" + std::to_string(finding.id);
    report_.findings.push_back(finding);
    return report_.findings.back();
  }

  diagnose::TestRun run_;
  CheckReport report_;
};

}  // namespace windlass::report
