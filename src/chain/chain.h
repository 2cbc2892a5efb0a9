// The chain: the migrations of one project, a directed graph of revisions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/location.h"

namespace windlass::chain {

struct Revision {
  std::string id;
  std::vector<std::string> parents;     ///< Alembic's down_revision
  std::vector<std::string> depends_on;  ///< as revision ids or labels, as written
  std::vector<std::string> labels;      ///< branch_labels
  std::string title;                    ///< the first line of the file's docstring
  std::string file;                     ///< relative to the project
  base::Location id_at;                 ///< the line that sets the id
  base::Location parents_at;            ///< the line that names the parents
  base::Location depends_at;            ///< the line that sets depends_on
  bool has_downgrade = true;            ///< false where the tool saw that it has none
  std::string digest;                   ///< of the file's bytes
};

struct Chain {
  std::string kind = "alembic";
  std::vector<Revision> revisions;  ///< parents before children, else by id
  std::vector<Revision> left_out;   ///< files whose id another file bears, too: the tool takes one of them
  std::vector<std::string> bases, heads;
  std::string digest;  ///< over ids, parents and file bytes

  const Revision* find(const std::string& id) const;
  /// The revisions meant by an entry of depends_on: an id, or a label of Alembic's.
  std::vector<const Revision*> resolve(const std::string& reference) const;
};

/// Whether each of `order` but the first has the one before it as its only parent, and depends on nothing
/// else.
bool is_line(const Chain& chain, const std::vector<std::string>& order);

/// `ids` and all that comes before them, by parents and depends_on.
class Ancestry {
 public:
  explicit Ancestry(const Chain& chain);
  std::set<std::string> with_ancestors(std::vector<std::string> ids) const;

 private:
  std::map<std::string, std::vector<std::string>> parents_;
};

/// Puts parents (and what is depended on) before children, else by id; in a circle, by id.
void sort_revisions(Chain& chain);
/// Sets `bases` and `heads` from the revisions' parents.
void find_ends(Chain& chain);
/// "sha256:...": over ids, parents, depends_on and file digests, in the order of ids.
std::string digest_of(const Chain& chain);

/// A graph that cannot be walked, or not in one way only.
struct Problem {
  std::string code;  ///< a finding code: "revision-missing", "revision-duplicate", "revision-cycle", ...
  std::string revision;
  base::Location at;
  std::string message;                  ///< one plain sentence
  std::vector<base::Location> related;  ///< the other places
  bool fatal = true;                    ///< Alembic refuses the graph
};

}  // namespace windlass::chain
