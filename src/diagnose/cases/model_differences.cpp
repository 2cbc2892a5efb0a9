#include "diagnose/cases/model_differences.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "diagnose/cases/definition_words.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

constexpr size_t kLongest = 160;  // of a definition in a sentence

std::string shown(const std::string& definition) {
  return base::shorten(base::one_line(definition), kLongest);
}

/// The server makes the value: serial, identity.
bool numbers_itself(const TablePart& column) {
  return !column.text("identity").empty() || column.text("default").starts_with("nextval(");
}
bool gives_a_value(const TablePart& column) {
  return numbers_itself(column) || !column.text("default").empty() || !column.text("generated").empty();
}

class Comparison {
 public:
  Comparison(const run::MadeTable& table, const TableParts& models, const TableParts& head,
             const std::set<std::string>& missing)
      : table_(table), models_(models), head_(head), missing_(missing) {}

  std::vector<ModelDifference> run() {
    columns();
    constraints();
    indexes();
    looks();
    return std::move(found_);
  }

 private:
  bool excluded(const std::string& name) const {
    return std::count(table_.excluded.begin(), table_.excluded.end(), name) > 0;
  }

  void add(Aspect aspect, catalog::Object object, bool at_head, std::string column, std::string sentence) {
    found_.push_back({aspect, std::move(object), at_head, std::move(column), std::move(sentence)});
  }
  /// About a column that both have.
  void about(const TablePart& column, Aspect aspect, const std::string& words) {
    add(aspect, column.object, true, column.name, fmt::format("column {}: {}", column.object.name, words));
  }

  void columns() {
    for (const TablePart& model : models_.columns) {
      if (excluded(model.name)) continue;
      if (const TablePart* head = head_.column(model.name)) {
        column(model, *head);
      } else {
        lacking_.push_back(model.name);
        add(Aspect::Missing, model.object, false, model.name,
            fmt::format("column {} ({}) is only in the models", model.object.name, model.text("type")));
      }
    }
    for (const TablePart& head : head_.columns) {
      if (models_.column(head.name) != nullptr || excluded(head.name)) continue;
      unmapped_.push_back(head.name);
      const bool refuses = head.flag("not_null") && !gives_a_value(head);
      add(refuses ? Aspect::Behaviour : Aspect::OnlyInHead, head.object, true, "",
          refuses
              ? fmt::format("column {} is NOT NULL without a default, and no model maps it: an INSERT by the "
                            "models fails with 23502",
                            head.object.name)
              : fmt::format("column {} is mapped by no model", head.object.name));
    }
  }

  void column(const TablePart& model, const TablePart& head) {
    const std::string of_model = model.text("type"), of_head = head.text("type");
    if (of_model != of_head)
      about(head, holds_all_of(of_head, of_model) ? Aspect::Looser : Aspect::Behaviour,
            fmt::format("{} in the models, {} in the chain", of_model, of_head));
    nullability(model, head);
    values(model, head);
    if (model.text("collation") != head.text("collation"))
      about(head, Aspect::Behaviour,
            fmt::format("collation {} in the models, {} in the chain",
                        model.text("collation").empty() ? "by default" : model.text("collation"),
                        head.text("collation").empty() ? "by default" : head.text("collation")));
  }

  void nullability(const TablePart& model, const TablePart& head) {
    if (model.flag("not_null") == head.flag("not_null")) return;
    if (model.flag("not_null"))
      return about(head, Aspect::Looser, "NOT NULL in the models, not so in the chain");
    const auto of = std::find_if(table_.columns.begin(), table_.columns.end(),
                                 [&](const run::MadeColumn& each) { return each.name == model.name; });
    const bool filled = of != table_.columns.end() && of->filled;
    // Without a default of its own, SQLAlchemy sends NULL for what was not given, whatever the server has.
    about(head, filled || gives_a_value(model) ? Aspect::Looser : Aspect::Behaviour,
          "nullable in the models, NOT NULL in the chain");
  }

  /// Where a value comes from that the application does not give.
  void values(const TablePart& model, const TablePart& head) {
    const std::string model_generated = model.text("generated"), head_generated = head.text("generated");
    if (model_generated != head_generated)
      return about(head, Aspect::Behaviour,
                   fmt::format("{} in the models, {} in the chain",
                               model_generated.empty() ? "a plain column" : "generated as " + model_generated,
                               head_generated.empty() ? "a plain column" : "generated as " + head_generated));
    if (!model_generated.empty()) return;
    if (numbers_itself(model) && numbers_itself(head)) {
      if (model.text("identity") == head.text("identity")) return;
      const bool refuses = head.text("identity") == "always";
      return about(head, refuses ? Aspect::Behaviour : Aspect::Looser,
                   fmt::format("{} in the models, {} in the chain", numbering(model), numbering(head)));
    }
    const std::string of_model = model.text("default"), of_head = head.text("default");
    if (numbers_itself(model) || (!of_model.empty() && !gives_a_value(head)))
      return about(head, Aspect::Behaviour,
                   fmt::format("{} in the models, {} in the chain{}",
                               numbers_itself(model) ? numbering(model) : "default " + shown(of_model),
                               of_head.empty() ? "no default" : "default " + shown(of_head),
                               head.flag("not_null") && of_head.empty()
                                   ? ": an INSERT that leaves it out fails with 23502"
                                   : ""));
    if (of_model.empty() && gives_a_value(head))
      return about(head, Aspect::Looser,
                   fmt::format("no default in the models, {} in the chain",
                               numbers_itself(head) ? numbering(head) : "default " + shown(of_head)));
    if (default_meaning(of_model) != default_meaning(of_head))
      about(head, Aspect::Behaviour,
            fmt::format("default {} in the models, {} in the chain", shown(of_model),
                        numbers_itself(head) ? numbering(head) : shown(of_head)));
  }

  static std::string numbering(const TablePart& column) {
    const std::string identity = column.text("identity");
    return identity.empty() ? "serial" : "identity " + identity;
  }

  /// What is about a part that one of the two lacks is told by that part.
  bool follows(const std::string& definition) const {
    const auto named = [&](const std::string& name) { return sql::has_name(definition, name); };
    return std::any_of(lacking_.begin(), lacking_.end(), named) ||
           std::any_of(unmapped_.begin(), unmapped_.end(), named);
  }
  bool refers_to_missing(const std::string& definition) const {
    const size_t at = definition.find(" REFERENCES ");
    if (at == std::string::npos) return false;
    const std::string target = definition.substr(at + 12, definition.find('(', at) - at - 12);
    return std::any_of(missing_.begin(), missing_.end(), [&](const std::string& table) {
      const std::string bare = base::replace_all(target, "\"", "");
      return table == bare || table.ends_with("." + bare);
    });
  }

  /// Takes those out of both lists that mean the same: first those that bear one name, too, so that of two
  /// alike each finds its own.
  template <typename OnPair>
  void pair_up(const char* what, std::string (*meaning)(const std::string&),
               std::vector<const TablePart*>& models, std::vector<const TablePart*>& heads,
               const OnPair& on_pair) {
    for (const bool by_name : {true, false})
      std::erase_if(models, [&](const TablePart* model) {
        const std::string wanted = meaning(model->text("definition"));
        const auto same = std::find_if(heads.begin(), heads.end(), [&](const TablePart* head) {
          return meaning(head->text("definition")) == wanted && (!by_name || head->name == model->name);
        });
        if (same == heads.end()) return false;
        if (!by_name) name_differs(what, *model, **same);
        on_pair(*model, **same);
        heads.erase(same);
        return true;
      });
  }

  void constraints() {
    std::vector<const TablePart*> rest;  // of the head, those without a match
    for (const TablePart& head : head_.constraints)
      if (!excluded(head.name)) rest.push_back(&head);
    std::vector<const TablePart*> open;  // of the models
    for (const TablePart& model : models_.constraints)
      if (!excluded(model.name)) open.push_back(&model);
    pair_up("constraint", constraint_meaning, open, rest, [&](const TablePart& model, const TablePart& head) {
      if (head_not_valid(head) && !head_not_valid(model))
        add(Aspect::Behaviour, head.object, true, "",
            fmt::format("constraint {} is NOT VALID in the chain: rows that were there may break it",
                        head.object.name));
    });
    for (const TablePart* model : open) lacking_constraint(*model, rest);
    for (const TablePart* head : rest) {
      const std::string definition = head->text("definition");
      if (follows(definition) || head_unique(*head)) continue;
      add(Aspect::OnlyInHead, head->object, true, "",
          fmt::format("constraint {} is only in the chain: {}", head->object.name, shown(definition)));
    }
  }

  static bool head_not_valid(const TablePart& constraint) {
    return constraint.definition.contains("valid") && !constraint.flag("valid");
  }

  /// A UNIQUE constraint of the chain that is a unique index in the models refuses the same rows.
  bool head_unique(const TablePart& head) {
    const std::string columns = unique_columns(head.text("definition"));
    if (columns.empty()) return false;
    for (const TablePart& index : models_.indexes)
      if (unique_columns(index.text("definition")) == columns) {
        same_unique_.insert(index.name);
        add(Aspect::Name, head.object, true, "",
            fmt::format("{} is unique by index {} in the models, by constraint {} in the chain", columns,
                        index.name, head.name));
        return true;
      }
    return false;
  }

  void name_differs(const char* what, const TablePart& model, const TablePart& head) {
    if (model.name == head.name) return;
    add(Aspect::Name, head.object, true, "",
        fmt::format("{} of table {} is named {} in the models, {} in the chain: {}", what, head_.name,
                    model.name, head.name, shown(head.text("definition"))));
  }

  void lacking_constraint(const TablePart& model, std::vector<const TablePart*>& rest) {
    const std::string definition = model.text("definition");
    if (follows(definition) || refers_to_missing(definition)) return;
    const std::string key = key_in_any_order(definition);
    // Another one takes its place: of the same name, a primary key, or with the same reference.
    const auto in_place = std::find_if(rest.begin(), rest.end(), [&](const TablePart* head) {
      const std::string of_head = head->text("definition");
      if (!key.empty() && key == key_in_any_order(of_head)) return true;
      if (definition.starts_with("FOREIGN KEY ")) return reference_of(of_head) == reference_of(definition);
      if (definition.starts_with("PRIMARY KEY ")) return of_head.starts_with("PRIMARY KEY ");
      return head->name == model.name && of_head.substr(0, 5) == definition.substr(0, 5);
    });
    if (in_place != rest.end()) {
      // The order of a key's columns is its index's business: the same rows are refused.
      const bool same_rows = !key.empty() && key == key_in_any_order((*in_place)->text("definition"));
      add(same_rows ? Aspect::Index : Aspect::Behaviour, (*in_place)->object, true, "",
          fmt::format("constraint {}: {} in the models, {} in the chain", (*in_place)->object.name,
                      shown(definition), shown((*in_place)->text("definition"))));
      rest.erase(in_place);
      return;
    }
    const std::string columns = unique_columns(definition);
    if (!columns.empty())
      for (const TablePart& index : head_.indexes)
        if (unique_columns(index.text("definition")) == columns) {
          same_unique_.insert(index.name);
          return add(
              Aspect::Name, index.object, true, "",
              fmt::format("{} of table {} is unique by constraint {} in the models, by index {} in the chain",
                          columns, head_.name, model.name, index.name));
        }
    add(Aspect::Behaviour, model.object, false, "",
        fmt::format("constraint {} is only in the models: {}", model.object.name, shown(definition)));
  }

  void indexes() {
    std::vector<const TablePart*> rest;
    for (const TablePart& head : head_.indexes)
      if (!excluded(head.name) && !same_unique_.contains(head.name)) rest.push_back(&head);
    std::vector<const TablePart*> open;
    for (const TablePart& model : models_.indexes)
      if (!excluded(model.name) && !same_unique_.contains(model.name)) open.push_back(&model);
    pair_up("index", index_meaning, open, rest, [&](const TablePart&, const TablePart& head) {
      if (head_not_valid(head))
        add(Aspect::Behaviour, head.object, true, "",
            fmt::format("index {} is not valid in the chain", head.object.name));
    });
    for (const TablePart* model : open) {
      const std::string definition = model->text("definition");
      if (follows(definition)) continue;
      const auto in_place = std::find_if(rest.begin(), rest.end(),
                                         [&](const TablePart* head) { return head->name == model->name; });
      const bool unique = base::contains(definition, "CREATE UNIQUE");
      if (in_place != rest.end()) {
        const bool both = base::contains((*in_place)->text("definition"), "CREATE UNIQUE") && unique;
        const bool neither = !base::contains((*in_place)->text("definition"), "CREATE UNIQUE") && !unique;
        add(neither ? Aspect::Index : Aspect::Behaviour, (*in_place)->object, true, "",
            fmt::format("index {}: {}{} in the models, {}{} in the chain", (*in_place)->object.name,
                        unique && !both ? "unique " : "", shown(index_meaning(definition)),
                        !unique && !neither ? "unique " : "",
                        shown(index_meaning((*in_place)->text("definition")))));
        rest.erase(in_place);
        continue;
      }
      add(unique ? Aspect::Behaviour : Aspect::Index, model->object, false, "",
          fmt::format("index {} is only in the models: {}", model->object.name,
                      shown(index_meaning(definition))));
    }
    for (const TablePart* head : rest) {
      if (follows(head->text("definition"))) continue;
      add(Aspect::Index, head->object, true, "",
          fmt::format("index {} is only in the chain: {}", head->object.name,
                      shown(index_meaning(head->text("definition")))));
    }
  }

  void looks() {
    const auto common = [](const TableParts& of, const TableParts& other) {
      std::vector<std::string> list;
      for (const TablePart& column : of.columns)
        if (other.column(column.name) != nullptr) list.push_back(column.name);
      return list;
    };
    const catalog::Object table{"table", head_.name};
    const std::vector<std::string> in_models = common(models_, head_), in_head = common(head_, models_);
    if (in_models != in_head) {
      const size_t at =
          std::mismatch(in_models.begin(), in_models.end(), in_head.begin()).first - in_models.begin();
      add(Aspect::Looks, table, true, "",
          fmt::format("table {}: its columns stand in another order, from {} on", head_.name, in_models[at]));
    }
    const auto unlogged = [](const TableParts& parts) {
      return parts.definition.value("persistence", "") == "unlogged";
    };
    if (unlogged(models_) != unlogged(head_))
      add(Aspect::Behaviour, table, true, "",
          fmt::format("table {}: unlogged {}: after a crash it is empty", head_.name,
                      unlogged(models_) ? "in the models only" : "in the chain only"));
    for (const auto& [of, comment] : models_.comments) {
      const auto other = head_.comments.find(of);
      if (other != head_.comments.end() && other->second == comment) continue;
      add(Aspect::Looks, {"comment", of}, other != head_.comments.end(), "",
          fmt::format("comment on {}: {} in the models, {} in the chain", of, shown(comment),
                      other == head_.comments.end() ? "none" : shown(other->second)));
    }
  }

  const run::MadeTable& table_;
  const TableParts &models_, &head_;
  const std::set<std::string>& missing_;
  std::vector<ModelDifference> found_;
  std::vector<std::string> lacking_, unmapped_;  // columns that only one of the two has
  std::set<std::string> same_unique_;            // indexes that stand for a constraint of the other
};

}  // namespace

std::vector<ModelDifference> model_differences(const run::MadeTable& table, const TableParts& models,
                                               const TableParts& head, const std::set<std::string>& missing) {
  return Comparison(table, models, head, missing).run();
}

}  // namespace windlass::diagnose
